/** Fitting an encoder to a person's own photos, as the program that does it and those who start it speak of it. */

/** What a person may decide about it. */
export interface AdaptRequest {
  /** Folder of the encoder to begin with, absolute. */
  readonly encoder: string;
  /** A folder of photos, a .tar of them, or a list that a library wrote; absolute. */
  readonly data: string;
  /** How long it may take, in all. Fewer photos, views and steps are taken where time is short. */
  readonly minutes: number;
  /** Photos of one class (an album, a person's folder) are drawn together. */
  readonly classes: boolean;
  readonly seed: number;
  /** Processor threads; all cores when null. */
  readonly threads: number | null;
  /** The run's folder, absolute; made if it is not there. */
  readonly out: string;
}

export type AdaptTask =
  | { readonly kind: 'adapt'; readonly request: AdaptRequest }
  | { readonly kind: 'resume'; readonly dir: string };

/** `same`: no difference that can be told. */
export type Verdict = 'better' | 'worse' | 'same';

/** One figure of photos held out, before and after; shares 0 to 1. */
export interface Compared {
  readonly what: 'half' | 'mates' | 'class' | 'knn';
  /** As people read it. */
  readonly title: string;
  /** How many photos were asked about. */
  readonly queries: number;
  readonly before: number;
  readonly after: number;
  /** Of the difference: 95 % of a paired bootstrap's draws lie between these. */
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

export interface AdaptResult {
  /** Ids of the two encoders. */
  readonly base: string;
  readonly encoder: string;
  /** Photos learned from, and held out. */
  readonly photos: { readonly learned: number; readonly heldOut: number };
  /** Pictures made of each photo. */
  readonly views: number;
  readonly steps: number;
  readonly compared: readonly Compared[];
  /** Mean over photos of 1 - cosine between their features before and after: how far it went from what was known. */
  readonly moved: number;
  readonly verdict: Verdict;
  /** The verdict in a sentence or two, with what to do. */
  readonly words: string;
  readonly seconds: number;
  readonly out: string;
}
