/**
 * An image tower beside the words of the built-in encoder, as an encoder's folder: so the teacher, the stop-gap and every
 * tower on the way are opened, run and measured like any other encoder. All share one space with the words.
 */
import { join } from 'node:path';
import { type EncoderCard, type ImageCard, readEncoderCard } from '../../../models/card.ts';
import { sha256, writeEncoderFolder } from '../../encoder-folder.ts';

export interface Tower {
  /** Begins the id. */
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** What image.onnx is to hold: outputs `features` and `embedding` of the built-in encoder's lengths. */
  readonly model: Uint8Array;
  readonly image: Pick<ImageCard, 'size' | 'mean' | 'std'>;
  readonly calibration?: EncoderCard['calibration'];
}

/** What all towers have in common. */
export const squashed = {
  file: 'image.onnx',
  input: 'image',
  resize: 'squash',
  interpolation: 'lanczos3',
  outputs: { features: 'features', embedding: 'embedding' },
} as const;

/** The stop-gap's input, and that of every tower made here. */
export const builtInImage: Tower['image'] = { size: 160, mean: [123, 117, 104], std: [58, 58, 58] };
/** The teacher takes bytes as they are. */
export const teacherImage: Tower['image'] = { size: 224, mean: [0, 0, 0], std: [1, 1, 1] };

/**
 * @param dir  the folder, absolute; what is there already is replaced. @param words  folder of the built-in encoder.
 * @param more  other files of the folder, by name.
 */
export async function writeWithWords(
  dir: string,
  { id, name, source, model, image, calibration }: Tower,
  words: string,
  more: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<EncoderCard> {
  const own = readEncoderCard(words);
  const { text } = own;
  if (text?.kind !== 'pieces-and-words')
    throw new RangeError('the words must be those of the built-in encoder');
  const copied = [text.file, text.tokenizer.pieces, text.tokenizer.words];
  const hash = sha256(model);
  const card: EncoderCard = {
    id: `${id}-${hash.slice(0, 8)}`,
    name,
    licence: 'Apache-2.0',
    source,
    image: { ...squashed, ...image },
    text,
    dim: own.dim,
    calibration: calibration ?? own.calibration,
    sha256: { 'image.onnx': hash, ...Object.fromEntries(copied.map((file) => [file, own.sha256[file]!])) },
  };
  const files = new Map<string, Uint8Array | { readonly copyOf: string }>([
    ['image.onnx', model],
    ...copied.map((file) => [file, { copyOf: join(words, file) }] as const),
    ['encoder.json', Buffer.from(`${JSON.stringify(card, null, 2)}\n`)],
    ...more,
  ]);
  await writeEncoderFolder(dir, files);
  return card;
}
