import type { Tensor } from '../graph/tensor.ts';
import type { Layer, Pass } from './weights.ts';

/** From images to features: what is kept of a training, and exported. */
export interface Encoder {
  /** D, how many numbers describe an image. */
  readonly dim: number;
  /** Images [B, 3, S, S] → [B, D]. */
  readonly encode: Layer;
}

/** An encoder that looks at an image patch by patch. */
export interface PatchEncoder extends Encoder {
  /**
   * @param images  [B, 3, S, S]; S may differ from the one it was made for.
   * @param mask  [B, P], true for patches whose content is hidden from it.
   */
  tokens(images: Tensor, pass: Pass, mask?: Tensor<'bool'>): Tokens;
}

export interface Tokens {
  /** [B, D], what it says of the whole image: the class token, or the mean of the patches. */
  readonly whole: Tensor;
  /** [B, P, D], row by row over the image. */
  readonly patches: Tensor;
}
