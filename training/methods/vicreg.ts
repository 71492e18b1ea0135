import { vicreg as vicregLoss } from '../losses/vicreg.ts';
import { byolViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByEncoder, embedApart, projected } from './projected.ts';

export interface VicregKnobs {
  /** Width of all three layers of the expander. */
  readonly width: number;
  /** Weights of the three terms. */
  readonly invariance: number;
  readonly variance: number;
  readonly covariance: number;
}

const terms = { invariance: 25, variance: 25, covariance: 1 };

export const vicreg: Method<VicregKnobs, Projected> = {
  name: 'vicreg',
  title: 'VICReg',
  idea: 'Two views of a photo agree, while every number of the embedding keeps varying and says something of its own.',
  source: 'Bardes, Ponce, LeCun 2022, arXiv 2105.04906',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 2048,
      epochs: 1000,
      optimizer: {
        kind: 'lars',
        rate: 0.2,
        scaling: 'linear',
        decay: 1e-6,
        warmUp: { epochs: 10 },
        final: 0.01,
      },
      knobs: { width: 8192, ...terms },
    },
    library: { batch: 256, epochs: 50, optimizer: homeAdamW, knobs: { width: 2048, ...terms } },
    small: { batch: 128, epochs: 100, optimizer: homeAdamW, knobs: { width: 1024, ...terms } },
  },
  views: ({ side }) => byolViews(side),
  parts: ({ trained }, networks, { width }) =>
    projected(trained, networks, (dim) => [dim, width, width, width], { hidden: 'norm', last: 'no-bias' }),
  embed: embedApart,
  compare(_, { z1, z2 }, __, { invariance, variance, covariance }) {
    const made = vicregLoss(z1!, z2!, { invariance, variance, covariance });
    const { loss, ...parts } = made;
    return { loss, metrics: parts };
  },
  describe: describeByEncoder,
  watched: 'z1',
};
