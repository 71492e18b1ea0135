/**
 * A method that trains a tower on from its weights, and is held to what the tower said before: 1 - cosine between the features of
 * each view now and then, by a strength, is added to its loss. For methods that are an encoder with a head.
 */
import { add, mul, stopGradient, sub } from '../graph/ops/elementwise.ts';
import { unit } from '../graph/ops/length.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { concat, slice } from '../graph/ops/shape.ts';
import type { Method } from '../methods/method.ts';
import { type Projected, describeByEncoder, named } from '../methods/projected.ts';
import { simclr } from '../methods/simclr.ts';
import { supcon } from '../methods/supcon.ts';
import type { Encoder } from '../modules/encoder.ts';
import { Pass, type Weights } from '../modules/weights.ts';

/** Methods that can be tuned with. */
export const tunable = { simclr, supcon } as const;
export type TunableName = keyof typeof tunable;

interface Tuned {
  readonly own: Projected;
  /** As it was. */
  readonly base: Encoder;
}

/** Name among the embeddings of how far each view's features have gone. */
const movedName = 'moved';

export function tuned<Knobs>(
  method: Method<Knobs, Projected>,
  { base, anchor }: { readonly base: (at: Weights) => Encoder; readonly anchor: number },
): Method<Knobs, Tuned> {
  const { describeText: _, ...kept } = method;
  return {
    ...kept,
    parts: (at, networks, knobs) => ({
      own: method.parts(at, networks, knobs),
      base: base(at.kept.in('base').frozen()),
    }),
    embed({ own, base: before }, { views }, pass) {
      const images = concat(views, 0);
      const features = own.encoder.encode(images, pass);
      const wanted = unit(before.encode(images, new Pass({ training: false })));
      const z = own.project(features, pass);
      const count = views[0]!.shape[0]!;
      return {
        ...named(views.map((_view, i) => slice(z, 0, i * count, (i + 1) * count))),
        [movedName]: sub(1, sum(mul(unit(features), stopGradient(wanted)), -1)),
      };
    },
    compare({ own }, { [movedName]: moved, ...embeddings }, known, knobs) {
      const comparison = method.compare(own, embeddings, known, knobs);
      const far = mean(moved!);
      return {
        ...comparison,
        loss: add(comparison.loss, mul(far, anchor)),
        metrics: { ...comparison.metrics, [movedName]: far },
      };
    },
    describe: ({ own }, images, pass) => describeByEncoder(own, images, pass),
  };
}
