/** What the Learn screen says of a run: pure sentences and figures. */
import type { Compared, LearnResult, LearnWish, Run } from '../../../src-main/contract/learn.ts';
import { formatDecimal } from '../../layout/formats.ts';
import { formatMoment, formatSpan } from '../../layout/moments.ts';
import { words } from '../../words.ts';

const said = words.learn;

/** `unsure`: so few photos were asked about that a difference worth having could hide. */
export type ToldVerdict = Compared['verdict'] | 'unsure';

/** Points of 100 that an interval may span and still tell “same” from “cannot tell”. */
const tellingSpan = 0.1;

export function verdictOf({ verdict, compared }: Pick<LearnResult, 'verdict' | 'compared'>): ToldVerdict {
  if (verdict !== 'same') return verdict;
  return compared.some(({ low, high }) => high - low <= tellingSpan) ? 'same' : 'unsure';
}

/** Of one figure, by the same measure. */
export function figureVerdict({ verdict, low, high }: Compared): ToldVerdict {
  return verdict === 'same' && high - low > tellingSpan ? 'unsure' : verdict;
}

/** “Better at seeing what is alike”. */
export function verdictTitle(result: LearnResult): string {
  const verdict = verdictOf(result);
  const { titles } = said.result;
  return verdict === 'better' || verdict === 'worse' ? titles[verdict][result.goal] : titles[verdict];
}

/** Figures of the verdict card. */
export function figuresOf({ compared }: LearnResult) {
  return compared.map((one) => {
    const verdict = figureVerdict(one);
    const told = verdict === 'better' || verdict === 'worse';
    const { points, between, verdicts } = said.result;
    return {
      title: one.title,
      before: formatDecimal(one.before * 100, 1),
      after: formatDecimal(one.after * 100, 1),
      verdict,
      difference: told ? points(one.after - one.before) : verdicts[verdict],
      sure: between(one.low, one.high, one.queries),
    };
  });
}

/** The figure that stands for a run in the list: of photos, else the first there is. */
export function chiefFigure(result: LearnResult | null): Compared | null {
  return result?.compared.find(({ what }) => what === 'half') ?? result?.compared[0] ?? null;
}

/** “Learned 2 March, 14:02 from 61,900 photos, 1 hr 32 min”. */
export function learnedLine({ imported, result, createdAtMs, endedAtMs }: Run, nowMs: number): string {
  const when = formatMoment(endedAtMs ?? createdAtMs, nowMs);
  if (imported) return said.list.broughtIn(when);
  if (!result) return said.list.started(formatMoment(createdAtMs, nowMs));
  return said.list.learned(when, result.photos.learned, formatSpan(result.seconds));
}

/** What will be done, and why: one sentence, or two. */
export function planLine({ goal, start, classes }: Pick<LearnWish, 'goal' | 'start' | 'classes'>): string {
  const { plan } = said;
  if (goal === 'words') return plan.words;
  const main =
    start === 'scratch'
      ? plan.scratch
      : start === 'tower'
        ? plan[classes ? 'towerClasses' : 'tower']
        : plan[classes ? 'adapterClasses' : 'adapter'];
  if (goal === 'everything') return `${main} ${plan.everything}`;
  return goal === 'people' ? `${main} ${plan.people}` : main;
}
