import { clip as hold, exp, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import type { Tensor } from '../graph/tensor.ts';
import { bothWays } from './info-nce.ts';
import { sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

/** log(1/0.07): where CLIP's scale begins. */
export const firstLogScale = Math.log(1 / 0.07);

/**
 * The scale's logarithm as it may be after a step: between 0 and log 100, so that logits are never scaled by more. Held
 * after the step, not in the forward pass, where it would lose its gradient at the bound (open_clip does the same).
 */
export const heldLogScale = (next: Tensor) => hold(next, 0, Math.log(100));

/**
 * CLIP: tells which caption belongs to which photo, and which photo to which caption.
 * @param image  [B, D]. @param text  [B, D]; row i of one belongs to row i of the other; made unit length here.
 * @param logScale  [], learned; exp(logScale) multiplies cosine similarity.
 * @param ids  [B]; pairs with equal numbers share a caption or a burst and are not held against each other.
 * @returns `loss`, in nats: half of image to text plus text to image; log B when all coincide.
 * @throws ShapeError when the shapes differ. Cost: a few [B, B] matrices.
 * Source: Radford et al. 2021 (CLIP), figure 3, arXiv 2103.00020.
 */
export function clip(
  image: Tensor,
  text: Tensor,
  logScale: Tensor,
  { ids }: { readonly ids?: Tensor<'i32'> | undefined } = {},
) {
  sameRows('clip', image, text);
  const scale = exp(logScale);
  const similarity = matmul(unit(image), unit(text), { transposeB: true });
  const {
    loss,
    queryToKey: imageToText,
    keyToQuery: textToImage,
    accuracy,
  } = bothWays(mul(similarity, scale), ids);
  return { loss, imageToText, textToImage, scale, accuracy };
}
