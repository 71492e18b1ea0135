/** Captions as a text tower reads them. */
import type { SentencePieces } from '../../models/sentence-pieces.ts';
import type { Random } from '../random.ts';
import type { TrainingPhoto } from './photo-set.ts';

/**
 * The vocabulary of models/built-in/pieces.json, with which text towers are trained: 8,000 pieces, of which the first
 * six are marks and never text. Two of these serve as ours, so that the vocabulary stays as large as its list.
 */
export const captionVocabulary = {
  size: 8000,
  /** `</s>`: behind the last piece; the tower's output is read there. */
  end: 2,
  /** `extra_token_id_1`: fills up what is left. */
  pad: 3,
} as const;

export interface CaptionTokens {
  /** [T] */
  readonly tokens: Int32Array;
  /** Place of the end mark, 0 to T - 1. */
  readonly end: number;
}

/**
 * A text in lower case as pieces, the end mark and padding; pieces beyond T - 1 are cut off.
 * @param context  T, 1 or more.
 */
export function captionTokens(
  text: string,
  pieces: SentencePieces,
  {
    context,
    end = captionVocabulary.end,
    pad = captionVocabulary.pad,
  }: { readonly context: number; readonly end?: number; readonly pad?: number },
): CaptionTokens {
  if (!(context >= 1)) throw new RangeError(`captionTokens: a context of 1 or more, got ${context}`);
  const ids = pieces.encode(text.toLowerCase()).slice(0, context - 1);
  const tokens = new Int32Array(context).fill(pad);
  tokens.set(ids);
  tokens[ids.length] = end;
  return { tokens, end: ids.length };
}

/** One of a photo's captions, each as likely as the other; null where it has none. */
export function drawCaption({ captions }: Pick<TrainingPhoto, 'captions'>, random: Random): string | null {
  return captions[random.integer(captions.length)] ?? null;
}
