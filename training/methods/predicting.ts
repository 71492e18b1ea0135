/** Networks that foretell what a slow copy of themselves says of the other view: BYOL, MoCo v3. */
import type { Encoder } from '../modules/encoder.ts';
import type { Layer, Pass } from '../modules/weights.ts';
import type { Embeddings, Seen } from './method.ts';

export interface Predicting {
  readonly encoder: Encoder;
  /** Images → [B, P], encoder and head. */
  readonly project: Layer;
  /** [B, P] → [B, P]. */
  readonly predict: Layer;
  /** Images → [B, P], by the slow copy. */
  readonly target: Layer;
}

/** Projections z1 z2, their predictions p1 p2, and what the slow copy says, k1 k2; each view by itself. */
export function predictAndTarget(
  { project, predict, target }: Predicting,
  { views: [first, second] }: Seen,
  pass: Pass,
): Embeddings {
  const [z1, z2] = [project(first!, pass), project(second!, pass)];
  return {
    z1,
    p1: predict(z1, pass),
    p2: predict(z2, pass),
    k1: target(first!, pass),
    k2: target(second!, pass),
  };
}
