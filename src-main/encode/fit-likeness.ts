/** How an encoder's likeness is to be read, learned from a person's own photos: a part of a photo matches the whole. */
import type { Calibration } from '../../models/card.ts';
import { dot } from '../../models/embedding.ts';
import { calibrationBetween, fitCalibration, type JudgedPairs } from '../../models/fit-calibration.ts';
import { readPixels, type Pixels } from '../../models/pixels.ts';
import { inputLength, preprocess } from '../../models/preprocess.ts';
import { thumbnailSides } from '../contract/engine.ts';
import type { PhotoEncoder } from './photo-encoder.ts';

/** One photo in twenty of a library is like another: the prior of models/relevance.ts. */
const prior = 1 / 20;
/** With fewer the two numbers are little better than a guess. */
const photosAtLeast = 40;

export interface FitLikenessOptions {
  readonly encoder: PhotoEncoder;
  /** Milliseconds after which no further photo is looked at. */
  readonly patienceMs: number;
}

/**
 * Encodes photos and a part of each (30 to 80 % of it, in other light and colours, every other one mirrored), and fits which
 * similarity makes a match likelier than none. Photos that cannot be read are passed over.
 * @param paths  spread over the library, so that few are of one moment.
 * @returns null when too few photos could be looked at.
 */
export async function fitLikeness(
  paths: readonly string[],
  { encoder, patienceMs }: FitLikenessOptions,
): Promise<Calibration | null> {
  const { image } = encoder.card;
  const batch = new Float32Array(2 * inputLength(image));
  const [wholes, parts]: [Float32Array[], Float32Array[]] = [[], []];
  const random = seeded(7);
  const untilMs = performance.now() + patienceMs;
  for (const path of paths) {
    if (performance.now() > untilMs) break;
    const pixels = await readPixels(path, { longSide: thumbnailSides.large }).catch(() => null);
    if (!pixels) continue;
    await preprocess(pixels, image, batch, 0);
    await preprocess(partOf(pixels, random), image, batch, 1);
    const [whole, part] = await encoder.encode(batch, 2);
    wholes.push(whole!.features);
    parts.push(part!.features);
  }
  if (wholes.length < photosAtLeast) return null;
  const pairs = judged(parts, wholes);
  try {
    const fit = fitCalibration(pairs, { prior, from: meanOfOthers(pairs) });
    if (fit.weight > 0) return fit;
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return calibrationBetween(pairs);
}

/** Every part against every whole; its own is the match. */
function judged(parts: readonly Float32Array[], wholes: readonly Float32Array[]): JudgedPairs {
  const count = wholes.length;
  const similarity = new Float32Array(count * count);
  const match = new Uint8Array(count * count);
  for (const [row, part] of parts.entries())
    for (const [column, whole] of wholes.entries()) similarity[row * count + column] = dot(part, whole);
  for (let at = 0; at < count; at++) match[at * count + at] = 1;
  return { similarity, match };
}

/** Pairs below it say nothing about where the line lies. */
function meanOfOthers({ similarity, match }: JudgedPairs): number {
  const sum = similarity.reduce((total, value, at) => total + (match[at] ? 0 : value), 0);
  return sum / match.reduce((count, one) => count + 1 - one, 0);
}

/** A box of the photo, mirrored or not, brighter or darker, with more or less colour. */
function partOf({ rgb, width, height }: Pixels, random: () => number): Pixels {
  const area = 0.3 + 0.5 * random();
  const aspect = Math.exp(0.5 * (random() - 0.5));
  const box = {
    width: Math.max(1, Math.floor(width * Math.min(1, Math.sqrt(area * aspect)))),
    height: Math.max(1, Math.floor(height * Math.min(1, Math.sqrt(area / aspect)))),
  };
  const left = Math.floor(random() * (width - box.width));
  const top = Math.floor(random() * (height - box.height));
  const mirrored = random() < 0.5;
  const [light, colour] = [0.7 + 0.6 * random(), 0.5 + random()];
  const part = new Uint8ClampedArray(box.width * box.height * 3);
  for (let y = 0, to = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++, to += 3) {
      const from = ((top + y) * width + left + (mirrored ? box.width - 1 - x : x)) * 3;
      const grey = 0.299 * rgb[from]! + 0.587 * rgb[from + 1]! + 0.114 * rgb[from + 2]!;
      for (let channel = 0; channel < 3; channel++)
        part[to + channel] = light * (grey + colour * (rgb[from + channel]! - grey));
    }
  return { rgb: new Uint8Array(part.buffer), width: box.width, height: box.height };
}

/** Numbers in 0..1, the same in every run. Park and Miller 1988, «minimal standard». */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
