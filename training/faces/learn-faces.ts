/**
 * A head behind a face model, learned from the people of one library, read from top to bottom: deal the people into folds, fit a head
 * on all folds but one and ask it about people it has not seen, compare with no head at all, then fit the head that may be used to
 * everybody. Seconds of work on cached descriptors: it is begun anew where it was stopped.
 */
import type { FaceLessons, FacesLearned } from '../../src-main/contract/learn-faces.ts';
import { leastPersons } from '../../src-main/contract/learn-faces.ts';
import type { RunProgress } from '../../src-main/contract/run.ts';
import { adapterModel } from '../adapt/adapter-model.ts';
import { onnxEngine } from '../engines/onnx.ts';
import { pairedBootstrap } from '../evaluate/bootstrap.ts';
import { rowsOf } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import { FaceSet, dealFolds } from './face-set.ts';
import { type HeadOptions, fitHead, headDefaults } from './fit-head.ts';
import {
  type FacePair,
  type Side,
  bestThreshold,
  foundShares,
  pairsOf,
  rareCosine,
  rightShares,
  seldomReached,
} from './judge-pairs.ts';

const mostFolds = 5;
/** Pairs of two people that may be taken for one. */
const rare = 0.001;

export interface LearnFacesContext {
  readonly seed: number;
  readonly threads: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  readonly options?: HeadOptions;
}

/**
 * @throws RangeError for too few people: the application asks for `leastPersons` with `leastFacesEach`.
 * LikenessError training-failed; what the signal was aborted with.
 */
export async function learnFaces(
  lessons: FaceLessons,
  { seed, threads, signal, onProgress, options = headDefaults }: LearnFacesContext,
): Promise<FacesLearned> {
  const startMs = performance.now();
  const set = new FaceSet(lessons);
  const many = set.people.filter(({ rows }) => rows.length > 1);
  if (many.length < 4) throw new RangeError(`${many.length} people with two faces or more are too few.`);
  const before = rowsOf(lessons.descriptors, lessons.dim);
  const folds = dealFolds(set.people, Math.min(mostFolds, many.length >> 1), new Random(seed, 'folds'));
  const engine = onnxEngine({ provider: 'cpu', ...(threads !== null && { threads }) });
  const total = (folds.length + 1) * options.steps;
  let done = 0;
  const onStep = () => onProgress({ stage: 'training', done: ++done, total, training: null });
  const fit = (people: typeof set.people, name: string) =>
    fitHead(set, people, { engine, seed: `${seed}/${name}`, signal, options, onStep });

  const pairs: FacePair[][] = [];
  for (const [i, heldOut] of folds.entries()) {
    const others = folds.filter((fold) => fold !== heldOut).flat();
    const { rows: after } = await fit(others, `fold ${i}`);
    pairs.push(pairsOf(heldOut, before, after, `${seed}/${i}`));
  }
  // The threshold of each fold is that of all others: no person is asked about at one that they helped to choose.
  const asked = <T>(ask: (own: readonly FacePair[], others: readonly FacePair[]) => Iterable<T>): T[] =>
    pairs.flatMap((own, i) => [...ask(own, pairs.filter((_, j) => j !== i).flat())]);
  const right = (side: Side) =>
    asked((own, others) => rightShares(own, side, bestThreshold(others, side)).values());
  const found = (side: Side) =>
    mean(asked((own, others) => foundShares(own, side, rareCosine(others, side, rare)).values()));
  const [without, withHead] = [right('before'), right('after')];
  const { low, high } = pairedBootstrap(without, withHead, { seed });
  const figures = { found: { before: found('before'), after: found('after') }, low, high };
  const { adapter } = await fit(set.people, 'all');
  return {
    persons: without.length,
    faces: set.people.reduce((sum, { rows }) => sum + rows.length, 0),
    before: mean(without),
    after: mean(withHead),
    ...figures,
    thresholds: {
      before: seldomReached(pairs.flat(), 'before'),
      after: seldomReached(pairs.flat(), 'after'),
    },
    verdict: verdictOf(without, withHead, figures),
    seconds: Math.round(performance.now() - startMs) / 1000,
    head: adapterModel({ features: adapter }),
  };
}

/**
 * Better only where a sign test over persons says so, too: where most persons are told rightly anyway, a handful that changed makes
 * the interval narrow. And only where no fewer pairs are found at the point where a grouping works: there few mistakes are allowed.
 */
function verdictOf(
  before: readonly number[],
  after: readonly number[],
  { low, high, found }: Pick<FacesLearned, 'low' | 'high' | 'found'>,
): FacesLearned['verdict'] {
  if (high < 0) return 'worse';
  if (found.after < found.before) return 'same';
  const up = after.filter((share, i) => share > before[i]!).length;
  const down = after.filter((share, i) => share < before[i]!).length;
  return low > 0 && before.length >= leastPersons && chanceOf(up, up + down) < 0.025 ? 'better' : 'same';
}

/** Of `ups` heads or more among `tosses` of a fair coin. */
export function chanceOf(ups: number, tosses: number): number {
  let [chance, ways] = [0, 1];
  for (let heads = tosses; heads >= ups; heads--) {
    chance += ways / 2 ** tosses;
    ways = (ways * heads) / (tosses - heads + 1);
  }
  return chance;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
