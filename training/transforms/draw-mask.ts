/** Which patches of a view are hidden from the student: iBOT's and DINOv2's masks. */
import type { Random } from '../random.ts';

/** Half of the photos are hidden in part, and of these a tenth to a half: Oquab et al. 2023, arXiv 2304.07193. */
const hiddenPhotos = 0.5;
const hiddenShare = [0.1, 0.5] as const;
/** Sides of a block, as a share of the grid's, and how often one is tried before single patches fill up. */
const blockSide = [0.2, 0.6] as const;
const tries = 10;

/**
 * @param grid  patches along a side.
 * @returns [grid²], 1 where hidden: blocks rather than single patches, which their neighbours would betray (Zhou et al. 2022,
 *   appendix D, after BEiT); all 0 for a photo that is shown whole.
 */
export function drawMask(grid: number, random: Random): Uint8Array {
  const mask = new Uint8Array(grid * grid);
  const chosen = random.uniform() < hiddenPhotos;
  const wanted = Math.round(random.uniform(...hiddenShare) * mask.length);
  if (!chosen) return mask;
  let hidden = 0;
  for (let i = 0; i < tries && hidden < wanted; i++) {
    const drawSide = () => Math.max(1, Math.round(random.uniform(...blockSide) * grid));
    // A block that is too large is made smaller before it is placed: cut off later, it would lack its lower part.
    const missing = wanted - hidden;
    const width = Math.min(drawSide(), missing);
    const height = Math.min(drawSide(), Math.floor(missing / width));
    const [top, left] = [random.integer(grid - height + 1), random.integer(grid - width + 1)];
    for (let at = 0; at < height * width; at++) {
      const place = (top + Math.floor(at / width)) * grid + left + (at % width);
      hidden += 1 - mask[place]!;
      mask[place] = 1;
    }
  }
  for (const place of random.shuffle(Array.from(mask.keys()))) {
    if (hidden >= wanted) break;
    hidden += 1 - mask[place]!;
    mask[place] = 1;
  }
  return mask;
}
