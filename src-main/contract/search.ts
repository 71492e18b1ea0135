/** Questions that a person asks of their photos, and what comes back. */
import * as v from 'valibot';
import { limits } from './limits.ts';
import { photoIdSchema } from './photo.ts';

/** Photos outside the filter are left out before ranking, never after. */
export const filterSchema = v.object({
  folderId: v.optional(photoIdSchema),
  /** Local wall-clock ms, inclusive. */
  fromMs: v.optional(v.number()),
  /** Local wall-clock ms, exclusive. */
  toMs: v.optional(v.number()),
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

export const searchSchema = v.object({
  query: v.pipe(v.string(), v.trim(), v.minLength(1, 'is empty'), v.maxLength(limits.queryLength)),
  ...paging,
});
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
  /** What the order follows: cosine similarity, -1..1, raised where the name or folder matches the words. */
  readonly score: number;
  /** How likely a person would call it a match, 0..1, calibrated on held-out photos (encoder.json). */
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
