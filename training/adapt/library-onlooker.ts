/** Looks at photos held out while adapters learn: figures, a map, neighbours; all of it from vectors that are kept. */
import { alignmentOf, uniformityOf } from '../evaluate/spread.ts';
import { rankAll } from '../evaluate/retrieval.ts';
import { type Rows, rowsOf, takeRows } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import { writeWhole } from '../run-folder.ts';
import type { AdaptPlan, AdaptedOutput } from './adapt-plan.ts';
import { adapterInputs } from './adapter-step.ts';
import type { PairSource } from './draw-pairs.ts';
import { drawPairs } from './draw-pairs.ts';
import { type TextSource, drawTexts } from './draw-texts.ts';
import { clipOf, ntXentOf } from './held-out-loss.ts';
import { LibraryMap } from './library-map.ts';
import type { Library } from './library-rows.ts';
import type { LibraryWords } from './library-words.ts';
import type { AdaptRows, Onlooker } from './train-adapters.ts';
import type { LookedAt } from './view-features.ts';
import { viewPlaces } from './view-pixels.ts';
import { chooseWordQuestions, wordOutcomes } from './word-questions.ts';

/** Photos asked about, and looked through: a tenth of a second. */
const most = { asked: 200, bank: 2000 } as const;
/** What is drawn for photos held out is the same at every look: an epoch that no training has. */
const heldOutEpoch = -1;

export interface OnlookerOptions {
  readonly plan: AdaptPlan;
  readonly looked: LookedAt;
  readonly library: Library;
  readonly source: PairSource;
  /** null where nothing is written about the photos. */
  readonly words: LibraryWords | null;
  /** B of each output that is learned. */
  readonly batches: Readonly<Partial<Record<AdaptedOutput, number>>>;
  readonly path: (row: number) => string;
  readonly paths: { readonly map: string; readonly neighbours: string };
}

export class LibraryOnlooker implements Onlooker {
  readonly #options: OnlookerOptions;
  readonly #asked: readonly number[];
  readonly #bank: readonly number[];
  /** Of outputs that are not learned: worked out once. */
  readonly #still = new Map<string, number | null>();
  #map: LibraryMap | null = null;

  constructor(options: OnlookerOptions) {
    const { heldOut, train } = options.library;
    const { seed } = options.plan.request;
    const some = (rows: Int32Array, count: number) =>
      Array.from(new Random(seed, 'looks').shuffle(rows.slice()).slice(0, Math.max(0, count)));
    this.#options = options;
    this.#asked = some(heldOut, most.asked);
    this.#bank = [...this.#asked, ...some(train, most.bank - this.#asked.length)];
  }

