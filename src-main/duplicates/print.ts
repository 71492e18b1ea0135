/**
 * What a picture is looked up by: its lowest frequencies (the discrete cosine transform that pHash cuts down to signs; Zauner
 * 2010), each as strong as the others are on average, as a vector of unit length. Brightness and contrast fall out of it, and
 * turning or mirroring the picture only changes signs and swaps rows with columns.
 */
import { type Plane, sampleAt } from './plane.ts';

/** Frequencies each way; the mean is left out. */
const frequencies = 8;
export const printDim = frequencies * frequencies - 1;

const bases = new Map<number, Float32Array>();
/** [frequencies, side]: cosines at the middle of each sample. */
function basisOf(side: number): Float32Array {
  const known = bases.get(side);
  if (known) return known;
  const basis = new Float32Array(frequencies * side);
  for (let u = 0; u < frequencies; u++)
    for (let x = 0; x < side; x++) basis[u * side + x] = Math.cos((Math.PI * u * (x + 0.5)) / side);
  bases.set(side, basis);
  return basis;
}

/** @returns unit length; all 0 for a picture of one colour. Row by row, the frequency to the right rising first. */
export function printOf({ side, values }: Plane): Float32Array {
  const basis = basisOf(side);
  const rows = new Float64Array(side * frequencies);
  for (let y = 0; y < side; y++)
    for (let u = 0; u < frequencies; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += values[y * side + x]! * basis[u * side + x]!;
      rows[y * frequencies + u] = sum;
    }
  const print = new Float32Array(printDim);
  let energy = 0;
  for (let v = 0; v < frequencies; v++)
    for (let u = 0; u < frequencies; u++) {
      if (u + v === 0) continue;
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * frequencies + u]! * basis[v * side + y]!;
      // Pictures fall off with the frequency; a zero frequency's cosines are twice as strong.
      const scaled = sum * Math.hypot(u, v) * (u === 0 || v === 0 ? Math.SQRT1_2 : 1);
      print[v * frequencies + u - 1] = scaled;
      energy += scaled * scaled;
    }
  const length = Math.sqrt(energy);
  // A tenth of a value at every sample is noise, no picture.
  return length < 0.1 * side * side * 0.1 ? print.fill(0) : print.map((value) => value / length);
}

/** Samples of one value (within this much) along an edge are a border. */
const flat = 2.5;

/**
 * The print of the picture without its border: bars of one colour, or black corners' rows. @returns null where it has none, or is
 * nothing else.
 */
export function printWithin(plane: Plane): Float32Array | null {
  const { side, values } = plane;
  const isFlat = (first: number, step: number) => {
    let [least, most] = [255, 0];
    for (let i = 0, at = first; i < side; i++, at += step) {
      least = Math.min(least, values[at]!);
      most = Math.max(most, values[at]!);
    }
    return most - least < flat;
  };
  const depth = (line: (n: number) => boolean) => {
    let n = 0;
    while (n < side / 2 && line(n)) n += 1;
    return n;
  };
  const top = depth((n) => isFlat(n * side, 1));
  const bottom = depth((n) => isFlat((side - 1 - n) * side, 1));
  const left = depth((n) => isFlat(n, side));
  const right = depth((n) => isFlat(side - 1 - n, side));
  // The line beside a border is half border, half picture.
  const soft = (edge: number) => (edge === 0 ? 0 : edge + 1);
  const [width, height] = [side - soft(left) - soft(right), side - soft(top) - soft(bottom)];
  if (top + bottom + left + right === 0 || width < side / 4 || height < side / 4) return null;
  const inner = new Float32Array(innerSide * innerSide);
  for (let y = 0; y < innerSide; y++)
    for (let x = 0; x < innerSide; x++)
      inner[y * innerSide + x] = sampleAt(
        plane,
        (soft(left) + ((x + 0.5) * width) / innerSide) / side,
        (soft(top) + ((y + 0.5) * height) / innerSide) / side,
      );
  return printOf({ side: innerSide, values: inner });
}
const innerSide = 24;

/** One of the eight ways to turn and mirror: rows swapped with columns first, then mirrored to the side and upside down. */
interface Turn {
  readonly swap: boolean;
  readonly x: boolean;
  readonly y: boolean;
}
const turns: readonly Turn[] = [false, true].flatMap((swap) =>
  [false, true].flatMap((x) => [false, true].map((y) => ({ swap, x, y }))),
);

/** Where each number of a turned print comes from, and its sign. */
const turnTables = turns.map(({ swap, x, y }) => {
  const from = new Uint8Array(printDim);
  const sign = new Int8Array(printDim);
  for (let v = 0; v < frequencies; v++)
    for (let u = 0; u < frequencies; u++) {
      if (u + v === 0) continue;
      const to = v * frequencies + u - 1;
      from[to] = swap ? u * frequencies + v - 1 : to;
      sign[to] = ((x ? u : 0) + (y ? v : 0)) % 2 === 0 ? 1 : -1;
    }
  return { from, sign };
});

/** The print of the picture turned or mirrored. @param turn  0..7; 0 leaves it. */
export function turnPrint(print: Float32Array, turn: number): Float32Array {
  const { from, sign } = turnTables[turn]!;
  return print.map((_, i) => print[from[i]!]! * sign[i]!);
}

/** Numbers without any symmetry, falling with the frequency: they tell the turns of a print apart. */
const compass = Float32Array.from({ length: printDim }, (_, i) => {
  const [u, v] = [(i + 1) % frequencies, Math.floor((i + 1) / frequencies)];
  return Math.cos(1.7 + 2.3 * u + 0.9 * v * v + 0.37 * u * v) / (u * u + v * v);
});
/** Turns that point nearly as well as the best are all tried. */
const nearly = 0.05;

/** The turns of a print that point best along the compass, the best first: a turned copy has the same best one, or one of the others. */
export function standardTurns(print: Float32Array): Float32Array[] {
  const turned = turns.map((_, turn) => turnPrint(print, turn));
  const rated = turned
    .map((one) => ({ one, along: one.reduce((sum, value, i) => sum + value * compass[i]!, 0) }))
    .sort((a, b) => b.along - a.along);
  return rated.filter(({ along }) => along >= rated[0]!.along - nearly).map(({ one }) => one);
}
