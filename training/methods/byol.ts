import { byol as byolLoss } from '../losses/byol.ts';
import { head } from '../modules/head.ts';
import { byolViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { through } from './moco-v2.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Predicting, predictAndTarget } from './predicting.ts';
import { allowed, describeByEncoder, projected } from './projected.ts';

export interface ByolKnobs {
  readonly hidden: number;
  readonly out: number;
  /** Of the target network at the start; rises to 1. */
  readonly momentum: number;
}

export const byol: Method<ByolKnobs, Predicting> = {
  name: 'byol',
  title: 'BYOL',
  idea: 'Foretells from one view what a slow copy of the network sees in the other; no photo is pushed away.',
  source: 'Grill et al. 2020, arXiv 2006.07733',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 4096,
      epochs: 1000,
      optimizer: {
        kind: 'lars',
        rate: 0.2,
        scaling: 'linear',
        decay: 1.5e-6,
        warmUp: { epochs: 10 },
        final: 0,
      },
      knobs: { hidden: 4096, out: 256, momentum: 0.996 },
    },
    library: {
      batch: 256,
      epochs: 50,
      optimizer: homeAdamW,
      knobs: { hidden: 1024, out: 256, momentum: 0.99 },
    },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: homeAdamW,
      knobs: { hidden: 512, out: 256, momentum: 0.98 },
    },
  },
  views: ({ side }) => byolViews(side),
  parts({ trained, slow }, networks, { hidden, out }) {
    const form = allowed({ hidden: 'norm', last: 'linear' }, networks);
    const net = (at: typeof trained) => projected(at, networks, (dim) => [dim, hidden, out], form);
    const [own, target] = [net(trained), net(slow)];
    const predict = head(trained.in('predictor'), [out, hidden, out], form);
    return { encoder: own.encoder, project: through(own), predict, target: through(target) };
  },
  embed: predictAndTarget,
  compare: (_, { p1, p2, k1, k2 }) => ({ loss: byolLoss([p1!, p2!], [k1!, k2!]).loss }),
  describe: describeByEncoder,
  watched: 'z1',
  slow: ({ momentum }) => ({ moves: 'after', momentum, rises: true }),
};
