/** Questions that a person asks of their photos, and what comes back. */
import * as v from 'valibot';
import { limits } from './limits.ts';
import { peopleIdSchema } from './people.ts';
import { photoIdSchema } from './photo.ts';

const faceCount = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(limits.facesAsked, 'is too large'),
);
const someone = v.optional(
  v.pipe(v.array(peopleIdSchema), v.maxLength(limits.peopleAsked, 'names too many')),
);

/**
 * Photos outside the filter are left out before ranking, never after. Whoever is not there any more is on no photo. `people` and
 * `faces` are refused while faces are turned off.
 */
export const filterSchema = v.object({
  folderId: v.optional(photoIdSchema),
  /** Local wall-clock ms, inclusive. */
  fromMs: v.optional(v.number()),
  /** Local wall-clock ms, exclusive. */
  toMs: v.optional(v.number()),
  /** Who is on the photo: each of `all`, at least one of `any`, nobody of `none`. An empty list asks for nothing. */
  people: v.optional(v.object({ all: someone, any: someone, none: someone })),
  /** How many faces the photo shows, those that are ignored not counted. Where nobody has looked yet the count is not known: outside. */
  faces: v.optional(v.object({ min: v.optional(faceCount), max: v.optional(faceCount) })),
});
export type Filter = v.InferOutput<typeof filterSchema>;

const paging = {
  limit: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1, 'must be 1 or more'), v.maxValue(limits.resultLimit)),
    100,
  ),
  offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0, 'must be 0 or more')), 0),
  filter: v.optional(filterSchema, {}),
};

/** Whether a filter leaves anything out. */
export function narrows({ folderId, fromMs, toMs, people, faces }: Filter): boolean {
  const { all = [], any = [], none = [] } = people ?? {};
  const bounds = [folderId, fromMs, toMs, faces?.min, faces?.max];
  return bounds.some((bound) => bound !== undefined) || all.length + any.length + none.length > 0;
}

/** Without words the filter alone says which photos: newest first, each with the relevance 1. */
export const searchSchema = v.pipe(
  v.object({ query: v.pipe(v.string(), v.trim(), v.maxLength(limits.queryLength)), ...paging }),
  v.forward(
    v.check(({ query, filter }) => query !== '' || narrows(filter), 'is empty'),
    ['query'],
  ),
);
export type SearchInput = v.InferOutput<typeof searchSchema>;

/** Exactly one of: a photo of the library, a path on disk, or a photo that was dropped in and uploaded. */
export const similarSchema = v.object({
  photoId: v.optional(photoIdSchema),
  path: v.optional(v.string()),
  upload: v.optional(v.string()),
  ...paging,
});
export type SimilarInput = v.InferOutput<typeof similarSchema>;

export interface SearchResult {
  readonly id: number;
  readonly path: string;
  /** What the order follows: cosine similarity, -1..1, raised where the name or folder matches the words, or who is on it. */
  readonly score: number;
  /**
   * How likely a person would call it a match, 0..1, calibrated on held-out photos (encoder.json). Where only somebody's name was
   * asked for: 1 for photos that show them, 0.5 for those that are merely named so; `score` says the same.
   */
  readonly relevance: number;
}

export interface SearchResults {
  readonly query: string;
  /** Best first; equal scores by newer taken time, then by path. */
  readonly results: readonly SearchResult[];
  /** Photos that were ranked: every page together holds this many. */
  readonly total: number;
  /** Of these, how many lie above the line where matches end (relevance ≥ 0.5). */
  readonly relevant: number;
  /** Photos per twentieth of relevance, 0 first: what the cut-off slider shows. */
  readonly histogram: readonly number[];
  readonly encoder: string;
  readonly milliseconds: number;
}
