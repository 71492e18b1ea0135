import { decoupled } from '../losses/decoupled.ts';
import { ntXent } from '../losses/nt-xent.ts';
import { simclrViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByEncoder, embedTogether, projected } from './projected.ts';

export interface SimclrKnobs {
  readonly temperature: number;
  /** The positive stays out of the denominator, which loses less at small batches: Yeh et al. 2022. */
  readonly decoupled: boolean;
  /** Width of the head's output. */
  readonly out: number;
}

export const simclr: Method<SimclrKnobs, Projected> = {
  name: 'simclr',
  title: 'SimCLR',
  idea: 'Two views of one photo belong together, all other photos of the batch lie apart.',
  source: 'Chen et al. 2020, arXiv 2002.05709',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 4096,
      epochs: 800,
      optimizer: {
        kind: 'lars',
        rate: 0.3,
        scaling: 'linear',
        decay: 1e-6,
        warmUp: { epochs: 10 },
        final: 0,
      },
      knobs: { temperature: 0.1, decoupled: false, out: 128 },
    },
    library: {
      batch: 256,
      epochs: 50,
      optimizer: homeAdamW,
      knobs: { temperature: 0.2, decoupled: false, out: 128 },
    },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: homeAdamW,
      knobs: { temperature: 0.1, decoupled: true, out: 128 },
    },
  },
  views: ({ side }) => simclrViews(side),
  parts: ({ trained }, networks, { out }) =>
    projected(trained, networks, (dim) => [dim, dim, out], { hidden: 'norm', last: 'scaled' }),
  embed: embedTogether,
  compare(_, { z1, z2 }, { ids }, { temperature, decoupled: apart }) {
    if (apart) return { loss: decoupled(z1!, z2!, { temperature, ids }).loss };
    const { loss, accuracy } = ntXent(z1!, z2!, { temperature, ids });
    return { loss, metrics: { accuracy } };
  },
  describe: describeByEncoder,
  watched: 'z1',
};
