/**
 * The end of a training: an encoder folder that the application opens as it is (models/card.ts).
 */
import { readFile } from 'node:fs/promises';
import type { Calibration, EncoderCard, TextCard } from '../models/card.ts';
import type { Engine, Numbers } from './engines/engine.ts';
import { type EncoderFacts, cardText } from './encoder-card.ts';
import { sha256, writeEncoderFolder } from './encoder-folder.ts';
import type { Compute } from './graph/fix-weights.ts';
import { finishedModel } from './graph/finished-model.ts';
import { cast, equal, not, sub } from './graph/ops/elementwise.ts';
import { sum } from './graph/ops/reduce.ts';
import { reshape } from './graph/ops/shape.ts';
import { type Tensor, input, integers } from './graph/tensor.ts';
import type { Description } from './methods/method.ts';
import { Pass } from './modules/weights.ts';
import type { Statistics } from './transforms/view.ts';

export interface ExportOptions {
  /** The folder, absolute; what is there already is replaced. */
  readonly out: string;
  /** Images [B, 3, S, S], normalised → the two outputs, [B, D] each; over the weights that `values` are of. */
  readonly encode: (images: Tensor, pass: Pass) => Description;
  /** S, px. */
  readonly side: number;
  /** Of pixels from 0 to 1, as the training has normalised them. */
  readonly statistics: Statistics;
  /** Of every state that the encoder reads, by name; others may be among them. */
  readonly values: ReadonlyMap<string, Numbers>;
  /** Folds norms into filters and the like. */
  readonly engine: Engine;
  /** null: finds likeness, but no words. */
  readonly text: TextSide | null;
  readonly calibration: { readonly likeness: Calibration; readonly text: Calibration | null };
  readonly facts: EncoderFacts;
}

export interface TextSide {
  /** Tokens [B, T] and where each text ends [B] → [B, D], beside `embedding`. */
  readonly encode: (tokens: Tensor<'i32'>, ends: Tensor<'i32'>, pass: Pass) => Tensor;
  /** T. */
  readonly context: number;
  /** The file of sentence pieces that the captions were read with. */
  readonly pieces: string;
  /** Tokens behind the last piece, and from there on: training/data/captions.ts. */
  readonly end: number;
  readonly pad: number;
  /** Sentences for bare nouns; none when left out. */
  readonly templates?: readonly string[];
}

/** Names of files, inputs and outputs in every exported encoder. */
const names = {
  image: { file: 'image.onnx', input: 'image', outputs: { features: 'features', embedding: 'embedding' } },
  text: { file: 'text.onnx', input: 'pieces', output: 'embedding', pieces: 'pieces.json' },
} as const;

/**
 * Writes the encoder.
 * @returns its card.
 * @throws RangeError when a value is missing, ShapeError when the network cannot do without a fixed batch, LikenessError
 *   when a fact does not fit a card; the file system's errors. `out` then is as it was.
 */
export async function exportEncoder(options: ExportOptions): Promise<EncoderCard> {
  const { out, text, values, engine } = options;
  const compute = computeOn(engine);
  const files = new Map<string, Uint8Array>();
  files.set(names.image.file, await finishedModel((batch) => imageSide(options, batch), values, compute));
  if (text) {
    files.set(names.text.file, await finishedModel((batch) => textSide(text, batch), values, compute));
    files.set(names.text.pieces, await readFile(text.pieces));
  }
  const hashes = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)]));
  const card = cardOf(options, hashes);
  files.set('encoder.json', Buffer.from(`${JSON.stringify(card, null, 2)}\n`));
  files.set('card.md', Buffer.from(cardText(card, options.facts)));

  await writeEncoderFolder(out, files);
  return card;
}

function imageSide({ encode, side }: ExportOptions, batch: number) {
  const images = input(names.image.input, [batch, 3, side, side]);
  const { features, embedding } = encode(images, new Pass({ training: false }));
  const { outputs } = names.image;
  return { [outputs.features]: features, [outputs.embedding]: embedding };
}

/** The model finds the end of each text itself: it is the last token that fills nothing up. */
function textSide({ encode, context, pad }: TextSide, batch: number) {
  const tokens = input(names.text.input, [batch, context], 'i32');
  const said = cast(not(equal(tokens, integers([pad], [1, 1]))), 'f32');
  const ends = cast(reshape(sub(sum(said, 1), 1), [batch]), 'i32');
  return { [names.text.output]: encode(tokens, ends, new Pass({ training: false })) };
}

/** Numbers of tensors that depend on nothing from outside. */
export function computeOn(engine: Engine): Compute {
  return async (tensors) => {
    if (tensors.length === 0) return [];
    const memory = engine.memory();
    const outputs = Object.fromEntries(tensors.map((tensor, i) => [`folded${i}`, tensor]));
    const program = await engine.compile({ outputs, updates: new Map() }, memory);
    const results = await program.run({});
    await program.close();
    await memory.close();
    return tensors.map((_, i) => results[`folded${i}`]!);
  };
}

function cardOf(options: ExportOptions, hashes: Readonly<Record<string, string>>): EncoderCard {
  const { encode, side, statistics, text, calibration, facts } = options;
  const { features, embedding } = encode(input('image', [1, 3, side, side]), new Pass({ training: false }));
  return {
    id: `${facts.id}-${hashes[names.image.file]!.slice(0, 8)}`,
    name: facts.name,
    licence: 'private',
    source: `Trained by Likeness (${facts.method}) on photos of its owner. See card.md.`,
    image: {
      ...names.image,
      size: side,
      resize: 'squash',
      interpolation: 'lanczos3',
      mean: ofBytes(statistics.mean),
      std: ofBytes(statistics.std),
    },
    text: text && textCard(text),
    dim: { features: features.shape[1]!, embedding: embedding.shape[1]! },
    calibration,
    sha256: hashes,
  };
}

/** From the scale 0..1 to that of bytes. */
const ofBytes = (values: readonly number[]) => values.map((value) => value * 255) as [number, number, number];

function textCard({ context, end, pad, templates = [] }: TextSide): TextCard {
  const { file, output, pieces } = names.text;
  return {
    kind: 'pieces',
    file,
    output,
    tokenizer: { pieces, end, pad },
    context,
    lowercase: true,
    templates: [...templates],
  };
}
