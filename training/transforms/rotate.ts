/**
 * Rotation, the one change of a view that two matrices cannot do. It is made on the pixels before they go in, and only
 * for recipes that ask for it; such a view is fed photos of its own.
 */
import type { Random } from '../random.ts';
import type { PhotoSize } from './boxes.ts';
import type { ViewRecipe } from './view-recipe.ts';

/** Both anticlockwise; the quarter turns come first. */
export interface Rotation {
  /** 0 to 3. */
  readonly quarterTurns: number;
  readonly degrees: number;
}

/** The same draws are made whatever the recipe says; without rotation in it, nothing is turned. */
export function drawRotation({ rotation }: ViewRecipe, random: Random): Rotation {
  const quarterTurns = random.integer(4);
  const degrees = random.uniform(-1, 1) * (rotation?.degrees ?? 0);
  return { quarterTurns: rotation?.quarterTurns ? quarterTurns : 0, degrees };
}

/** The size of a photo after its quarter turns. */
export function turnedSize({ width, height }: PhotoSize, { quarterTurns }: Rotation): PhotoSize {
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/**
 * A photo rotated about its middle. What comes into the corners from outside is the photo mirrored at its edge, so
 * that no black shows that a network could learn the angle from. Quarter turns are exact, other angles bilinear, and
 * true to the photo as it is, not to the square that it was squashed to.
 * @param pixels  [3, C, C] planes, squashed; left as they are. @param photo  the size from before the rotation.
 * Cost at C = 256: 0.4 ms for a quarter turn, 3 ms for another angle (a shared server core).
 */
export function rotated(pixels: Uint8Array, rotation: Rotation, photo: PhotoSize): Uint8Array {
  const side = Math.sqrt(pixels.length / 3);
  if (!Number.isInteger(side)) throw new RangeError(`${pixels.length} bytes are no three square planes`);
  const turned = quarterTurned(pixels, side, rotation.quarterTurns);
  if (rotation.degrees === 0) return turned;
  const { width, height } = turnedSize(photo, rotation);
  return tilted(turned, side, (rotation.degrees / 180) * Math.PI, width / height);
}

function quarterTurned(pixels: Uint8Array, side: number, turns: number): Uint8Array {
  if (turns === 0) return pixels;
  // Where the source index starts, and how it moves along a row and down a column of the result.
  const last = side - 1;
  const [start, across, down] = [
    [0, 1, side],
    [last, side, -1],
    [side * side - 1, -1, -side],
    [last * side, -side, 1],
  ][turns] as [number, number, number];
  const out = new Uint8Array(pixels.length);
  for (let plane = 0, at = 0; plane < pixels.length; plane += side * side)
    for (let y = 0; y < side; y++)
      for (let x = 0, from = plane + start + y * down; x < side; x++, from += across)
        out[at++] = pixels[from]!;
  return out;
}

/** @param aspect  width by height of the photo; both axes of the square stand for 1. */
function tilted(pixels: Uint8Array, side: number, angle: number, aspect: number): Uint8Array {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const plane = side * side;
  const middle = (side - 1) / 2;
  const out = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const fromX = middle + cos * (x - middle) - (sin / aspect) * (y - middle);
      const fromY = middle + sin * aspect * (x - middle) + cos * (y - middle);
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const right = fromX - left;
      const below = fromY - top;
      const left0 = mirrored(left, side);
      const left1 = mirrored(left + 1, side);
      const top0 = mirrored(top, side) * side;
      const top1 = mirrored(top + 1, side) * side;
      for (let channel = 0; channel < pixels.length; channel += plane) {
        const upper0 = pixels[channel + top0 + left0]!;
        const lower0 = pixels[channel + top1 + left0]!;
        const upper = upper0 + (pixels[channel + top0 + left1]! - upper0) * right;
        const lower = lower0 + (pixels[channel + top1 + left1]! - lower0) * right;
        out[channel + at] = upper + (lower - upper) * below + 0.5;
      }
    }
  }
  return out;
}

/** An index beyond the edge seen in a mirror there; beyond that mirror too (a very long photo), the edge. */
function mirrored(index: number, side: number): number {
  const inside = index < 0 ? -1 - index : index >= side ? 2 * side - 1 - index : index;
  return Math.min(side - 1, Math.max(0, inside));
}
