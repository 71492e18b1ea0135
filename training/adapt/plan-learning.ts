/** What a run can learn from its photos: how many it looks at, and the lessons; or why there are none. */
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import type { RunData } from '../run-data.ts';
import { type AdaptPlan, epochOf, planViews } from './adapt-plan.ts';
import type { PairSource } from './draw-pairs.ts';
import type { Library } from './library-rows.ts';
import { type LibraryWords, textsOf } from './library-words.ts';
import { type Lesson, likenessLesson, wordsLesson } from './lessons.ts';
import { timeViews } from './time-views.ts';
import type { LookedAt } from './view-features.ts';
import { adapterViews } from './view-pixels.ts';

export interface PlanLookingOptions {
  readonly plan: AdaptPlan;
  readonly encoder: OpenedEncoder;
  readonly set: PhotoSet;
  readonly data: RunData;
  readonly note: (text: string) => void;
}

/** How many photos and views time allows, and whether there are classes to learn from. */
export async function planLooking({
  plan,
  encoder,
  set,
  data,
  note,
}: PlanLookingOptions): Promise<AdaptPlan> {
  const { request } = plan;
  const all = Int32Array.from(data.cache.photos, ({ index }) => index);
  const { image, dim } = encoder.card;
  const speed = await timeViews(set, all, encoder, adapterViews(request.options, image.size));
  const numbers = dim.features + (plan.words ? dim.embedding : 0);
  const looking = planViews(all.length, numbers, speed, request.minutes);
  if (looking.photos < all.length)
    note(
      `${looking.photos.toLocaleString('en')} of ${all.length.toLocaleString('en')} photos are looked at: more would take longer than ${request.minutes} minutes.`,
    );
  const lacksClasses = plan.likeness !== null && plan.likeness.classes > 0 && data.classes < 2;
  if (lacksClasses)
    note('There are no albums or folders to learn from; photos are learned from by themselves.');
  return {
    ...plan,
    looking,
    likeness: plan.likeness && { ...plan.likeness, classes: lacksClasses ? 0 : plan.likeness.classes },
  };
}

export interface LearnedFrom {
  readonly looked: LookedAt;
  readonly library: Library;
  readonly source: PairSource;
  readonly words: LibraryWords | null;
}

/** @throws LikenessError bad-input when too little is written about the photos to learn from. */
export function lessonsOf(
  plan: AdaptPlan,
  { looked, library, source, words }: LearnedFrom,
): readonly Lesson[] {
  const lessons: Lesson[] = [];
  if (plan.likeness) lessons.push(likenessLesson(source, library.train, plan.likeness));
  if (plan.words) {
    const described = library.train.filter((row) => words !== null && words.ofPhoto[row]!.length > 0);
    const { batch } = epochOf(described.length, plan.batch);
    if (described.length < Math.max(fewestDescribed, batch)) throw tooFewDescribed(described.length);
    const { groups } = library;
    lessons.push(
      wordsLesson(
        { embedding: looked.embedding!, words: words!, groups },
        described,
        plan.words,
        plan.request.seed,
      ),
    );
  }
  return lessons;
}

/** Photos with words at least. */
const fewestDescribed = 8;

/** Said before photos are looked at, which takes long. @throws LikenessError bad-input. */
export function checkWords({ words, request }: AdaptPlan, set: PhotoSet, encoder: OpenedEncoder): void {
  if (!words) return;
  if (!encoder.encodeTexts)
    throw new LikenessError(
      'bad-input',
      `The encoder “${encoder.card.name}” knows no words, so it cannot learn any.`,
      'Choose another encoder, or learn likeness.',
    );
  const all = Int32Array.from(set.photos.keys());
  const described = textsOf(set, all, request).filter((own) => own.length > 0).length;
  if (described < fewestDescribed) throw tooFewDescribed(described);
}

function tooFewDescribed(photos: number): LikenessError {
  return new LikenessError(
    'bad-input',
    photos === 0
      ? 'Nothing is written about these photos: none has a caption or keywords to learn words from.'
      : `Only ${photos} of these photos have a caption or keywords, and more are needed to learn words from.`,
    'Write captions or keywords, let folder names count as answers, or choose another goal.',
  );
}
