/** An encoder's folder, opened for measuring it: photos and texts → unit vectors. */
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type EncoderCard, type TextCard, readEncoderCard } from '../../models/card.ts';
import { inputLength } from '../../models/preprocess.ts';
import { openTokenizer } from '../../models/tokenizer.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { sessionOptions } from './onnx-session.ts';

/** Unit vectors of a batch of photos, row by row. */
export interface PhotoRows {
  /** [count, dim.features]. */
  readonly features: Float32Array;
  /** [count, dim.embedding]. */
  readonly embedding: Float32Array;
}

export interface OpenedEncoder {
  readonly card: EncoderCard;
  /**
   * @param batch  [B, 3, S, S] as preprocess writes it; the first `count` photos of it are read.
   * @throws LikenessError encoder-broken when the model gives something else than its card says, or no numbers.
   */
  encodePhotos(batch: Float32Array, count: number): Promise<PhotoRows>;
  /** Texts as they stand → [count, dim.embedding]; null when the encoder has no text side. */
  readonly encodeTexts: ((texts: readonly string[]) => Promise<Float32Array>) | null;
  close(): Promise<void>;
}

/**
 * @param dir  the encoder's folder (models/card.ts).
 * @param threads  of the processor; all cores when null.
 * @throws LikenessError encoder-broken when a file of it is missing or damaged.
 */
export async function openEncoder(
  dir: string,
  { threads }: { readonly threads: number | null },
): Promise<OpenedEncoder> {
  const card = readEncoderCard(dir);
  const { image, text, dim } = card;
  const photos = await load(dir, image.file, threads);
  const texts = text && (await openTexts(dir, text, dim.embedding, threads));
  return {
    card,
    async encodePhotos(batch, count) {
      const length = inputLength(image);
      if (count < 1 || count * length > batch.length)
        throw new RangeError(`${count} photos from a batch of ${batch.length / length}`);
      const dims = [count, 3, image.size, image.size];
      const feeds = { [image.input]: new Tensor('float32', batch.subarray(0, count * length), dims) };
      const { features, embedding } = image.outputs;
      const made = await photos.run(feeds, [...new Set([features, embedding])]);
      return {
        features: unitRowsOf(made, features, [count, dim.features]),
        embedding: unitRowsOf(made, embedding, [count, dim.embedding]),
      };
    },
    encodeTexts: texts && texts.encode,
    async close() {
      await photos.release();
      await texts?.close();
    },
  };
}

async function openTexts(dir: string, card: TextCard, dim: number, threads: number | null) {
  const tokenizer = await openTokenizer(dir, card);
  const session = await load(dir, card.file, threads);
  return {
    async encode(texts: readonly string[]) {
      const tokens = Object.entries(tokenizer.encode(texts));
      const feeds = tokens.map(([name, { data, dims }]) => [name, new Tensor('int64', data, dims)] as const);
      const made = await session.run(Object.fromEntries(feeds), [card.output]);
      return unitRowsOf(made, card.output, [texts.length, dim]);
    },
    close: () => session.release(),
  };
}

async function load(dir: string, file: string, threads: number | null): Promise<InferenceSession> {
  try {
    const options = { provider: 'cpu', ...(threads !== null && { threads }) } as const;
    return await InferenceSession.create(join(dir, file), {
      ...sessionOptions(options, []),
      // Threads that wait for work would spin and take the cores from the decoders.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw broken(`The model “${file}” cannot be loaded: it is missing or damaged.`, cause);
  }
}

/** One output as unit rows of its own memory; a row of zeros stays one: a collapsed encoder is to be measured too. */
function unitRowsOf(
  made: InferenceSession.ReturnType,
  name: string,
  [count, dim]: readonly [number, number],
): Float32Array {
  const output = made[name];
  if (!(output?.data instanceof Float32Array) || output.data.length !== count * dim)
    throw broken(
      `The encoder's output “${name}” is not [${count}, ${dim}] as its card says, but [${output?.dims.join(', ') ?? ''}].`,
    );
  const rows = output.data.slice();
  for (let start = 0; start < rows.length; start += dim) {
    const row = rows.subarray(start, start + dim);
    const length = Math.hypot(...row);
    if (!Number.isFinite(length)) throw broken(`The encoder's output “${name}” holds no numbers (NaN).`);
    if (length > 1e-12) for (let d = 0; d < dim; d++) row[d]! /= length;
  }
  return rows;
}

function broken(what: string, cause?: unknown): LikenessError {
  return new LikenessError('encoder-broken', what, 'Install or train the encoder again.', { cause });
}
