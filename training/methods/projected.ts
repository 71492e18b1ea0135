/** An encoder with a projection head: what most methods train, and how its batches are embedded. */
import { concat, slice } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Encoder } from '../modules/encoder.ts';
import { type HeadOptions, head } from '../modules/head.ts';
import type { Layer, Pass, Weights } from '../modules/weights.ts';
import type { Description, Embeddings, Networks, Seen } from './method.ts';

export interface Projected {
  readonly encoder: Encoder;
  /** [B, D] → [B, P]. */
  readonly project: Layer;
}

/**
 * Builds both at their places, `encoder` and `head`.
 * @param widths  of the head, from the encoder's width to P.
 */
export function projected(
  at: Weights,
  networks: Networks,
  widths: (dim: number) => readonly number[],
  form: HeadOptions,
): Projected {
  const encoder = networks.encoder(at.in('encoder'));
  return { encoder, project: head(at.in('head'), widths(encoder.dim), allowed(form, networks)) };
}

/** The same head without batch norm where the run cannot have it. */
export function allowed(form: HeadOptions, { batchNorm }: Networks): HeadOptions {
  if (batchNorm) return form;
  return { hidden: 'plain', last: form.last === 'linear' ? 'linear' : 'no-bias' };
}

/** Both views (or all) in one pass: batch norm sees them together, as in SimCLR's code. Gives z1, z2, … [B, P]. */
export function embedTogether({ encoder, project }: Projected, { views }: Seen, pass: Pass): Embeddings {
  const z = project(encoder.encode(concat(views, 0), pass), pass);
  const count = views[0]!.shape[0]!;
  return named(views.map((_, i) => slice(z, 0, i * count, (i + 1) * count)));
}

/** One view after the other: batch norm sees each by itself, as in the code of BYOL, SimSiam, VICReg, Barlow Twins. */
export function embedApart({ encoder, project }: Projected, { views }: Seen, pass: Pass): Embeddings {
  return named(views.map((view) => project(encoder.encode(view, pass), pass)));
}

/** z1, z2, … */
export const named = (embeddings: readonly Tensor[]): Embeddings =>
  Object.fromEntries(embeddings.map((z, i) => [`z${i + 1}`, z]));

/** The encoder's own output, before the head: over 10 points better for search than after it (SimCLR, §4.2). */
export function describeByEncoder(
  { encoder }: { readonly encoder: Encoder },
  images: Tensor,
  pass: Pass,
): Description {
  const features = encoder.encode(images, pass);
  return { features, embedding: features };
}

/** The embedding that the loss itself has arranged. */
export function describeByProjection(
  { encoder, project }: Projected,
  images: Tensor,
  pass: Pass,
): Description {
  const features = project(encoder.encode(images, pass), pass);
  return { features, embedding: features };
}
