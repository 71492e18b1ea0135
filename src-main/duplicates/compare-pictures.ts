/** How one picture lies on another, and how much of what is to be seen in both is the same. */
import { type Alignment, refine } from './align.ts';
import { type Affine, type Look, type Plane, colourSide, sampleAt } from './plane.ts';
import { starts } from './starts.ts';
import { structureAt } from './structure.ts';

export interface Comparison extends Alignment {
  /**
   * Mean correlation of small parts that have something in them, -1..1: near 1 for one exposure in whatever tones, below 0.6 for
   * another view of the same.
   */
  readonly structure: number;
  /** Root mean square of the colours' difference, tones as they are; only where the pictures lie on each other whole and upright. */
  readonly colour: number | null;
  /** Fine detail of B against A's, in the same places: 1 the same, less where B is blurred. */
  readonly detail: number;
}

/** Structure that needs no other start. */
const found = 0.95;
/** Below this after the first steps, or after the second ones, it comes to nothing: copies are at 0.5 and 0.8 by then. */
const promising = 0.3;
const worthIt = 0.55;
/** Of the starts refined at 24 px, those that are refined further. */
const finalists = 2;

/**
 * @returns null where the two do not lie on each other at all.
 * Cost: 3 ms for copies, 8 ms for parts and for pictures that differ.
 */
export function comparePictures(a: Look, b: Look): Comparison | null {
  const begun: { readonly affine: Affine; readonly structure: number }[] = [];
  for (const { affine } of starts(a, b)) {
    const refined = refine(a.planes[24], b.planes[24], affine, 10);
    if (!refined) continue;
    const structure = structureAt(a.planes[48], b.planes[48], refined.affine, 6);
    if (structure > promising) begun.push({ affine: refined.affine, structure });
    if (structure > found) break;
  }
  begun.sort((one, other) => other.structure - one.structure);
  // What a size does not hold is no difference: the finest plane has half the samples of the smaller picture at most.
  const finest = Math.min(a.shortSide, b.shortSide) < 2.4 * 96 ? 48 : 96;
  let best: Comparison | null = null;
  for (const { affine } of begun.slice(0, finalists)) {
    const nearer = refine(a.planes[48], b.planes[48], affine, 10);
    if (!nearer || structureAt(a.planes[48], b.planes[48], nearer.affine, 6) < worthIt) continue;
    const fine = refine(a.planes[finest], b.planes[finest], nearer.affine, 8);
    if (!fine) continue;
    const structure = structureAt(a.planes[finest], b.planes[finest], fine.affine, finest / 12);
    if (!best || structure > best.structure)
      best = {
        ...fine,
        structure,
        colour: colourBetween(a, b, fine.affine),
        detail: detailOf(a.planes[finest], b.planes[finest], fine),
      };
    if (structure > found) break;
  }
  return best;
}

const identity: Affine = [1, 0, 0, 0, 1, 0];
export const isIdentity = (affine: Affine, within: number) =>
  affine.every((value, i) => Math.abs(value - identity[i]!) <= within);

function colourBetween(a: Look, b: Look, affine: Affine): number | null {
  if (!isIdentity(affine, 0.03)) return null;
  let sum = 0;
  for (const [channel, values] of a.colour.entries())
    for (const [i, value] of values.entries()) sum += (value - b.colour[channel]![i]!) ** 2;
  return Math.sqrt(sum / (colourSide * colourSide * 3));
}

/** Energy of the second differences of both, tones evened out. */
function detailOf(from: Plane, to: Plane, { affine, gain }: Alignment): number {
  const { side, values } = from;
  const [p, q, r, s, t, u] = affine;
  const seen = new Float32Array(side * side);
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at++)
      seen[at] = sampleAt(
        to,
        p * ((column + 0.5) / side) + q * ((row + 0.5) / side) + r,
        s * ((column + 0.5) / side) + t * ((row + 0.5) / side) + u,
      );
  let [own, other] = [0, 0];
  for (let row = 1; row < side - 1; row++)
    for (let column = 1; column < side - 1; column++) {
      const at = row * side + column;
      const curve = (of: Float32Array) =>
        4 * of[at]! - of[at - 1]! - of[at + 1]! - of[at - side]! - of[at + side]!;
      const there = curve(seen);
      if (Number.isNaN(there)) continue;
      own += curve(values) ** 2;
      other += (gain * there) ** 2;
    }
  return Math.sqrt((other + 1) / (own + 1));
}
