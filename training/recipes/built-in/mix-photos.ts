/**
 * Pictures that nobody has taken: parts of photos beside and over each other. The teacher looks at each, so that what it says is true
 * of it, while pasteViews can only guess. Every pair of photos is a new picture.
 * Source: Beyer et al. 2022, “Knowledge distillation: A good teacher is patient and consistent”, arXiv 2106.05237, section 3.
 */
import { type Pixels, squash } from '../../../models/pixels.ts';
import type { Random } from '../../random.ts';

/** px of a mixture, near to what the teacher sees. */
const side = 224;

/** Share of each way: a part pasted in, both seen through each other, four beside each other. */
const ways = { pasted: 0.5, through: 0.25 } as const;

/** How many photos a mixture is made of at most. */
export const mostParts = 4;

/** Mixes the first two photos, or all four. @param photos  `mostParts` of them. */
export async function mixPhotos(photos: readonly Pixels[], random: Random): Promise<Pixels> {
  const [first, second, third, fourth] = (await Promise.all(photos.map((photo) => squash(photo, side)))) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const way = random.uniform();
  if (way < ways.pasted) return picture(pasted(first, second, random));
  if (way < ways.pasted + ways.through) return picture(through(first, second, random.uniform(0.25, 0.75)));
  const [across, down] = [random.uniform(0.3, 0.7), random.uniform(0.3, 0.7)];
  return picture(beside([first, second, third, fourth], Math.round(across * side), Math.round(down * side)));
}

const picture = (rgb: Uint8Array): Pixels => ({ rgb, width: side, height: side });

/** A box of the second, where it lies in it, over the first: a fifth to three fifths of the area. */
function pasted(first: Uint8Array, second: Uint8Array, random: Random): Uint8Array {
  const area = random.uniform(0.2, 0.6);
  const aspect = Math.exp(random.uniform(-0.5, 0.5));
  const across = Math.min(side, Math.round(side * Math.sqrt(area * aspect)));
  const down = Math.min(side, Math.round(side * Math.sqrt(area / aspect)));
  const [left, top] = [random.integer(side - across + 1), random.integer(side - down + 1)];
  const mixed = first.slice();
  for (let row = top; row < top + down; row++) copyRow(mixed, second, row, left, left + across);
  return mixed;
}

const through = (first: Uint8Array, second: Uint8Array, share: number): Uint8Array =>
  first.map((value, i) => Math.round(share * value + (1 - share) * second[i]!));

/** One photo in each quarter; the quarters meet at (across, down). */
function beside(photos: readonly Uint8Array[], across: number, down: number): Uint8Array {
  const mixed = new Uint8Array(3 * side * side);
  for (let row = 0; row < side; row++) {
    const upper = row < down ? 0 : 2;
    copyRow(mixed, photos[upper]!, row, 0, across);
    copyRow(mixed, photos[upper + 1]!, row, across, side);
  }
  return mixed;
}

function copyRow(into: Uint8Array, from: Uint8Array, row: number, left: number, right: number): void {
  const start = 3 * row * side;
  into.set(from.subarray(start + 3 * left, start + 3 * right), start + 3 * left);
}
