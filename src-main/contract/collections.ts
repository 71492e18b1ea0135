/** What a library falls into by itself: events by time and place, and photos that show what a word says. */
import * as v from 'valibot';

export interface PhotoEvent {
  /** Stays while its first photo does. */
  readonly id: string;
  /** Its days, and how far from home it was where that is far. */
  readonly title: string;
  /** Local wall clock of its first and last photo: 2024-06-15T11:42:00. */
  readonly from: string;
  readonly to: string;
  /** Kilometres from where most photos are taken; null where its photos do not say, or no such place is known. */
  readonly kmFromHome: number | null;
  /** In the order of taking. */
  readonly paths: readonly string[];
}

export interface Classified {
  readonly labels: readonly string[];
  readonly results: readonly {
    readonly path: string;
    /** The likeliest first; none is an answer. Scores are 0.5 or more, up to 1. */
    readonly tags: readonly { readonly label: string; readonly score: number }[];
  }[];
}

const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));

export const collectionsInputs = {
  /** Oldest first. Photos that do not say when they were taken are in none. */
  events: v.optional(v.object({}), {}),
  /** Which of these words each photo shows. */
  classify: v.object({ labels: v.pipe(v.array(label), v.minLength(1), v.maxLength(500)) }),
};

export interface CollectionsOutputs {
  events: { readonly events: readonly PhotoEvent[] };
  classify: Classified;
}