  async figures(adapt: AdaptRows) {
    const { plan } = this.#options;
    const losses = [
      ...(plan.likeness ? [await this.#likenessLoss(adapt)] : []),
      ...(plan.words ? [await this.#wordsLoss(adapt)] : []),
    ];
    const known = losses.filter((loss) => loss !== null);
    const [one, two] = await this.#twoSides(adapt);
    return {
      heldOutLoss: known.length > 0 ? known.reduce((sum, loss) => sum + loss) : null,
      alignment: number(alignmentOf(one, two)),
      uniformity: number(uniformityOf(one)),
      found: await this.#once('features', () => this.#found(adapt)),
      words: await this.#once('embedding', () => this.#words(adapt)),
    };
  }

  async draw(adapt: AdaptRows): Promise<void> {
    const { plan, looked, library, path, paths } = this.#options;
    const output = plan.likeness ? 'features' : 'embedding';
    const whole = looked[output]!.rows(viewPlaces.whole, [...library.groups.keys()]);
    this.#map ??= new LibraryMap({ ...library, before: whole, path, seed: plan.request.seed });
    const now = await adapt(output, whole);
    await writeWhole(paths.map, this.#map.draw(now));
    await writeWhole(paths.neighbours, this.#map.neighbours(now));
  }

  /** A figure of an output: always anew where that is learned. */
  async #once(output: AdaptedOutput, work: () => Promise<number | null>): Promise<number | null> {
    const { plan } = this.#options;
    if (output === 'features' ? plan.likeness : plan.words) return work();
    if (!this.#still.has(output)) this.#still.set(output, await work());
    return this.#still.get(output)!;
  }

  /** The whole photo and a drawn view; where only words are learned, the photo and its first text. */
  async #twoSides(adapt: AdaptRows): Promise<readonly [Rows, Rows]> {
    const { plan, looked, words } = this.#options;
    if (plan.likeness)
      return [
        await adapt('features', looked.features.rows(viewPlaces.whole, this.#asked)),
        await adapt('features', looked.features.rows(viewPlaces.firstDrawn, this.#asked)),
      ];
    const written = this.#asked.filter((row) => words!.ofPhoto[row]!.length > 0);
    const photos = looked.embedding!.rows(viewPlaces.whole, written);
    return [
      await adapt('embedding', photos),
      takeRows(
        words!.vectors,
        written.map((row) => words!.ofPhoto[row]![0]!),
      ),
    ];
  }

  async #found(adapt: AdaptRows): Promise<number | null> {
    const { features } = this.#options.looked;
    const halves = await adapt('features', features.rows(viewPlaces.half, this.#asked));
    const bank = await adapt('features', features.rows(viewPlaces.whole, this.#bank));
    return share(rankAll(halves, bank, (at) => [at]).map((ranks) => Number(ranks[0] === 1)));
  }

  async #words(adapt: AdaptRows): Promise<number | null> {
    const { words, looked } = this.#options;
    if (!words || !looked.embedding) return null;
    const questions = chooseWordQuestions(words, { asked: this.#asked, bank: this.#bank });
    const bank = await adapt('embedding', looked.embedding.rows(viewPlaces.whole, this.#bank));
    return share(wordOutcomes(bank, words, questions));
  }

  /** Photos held out first, then as many of the others as make a batch: a loss depends on how many it compares. */
  #batch(output: AdaptedOutput, usable: (row: number) => boolean) {
    const { batches, library } = this.#options;
    const size = batches[output]!;
    const held = library.heldOut.filter(usable).slice(0, size);
    const rest = library.train.filter(usable).slice(0, size - held.length);
    return { count: held.length, rows: Int32Array.from([...held, ...rest]) };
  }

  async #likenessLoss(adapt: AdaptRows): Promise<number | null> {
    const { plan, source } = this.#options;
    const { count, rows } = this.#batch('features', () => true);
    if (count === 0) return null;
    const fed = drawPairs(source, rows, { seed: plan.request.seed, epoch: heldOutEpoch });
    const side = (name: string) => adapt('features', rowsOf(fed[name] as Float32Array, source.features.dim));
    const { temperature } = plan.likeness!;
    const ids = fed[adapterInputs.ids] as Int32Array;
    return ntXentOf(await side(adapterInputs.first), await side(adapterInputs.second), ids, {
      count,
      temperature,
    });
  }

  async #wordsLoss(adapt: AdaptRows): Promise<number | null> {
    const { plan, words, looked, library } = this.#options;
    const source: TextSource = { embedding: looked.embedding!, words: words!, groups: library.groups };
    const { count, rows } = this.#batch('embedding', (row) => words!.ofPhoto[row]!.length > 0);
    if (count === 0) return null;
    const fed = drawTexts(source, rows, { seed: plan.request.seed, epoch: heldOutEpoch });
    const { dim } = source.embedding;
    const photos = await adapt('embedding', rowsOf(fed[adapterInputs.first] as Float32Array, dim));
    const texts = rowsOf(fed[adapterInputs.text] as Float32Array, dim);
    const { temperature } = plan.words!;
    return clipOf(photos, texts, fed[adapterInputs.ids] as Int32Array, { count, temperature });
  }
}

const number = (value: number) => (Number.isFinite(value) ? value : null);
const share = (hits: readonly number[]) =>
  hits.length > 0 ? hits.reduce((sum, hit) => sum + hit, 0) / hits.length : null;
