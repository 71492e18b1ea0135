/** Texts → the integer inputs of a text encoder. Each kind named in a card is one branch of `openTokenizer`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { LikenessError } from '../src-main/contract/errors.ts';
import type { TextCard } from './card.ts';
import { JsonTokenizer } from './json-tokenizer.ts';
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
const jsonTokenizerSchema = v.pipe(
  v.looseObject({}),
  v.transform((json) => new JsonTokenizer(json)),
);

/**
 * Reads the vocabulary that a card names.
 * @param dir  the encoder's folder.
 * @throws LikenessError encoder-broken when a vocabulary is missing or no list of its kind.
 */
export async function openTokenizer(dir: string, card: TextCard): Promise<Tokenizer> {
  const encode = await encoderOf(dir, card);
  return { encode: (texts) => encode(card.lowercase ? texts.map((text) => text.toLowerCase()) : texts) };
}

async function encoderOf(dir: string, card: TextCard): Promise<Tokenizer['encode']> {
  if (card.kind === 'tokenizer-json') return tokenIds(dir, card);
  const pieces = new SentencePieces(await readVocabulary(dir, card.tokenizer.pieces, piecesSchema));
  return card.kind === 'pieces' ? endedPieces(pieces, card) : piecesAndWords(pieces, dir, card);
}

type CardOf<Kind> = Extract<TextCard, { readonly kind: Kind }>;

async function tokenIds(dir: string, card: CardOf<'tokenizer-json'>): Promise<Tokenizer['encode']> {
  const { context, inputs, tokenizer: names } = card;
  const tokenizer = await readVocabulary(dir, names.file, jsonTokenizerSchema);
  const [start, end, pad] = [names.start, names.end, names.pad].map((mark) =>
    mark === null ? null : markOf(tokenizer, mark, names.file),
  );
  const before = start === null ? [] : [start!];
  const room = context - before.length - 1;
  return (texts) => {
    const rows = texts.map((text) => [...before, ...tokenizer.encode(text).slice(0, room), end!]);
    const least = names.padTo === 'context' ? context : 0;
    const ids = padded(rows, { pad: pad!, least });
    if (inputs.mask === null) return { [inputs.ids]: ids };
    const mask = padded(
      rows.map((row) => row.map(() => 1)),
      { pad: 0, least },
    );
    return { [inputs.ids]: ids, [inputs.mask]: mask };
  };
}

/** Id of a mark that the card names. */
function markOf(tokenizer: JsonTokenizer, mark: string, file: string): number {
  const id = tokenizer.idOf(mark);
  if (id !== null) return id;
  throw new LikenessError(
    'encoder-broken',
    `The encoder's vocabulary “${file}” has no mark “${mark}”.`,
    'Install the encoder again.',
  );
}

async function piecesAndWords(
  pieces: SentencePieces,
  dir: string,
  { context, tokenizer }: CardOf<'pieces-and-words'>,
): Promise<Tokenizer['encode']> {
  const words = new KnownWords(await readVocabulary(dir, tokenizer.words, wordsSchema));
  return (texts) => ({
    pieces: padded(
      texts.map((text) => pieces.encode(text).slice(0, context)),
      { pad: -1, least: 0 },
    ),
    // A text without a known word stands as one 0: the sum over no word at all is not defined.
    words: padded(
      texts.map((text) => words.encode(text, tokenizer.wordLimit)),
      { pad: 0, least: 1 },
    ),
  });
}

/** Every text ends in the end token, as it did in training (training/data/captions.ts); what is too long loses pieces. */
function endedPieces(pieces: SentencePieces, { context, tokenizer }: CardOf<'pieces'>): Tokenizer['encode'] {
  return (texts) => ({
    pieces: padded(
      texts.map((text) => [...pieces.encode(text).slice(0, context - 1), tokenizer.end]),
      { pad: tokenizer.pad, least: context },
    ),
  });
}

function padded(rows: readonly number[][], options: { pad: number; least: number }): TokenMatrix {
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
