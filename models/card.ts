/**
 * What an encoder is: a folder with encoder.json (this schema), the ONNX files and vocabularies that it names,
 * and a card.md for people. docs/encoders.md tells it in prose.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { LikenessError } from '../src-main/contract/errors.ts';

/** Files lie in the folder itself, so that a card cannot point anywhere else. */
const fileName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][\w.-]*$/, 'is not the name of a file in this folder'),
);
const name = v.pipe(v.string(), v.minLength(1));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a sha256 in hex'));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const token = v.pipe(v.number(), v.integer(), v.minValue(0));
const count = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

/** Channel order R, G, B; on the scale of bytes, 0..255. */
const ofChannels = <Item extends v.GenericSchema<unknown, number>>(item: Item) => v.tuple([item, item, item]);

const imageSchema = v.object({
  file: fileName,
  /** Name of the ONNX input, [N, 3, size, size] float32. */
  input: name,
  /** S, px. */
  size: count(2048),
  /** `squash`: the whole photo, aspect given up. `crop`: shorter side to S, the middle kept. */
  resize: v.picklist(['squash', 'crop']),
  interpolation: v.picklist(['lanczos3', 'bicubic', 'bilinear']),
  mean: ofChannels(v.pipe(v.number(), v.finite())),
  std: ofChannels(positive),
  /** Names of the ONNX outputs, [N, dim]. A model with one output names it twice. */
  outputs: v.object({ features: name, embedding: name }),
});
export type ImageCard = v.InferOutput<typeof imageSchema>;

const textEntries = {
  file: fileName,
  /** Name of the ONNX output, [N, dim.embedding]. */
  output: name,
  /** Tokens at most; what is longer is cut. */
  context: count(8192),
  /** Whether text is lower-cased first. */
  lowercase: v.boolean(),
  /** Sentences to put a bare noun in, `{}` where it goes; averaged with the noun itself. May be empty. */
  templates: v.array(v.pipe(v.string(), v.includes('{}', 'has no {} to put the words in'))),
};

/** Kinds of text side that this version can run; one more is one more entry here and in tokenizer.ts. */
const textSchemas = {
  /** Two int64 inputs: `pieces` [N, L] sentence pieces padded with -1, and `words` [N, W] known words padded with 0. */
  'pieces-and-words': v.object({
    kind: v.literal('pieces-and-words'),
    ...textEntries,
    tokenizer: v.object({ pieces: fileName, words: fileName, wordLimit: count(1024) }),
  }),
  /**
   * One int64 input, `pieces` [N, context]: sentence pieces, the token `end`, and `pad` up to the context. What an encoder
   * that was trained here on captions takes.
   */
  pieces: v.object({
    kind: v.literal('pieces'),
    ...textEntries,
    tokenizer: v.object({ pieces: fileName, end: token, pad: token }),
  }),
  /**
   * What exports from the Hub take: an int64 input of token ids [N, L] by a tokenizer.json, and with some a mask beside it,
   * 1 for a token and 0 for padding. Marks are named by their text, as tokenizer.json lists them.
   */
  'tokenizer-json': v.object({
    kind: v.literal('tokenizer-json'),
    ...textEntries,
    /** Names of the ONNX inputs; `mask` is null where the model takes none. */
    inputs: v.object({ ids: name, mask: v.nullable(name) }),
    tokenizer: v.object({
      file: fileName,
      /** Put before every text; null for none. */
      start: v.nullable(name),
      /** Put behind every text, also behind one that is cut. */
      end: name,
      pad: name,
      /** L: the context for every text, or as long as the longest of the batch. */
      padTo: v.picklist(['context', 'longest']),
    }),
  }),
};
const textSchema = v.variant('kind', [
  textSchemas['pieces-and-words'],
  textSchemas.pieces,
  textSchemas['tokenizer-json'],
]);
export type TextCard = v.InferOutput<typeof textSchema>;

const calibrationSchema = v.object({ bias: v.pipe(v.number(), v.finite()), weight: positive });
/** Similarity → relevance for one kind of question; relevance.ts has the formula. */
export type Calibration = v.InferOutput<typeof calibrationSchema>;

/** An encoder that was made from another one by adapters behind its outputs: vectors of that one can be turned. */
const adaptsSchema = v.object({
  /** Id of the other encoder. */
  base: name,
  /** A model of its own: `features` and `embedding` [N, D] of the base, those of them that were learned, → `adapted-features` and `adapted-embedding`. */
  file: fileName,
});

