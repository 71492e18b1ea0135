/** How the similarities of a trained encoder are to be read: what a match is like, and what chance gives. */
import type { Calibration } from '../models/card.ts';
import { calibrationBetween, fitCalibration, type JudgedPairs } from '../models/fit-calibration.ts';
import type { RunEncoder } from './encode-run.ts';
import { type Rows, rowAt, unitRows } from './evaluate/rows.ts';
import { askedPhotos } from './measure-run.ts';
import { Random } from './random.ts';
import type { RunData } from './run-data.ts';

export interface Calibrations {
  readonly likeness: Calibration;
  /** null for a method without words. */
  readonly text: Calibration | null;
}

/** One photo in twenty of a library shows what is asked for, as for the built-in encoder. */
const prior = 1 / 20;
/** Of other photos for each one that matches. */
const othersEach = 20;

/** On photos held out: half a photo matches the whole, a caption its photo, and neither any other. */
export async function calibrateRun(encoder: RunEncoder, data: RunData, seed: number): Promise<Calibrations> {
  const asked = askedPhotos(data, seed);
  const { features, embedding } = await encoder.photos(asked, 'whole');
  const halves = (await encoder.photos(asked, 'half')).features;
  return {
    likeness: calibratePairs(halves, features, seed),
    text: encoder.captions && calibratePairs(await encoder.captions(asked), embedding, seed),
  };
}

/**
 * Row i of the queries matches row i of the bank, and no other. @param queries  [N, D]. @param bank  [N, D].
 */
export function calibratePairs(queries: Rows, bank: Rows, seed: number): Calibration {
  const pairs = judged(unitRows(queries), unitRows(bank), new Random(seed, 'calibration'));
  try {
    const fit = fitCalibration(pairs, { prior, from: -1 });
    if (fit.weight > 0) return fit;
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return calibrationBetween(pairs);
}

function judged(queries: Rows, bank: Rows, random: Random): JudgedPairs {
  const [similarity, match]: [number[], number[]] = [[], []];
  for (let i = 0; i < queries.count; i++)
    for (let k = 0; k <= othersEach; k++) {
      const j = k === 0 ? i : random.integer(bank.count);
      if (k > 0 && j === i) continue;
      similarity.push(dot(rowAt(queries, i), rowAt(bank, j)));
      match.push(k === 0 ? 1 : 0);
    }
  return { similarity: Float32Array.from(similarity), match: Uint8Array.from(match) };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
