/**
 * Learning from who people are: a small head behind the descriptors of the face model, fitted to the faces that a person has named
 * or corrected, and used only where people whom it had not seen are told apart better with it.
 */
import * as v from 'valibot';

/** What a head learns from: row i of `descriptors` is a face. */
export interface FaceLessons {
  /** D. */
  readonly dim: number;
  /** [N, D], unit length. */
  readonly descriptors: Float32Array;
  /** [N], who it is, a number a person; -1 where nobody has said. */
  readonly persons: Int32Array;
  /** [N], the photo that it is on: two faces of one photo are two people. */
  readonly contents: Int32Array;
  /** Whom faces are not: [face, person] one pair after the other. */
  readonly isNot: Int32Array;
}

/** Least that can be learned from, so that what is held out says anything. */
export const leastPersons = 10;
export const leastFacesEach = 3;

/** How well two faces are told to be of one person or of two, at a threshold that was fixed on other people. */
export interface FaceHeadFigures {
  /** Persons with two faces or more, each held out once; and their faces. */
  readonly persons: number;
  readonly faces: number;
  /** Mean over persons of the share of pairs told rightly, pairs of one person and of two counting alike, 0..1. */
  readonly before: number;
  readonly after: number;
  /** The difference lies between these with 95 %: a paired bootstrap over persons. */
  readonly low: number;
  readonly high: number;
  /** Mean over persons of the share of pairs of one person that are found where one in 1,000 pairs of two is taken for one, 0..1. */
  readonly found: { readonly before: number; readonly after: number };
  /** Cosines that pairs of two people seldom reach, without the head and with it: what thresholds have to move by. */
  readonly thresholds: { readonly before: number; readonly after: number };
  readonly verdict: 'better' | 'same' | 'worse';
  readonly seconds: number;
}

/** Of the trainer. */
export interface FacesLearned extends FaceHeadFigures {
  /** ONNX: `features` [N, D] → `adapted-features` [N, D], unit length. */
  readonly head: Uint8Array;
}

export interface FaceHead extends FaceHeadFigures {
  readonly id: number;
  readonly atMs: number;
  /** Name of the face model that it stands behind. */
  readonly model: string;
  readonly inUse: boolean;
  /** What came of it, in a sentence. */
  readonly words: string;
}

export interface FaceLearning {
  readonly running: boolean;
  /** Persons with a name and three faces or more. */
  readonly persons: number;
  /** Why nothing can be learned yet, with what is missing; null when it can. */
  readonly missing: string | null;
  /** Latest first. */
  readonly heads: readonly FaceHead[];
}

export const learnFacesInputs = {
  'people.learned': v.optional(v.object({}), {}),
  /** Learns from what was named and corrected, and answers when the verdict is there; nothing is used yet. */
  'people.learn': v.optional(v.object({}), {}),
  /** Faces are grouped anew with a head, or (null) without any. Refused for one that is not better than none. */
  'people.useHead': v.object({ head: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))) }),
} as const;

export interface LearnFacesOutputs {
  'people.learned': FaceLearning;
  'people.learn': { readonly head: FaceHead };
  'people.useHead': FaceLearning;
}
