/** Texts → the integer inputs of a text encoder. Each kind named in a card is one branch of `openTokenizer`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { LikenessError } from '../src-main/contract/errors.ts';
import type { TextCard } from './card.ts';
import { KnownWords } from './known-words.ts';
import { SentencePieces } from './sentence-pieces.ts';

/** [N, L] int64, row by row; shorter texts are padded. */
export interface TokenMatrix {
  readonly data: BigInt64Array<ArrayBuffer>;
  readonly dims: readonly [texts: number, tokens: number];
}

export interface Tokenizer {
  /** The encoder's inputs by name, for the texts in their order. Any string is welcome, the empty one too. */
  encode(texts: readonly string[]): Readonly<Record<string, TokenMatrix>>;
}

const piecesSchema = v.array(v.tuple([v.string(), v.nullable(v.number())]));
const wordsSchema = v.array(v.string());

/**
 * Reads the vocabulary that a card names.
 * @param dir  the encoder's folder.
 * @throws LikenessError encoder-broken when a vocabulary is missing or no list of its kind.
 */
export async function openTokenizer(dir: string, card: TextCard): Promise<Tokenizer> {
  const pieces = new SentencePieces(await readVocabulary(dir, card.tokenizer.pieces, piecesSchema));
  const encode = card.kind === 'pieces' ? endedPieces(pieces, card) : await piecesAndWords(pieces, dir, card);
  return { encode: (texts) => encode(card.lowercase ? texts.map((text) => text.toLowerCase()) : texts) };
}

type CardOf<Kind> = Extract<TextCard, { readonly kind: Kind }>;

async function piecesAndWords(
  pieces: SentencePieces,
  dir: string,
  { context, tokenizer }: CardOf<'pieces-and-words'>,
): Promise<Tokenizer['encode']> {
  const words = new KnownWords(await readVocabulary(dir, tokenizer.words, wordsSchema));
  return (texts) => ({
    pieces: pad(
      texts.map((text) => pieces.encode(text).slice(0, context)),
      { pad: -1, least: 0 },
    ),
    // A text without a known word stands as one 0: the sum over no word at all is not defined.
    words: pad(
      texts.map((text) => words.encode(text, tokenizer.wordLimit)),
      { pad: 0, least: 1 },
    ),
  });
}

/** Every text ends in the end token, as it did in training (training/data/captions.ts); what is too long loses pieces. */
function endedPieces(pieces: SentencePieces, { context, tokenizer }: CardOf<'pieces'>): Tokenizer['encode'] {
  return (texts) => ({
    pieces: pad(
      texts.map((text) => [...pieces.encode(text).slice(0, context - 1), tokenizer.end]),
      { pad: tokenizer.pad, least: context },
    ),
  });
}

function pad(rows: readonly number[][], options: { pad: number; least: number }): TokenMatrix {
  const width = rows.reduce((most, row) => Math.max(most, row.length), options.least);
  const data = new BigInt64Array(rows.length * width).fill(BigInt(options.pad));
  for (const [at, row] of rows.entries())
    for (let i = 0; i < row.length; i++) data[at * width + i] = BigInt(row[i]!);
  return { data, dims: [rows.length, width] };
}

async function readVocabulary<T>(dir: string, name: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  try {
    return v.parse(schema, JSON.parse(await readFile(join(dir, name), 'utf8')));
  } catch (cause) {
    throw new LikenessError(
      'encoder-broken',
      `The encoder's vocabulary “${name}” is missing or damaged.`,
      'Install the encoder again.',
      { cause },
    );
  }
}
