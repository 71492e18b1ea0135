/**
 * Pastes a part of one view into another: new pictures out of few photos. A network that pools over all places says of such a
 * picture about the mean of what it says of its two parts, by their areas, so the teacher need not be asked again.
 * Source: Yun et al. 2019 (CutMix), arXiv 1905.04899; that distilling from few photos needs mixed ones: Beyer et al. 2022,
 * arXiv 2106.05237.
 */
import type { Random } from '../../random.ts';

/** Least and most of a view's area that is pasted over: the larger part stays the photo's own, and its sentence true. */
const pastedArea = [0.15, 0.5] as const;

export interface Views {
  /** [B, 3, S, S]. */
  readonly planes: Uint8Array;
  /** [B, width], unit length within each of `parts`. */
  readonly target: Float32Array;
  readonly side: number;
  /** Lengths of the vectors that stand side by side in a row of `target`. */
  readonly parts: readonly number[];
}

/** Pastes into a share of the views, in place, from what the others were before. */
export function pasteViews({ planes, target, side, parts }: Views, share: number, random: Random): void {
  const width = parts.reduce((sum, part) => sum + part, 0);
  const batch = target.length / width;
  const [others, said] = [planes.slice(), target.slice()];
  for (let view = 0; view < batch; view++) {
    const wanted = random.uniform() < share;
    const other = (view + 1 + random.integer(batch - 1)) % batch;
    const area = random.uniform(...pastedArea);
    const aspect = Math.exp(random.uniform(-0.7, 0.7));
    const across = Math.max(1, Math.min(side, Math.round(side * Math.sqrt(area * aspect))));
    const down = Math.max(1, Math.min(side, Math.round(side * Math.sqrt(area / aspect))));
    const [left, top] = [random.integer(side - across + 1), random.integer(side - down + 1)];
    if (!wanted) continue;
    for (let channel = 0; channel < 3; channel++)
      for (let row = top; row < top + down; row++) {
        const place = (channel * side + row) * side + left;
        const from = other * 3 * side * side + place;
        planes.set(others.subarray(from, from + across), view * 3 * side * side + place);
      }
    const foreign = (across * down) / side ** 2;
    let start = 0;
    for (const part of parts) {
      blend(target, said, [view * width + start, other * width + start, part], foreign);
      start += part;
    }
  }
}

/** The unit vector between two, nearer to the one with the larger share. */
function blend(
  into: Float32Array,
  from: Float32Array,
  [own, other, length]: readonly [number, number, number],
  share: number,
): void {
  let squares = 0;
  for (let d = 0; d < length; d++) {
    into[own + d] = (1 - share) * from[own + d]! + share * from[other + d]!;
    squares += into[own + d]! ** 2;
  }
  for (let d = 0; d < length; d++) into[own + d]! /= Math.sqrt(squares) || 1;
}