const cardSchema = v.pipe(
  v.object({
    /** Names the weights: a short name, a dash, the first 8 hex digits of the sha256 of the image side's file. */
    id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*-[0-9a-f]{8}$/, 'is not an id: name-12345678')),
    name,
    licence: name,
    /** Where the weights come from: an address, or a sentence. */
    source: name,
    image: imageSchema,
    /** null: finds likeness, but no words. */
    text: v.nullable(textSchema),
    /** Length of a vector of each output. */
    dim: v.object({ features: count(65536), embedding: count(65536) }),
    /** `text` for words → photo on `embedding`, `likeness` for photo → photo on `features`. */
    calibration: v.object({ text: v.nullable(calibrationSchema), likeness: calibrationSchema }),
    /** Left out where the encoder stands by itself. */
    adapts: v.optional(adaptsSchema),
    /** Of every file of the encoder but encoder.json and card.md. */
    sha256: v.record(fileName, sha256),
  }),
  v.check(
    ({ image, text, adapts, sha256 }) =>
      [...filesOf(image, text), ...(adapts ? [adapts.file] : [])].every((file) =>
        Object.hasOwn(sha256, file),
      ),
    'leaves out the sha256 of a file that it names',
  ),
  v.check(
    ({ text, calibration }) => (text === null) === (calibration.text === null),
    'must have calibration.text if and only if it has a text side',
  ),
  v.check(
    ({ id, image, sha256 }) => id.endsWith(`-${sha256[image.file]?.slice(0, 8)}`),
    'has an id that does not end in the first 8 digits of the sha256 of its image file',
  ),
);
export type EncoderCard = v.InferOutput<typeof cardSchema>;

/** The output that photos are compared by: a model with one output has it under one name alone. */
export function likenessOutput({ outputs }: Pick<ImageCard, 'outputs'>): 'features' | 'embedding' {
  return outputs.features === outputs.embedding ? 'embedding' : 'features';
}

/** Files that an encoder cannot run without. */
function filesOf(image: ImageCard, text: TextCard | null): string[] {
  if (!text) return [image.file];
  return [image.file, text.file, ...vocabulariesOf(text)];
}

function vocabulariesOf({ kind, tokenizer }: TextCard): string[] {
  if (kind === 'tokenizer-json') return [tokenizer.file];
  return kind === 'pieces' ? [tokenizer.pieces] : [tokenizer.pieces, tokenizer.words];
}

/** @throws LikenessError encoder-broken when encoder.json is missing, no JSON, or not as the schema asks. */
export function readEncoderCard(dir: string): EncoderCard {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(join(dir, 'encoder.json'), 'utf8'));
  } catch (cause) {
    throw broken(dir, 'has no readable encoder.json', cause);
  }
  const kind = (read as { text?: { kind?: unknown } } | null)?.text?.kind;
  if (typeof kind === 'string' && !Object.hasOwn(textSchemas, kind))
    throw new LikenessError(
      'encoder-broken',
      `The encoder in “${dir}” takes text of the kind “${kind}”, which this version of Likeness cannot make.`,
      'Update Likeness, or choose another encoder.',
    );
  const result = v.safeParse(cardSchema, read);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  throw broken(
    dir,
    `has an encoder.json that cannot be used: ${where ? `${where} ` : ''}${issue.message}`,
    null,
  );
}

/**
 * Reads every file that the card names and compares its sha256: 0.08 s CPU for the 25 MB of the built-in encoder.
 * @throws LikenessError encoder-broken, naming the first file that is missing or has other bytes.
 */
export async function verifyEncoder(dir: string): Promise<EncoderCard> {
  const card = readEncoderCard(dir);
  for (const [file, expected] of Object.entries(card.sha256)) {
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(join(dir, file)), hash);
    } catch (cause) {
      throw broken(dir, `lacks its file “${file}”`, cause);
    }
    if (hash.digest('hex') !== expected) throw broken(dir, `has a damaged file, “${file}”`, null);
  }
  return card;
}

function broken(dir: string, what: string, cause: unknown): LikenessError {
  return new LikenessError(
    'encoder-broken',
    `The encoder in “${dir}” ${what}.`,
    'Install the encoder again, or choose another one.',
    { cause },
  );
}
