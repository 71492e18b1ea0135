import { add, mul, sub } from '../graph/ops/elementwise.ts';
import { concat } from '../graph/ops/shape.ts';
import { batchHard, batchSemiHard } from '../losses/batch-triplet.ts';
import { mocoViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByProjection, embedTogether, projected } from './projected.ts';

export interface TripletKnobs {
  readonly margin: number | 'soft';
  readonly squared: boolean;
  /** Which negatives: the hardest of the batch; semi-hard ones; or semi-hard during the first epoch and the hardest after it. */
  readonly mining: 'hard' | 'semi-hard' | 'semi-hard-first';
  /** Photos of one class in a batch, where there are classes. */
  readonly perClass: number;
  readonly out: number;
}

export const triplet: Method<TripletKnobs, Projected> = {
  name: 'triplet',
  title: 'Triplets',
  idea: 'A photo lies nearer to one of its own kind than to any other, by a margin.',
  source: 'Schroff et al. 2015 (FaceNet), arXiv 1503.03832; Hermans, Beyer, Leibe 2017, arXiv 1703.07737',
  learnsFrom: 'classes',
  presets: {
    paper: {
      batch: 72,
      epochs: 300,
      optimizer: { kind: 'adamw', rate: 3e-4, scaling: 'none', decay: 0, warmUp: { steps: 0 }, final: 0.001 },
      knobs: { margin: 'soft', squared: false, mining: 'hard', perClass: 4, out: 128 },
    },
    library: {
      batch: 128,
      epochs: 50,
      optimizer: homeAdamW,
      knobs: { margin: 0.2, squared: true, mining: 'semi-hard-first', perClass: 4, out: 128 },
    },
    // An epoch of a small library is too short: batch-hard after it drew all photos together on the CIFAR-10 subset.
    small: {
      batch: 64,
      epochs: 100,
      optimizer: homeAdamW,
      knobs: { margin: 0.2, squared: true, mining: 'semi-hard', perClass: 4, out: 128 },
    },
  },
  views: ({ side }) => mocoViews(side),
  parts: ({ trained }, networks, { out }) =>
    projected(trained, networks, (dim) => [dim, out], { hidden: 'plain', last: 'linear' }),
  embed: embedTogether,
  compare(_, embeddings, { labels, settled }, { margin, squared, mining }) {
    const z = Object.values(embeddings);
    const [all, classes] = [
      concat(z, 0),
      concat(
        z.map(() => labels),
        0,
      ),
    ];
    const options = { margin, squared, normalize: true };
    const hard = () => batchHard(all, classes, options);
    const semiHard = () => batchSemiHard(all, classes, options);
    if (mining !== 'semi-hard-first') {
      const { loss, active, anchors } = mining === 'hard' ? hard() : semiHard();
      return { loss, metrics: { active, anchors } };
    }
    const [first, later] = [semiHard(), hard()];
    const loss = add(mul(first.loss, sub(1, settled)), mul(later.loss, settled));
    return { loss, metrics: { active: later.active, anchors: later.anchors } };
  },
  describe: describeByProjection,
  watched: 'z1',
};
