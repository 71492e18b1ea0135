/** Vectors of files and texts with one encoder, without the library: what the engine's `embed` call does. */
import { readPixels } from '../../models/pixels.ts';
import { inputLength, preprocess } from '../../models/preprocess.ts';
import { thumbnailSides, type EncoderOutput, type Outcome } from '../contract/engine.ts';
import { toErrorData } from '../contract/errors.ts';
import { BatchEncoder } from './batch-encoder.ts';
import type { PhotoEncoder } from './photo-encoder.ts';
import type { TextEncoder } from './text-encoder.ts';

type Embedded = Outcome<{ vector: Float32Array }>;

export interface EmbedFilesOptions {
  readonly encoder: PhotoEncoder;
  readonly output: EncoderOutput;
  /** Photos decoded at once, 1 or more. */
  readonly decodes: number;
  /** Checked before each photo; rejects with signal.reason. */
  readonly signal?: AbortSignal;
}

/**
 * Decodes and encodes photo files, the two side by side.
 * @returns one outcome a path, in their order; a file that cannot be read has its error and stops nothing.
 * Memory: two photos a decode at a time, besides the vectors (1.5 KB each with the built-in encoder).
 */
export async function embedFiles(paths: readonly string[], options: EmbedFilesOptions): Promise<Embedded[]> {
  const { encoder, output, decodes, signal } = options;
  const batches = new BatchEncoder(encoder);
  const outcomes = Array.from<Embedded>({ length: paths.length });
  const queue = paths.entries();

  // A lane decodes its next photo while its last one is being encoded: never more than two of it are in memory.
  async function lane(): Promise<void> {
    let encoding = Promise.resolve();
    for (const [at, path] of queue) {
      signal?.throwIfAborted();
      const tensor = await decoded(path, encoder).catch(toOutcome);
      await encoding;
      if (tensor instanceof Float32Array) {
        encoding = batches.encode(tensor).then(
          (vectors) => void (outcomes[at] = { ok: true, vector: vectors[output] }),
          (thrown: unknown) => void (outcomes[at] = toOutcome(thrown)),
        );
      } else outcomes[at] = tensor;
    }
    await encoding;
  }

  await Promise.all(Array.from({ length: Math.max(1, decodes) }, lane));
  return outcomes;
}

/** Texts encoded together: padding makes a batch as long as its longest text. */
const textsAtOnce = 16;

/**
 * Encodes texts as they stand, without templates.
 * @returns one outcome a text, in their order; an empty text has an error of its own.
 */
export async function embedTexts(texts: readonly string[], encoder: TextEncoder): Promise<Embedded[]> {
  const outcomes = Array.from<Embedded>({ length: texts.length });
  const places: number[] = [];
  for (const [at, text] of texts.entries()) {
    if (text.trim()) places.push(at);
    else outcomes[at] = { ok: false, error: emptyText };
  }
  for (let from = 0; from < places.length; from += textsAtOnce) {
    const group = places.slice(from, from + textsAtOnce);
    const vectors = await encoder.encode(group.map((at) => texts[at]!));
    for (const [row, at] of group.entries()) outcomes[at] = { ok: true, vector: vectors[row]! };
  }
  return outcomes;
}

const emptyText = {
  code: 'bad-input',
  message: 'The text is empty.',
  hint: 'Give at least one word.',
} as const;

async function decoded(path: string, encoder: PhotoEncoder): Promise<Float32Array> {
  const { image } = encoder.card;
  const tensor = new Float32Array(inputLength(image));
  await preprocess(await readPixels(path, { longSide: thumbnailSides.large }), image, tensor);
  return tensor;
}

function toOutcome(thrown: unknown): Embedded {
  return { ok: false, error: toErrorData(thrown) };
}
