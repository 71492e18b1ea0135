/** Two towers, one for photos and one for captions, whose outputs are compared: CLIP, SigLIP. */
import type { Tensor } from '../graph/tensor.ts';
import type { Encoder } from '../modules/encoder.ts';
import { linear } from '../modules/linear.ts';
import { type Layer, type Pass, type Weights, normal } from '../modules/weights.ts';
import type { Description, Embeddings, Networks, Seen } from './method.ts';

export interface TwoTowers {
  readonly encoder: Encoder;
  /** [B, D] of the encoder → [B, P]. */
  readonly project: Layer;
  /** Tokens [B, T] and where each text ends [B] → [B, P]. */
  readonly text: (tokens: Tensor<'i32'>, ends: Tensor<'i32'>, pass: Pass) => Tensor;
}

/** Either tower ends in one linear map without bias, as in CLIP (§2.4). @throws Error without a text tower. */
export function twoTowers(at: Weights, networks: Networks, out: number): TwoTowers {
  if (!networks.text) throw new Error('there is no text tower: the photos have no captions');
  const encoder = networks.encoder(at.in('encoder'));
  const tower = networks.text(at.in('text'));
  const map = (place: Weights, dim: number) =>
    linear(place, dim, out, { bias: false, init: normal(dim ** -0.5) });
  const [project, projectText] = [map(at.in('head'), encoder.dim), map(at.in('textHead'), tower.dim)];
  return {
    encoder,
    project,
    text: (tokens, ends, pass) => projectText(tower.encode(tokens, ends, pass), pass),
  };
}

export function embedBoth(
  { encoder, project, text }: TwoTowers,
  { views: [view], tokens, ends }: Seen,
  pass: Pass,
): Embeddings {
  return { image: project(encoder.encode(view!, pass), pass), text: text(tokens, ends, pass) };
}

/** The encoder's own output for likeness, the projected one for words. */
export function describeForWords({ encoder, project }: TwoTowers, images: Tensor, pass: Pass): Description {
  const features = encoder.encode(images, pass);
  return { features, embedding: project(features, pass) };
}
