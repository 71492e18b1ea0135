import { barlowTwins as barlowTwinsLoss } from '../losses/barlow-twins.ts';
import { byolViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByEncoder, embedApart, projected } from './projected.ts';

export interface BarlowTwinsKnobs {
  /** Width of all three layers of the projector. */
  readonly width: number;
  /** Weight of the correlations between different dimensions. */
  readonly offDiagonal: number;
}

export const barlowTwins: Method<BarlowTwinsKnobs, Projected> = {
  name: 'barlow-twins',
  title: 'Barlow Twins',
  idea: 'Each number of the embedding agrees between two views of a photo, and repeats no other number.',
  source: 'Zbontar et al. 2021, arXiv 2103.03230',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 2048,
      epochs: 1000,
      // The paper gives biases a rate of their own, 0.0048; LARS here leaves them unscaled at the common one.
      optimizer: {
        kind: 'lars',
        rate: 0.2,
        scaling: 'linear',
        decay: 1e-6,
        warmUp: { epochs: 10 },
        final: 0.001,
      },
      knobs: { width: 8192, offDiagonal: 0.0051 },
    },
    library: { batch: 256, epochs: 50, optimizer: homeAdamW, knobs: { width: 2048, offDiagonal: 0.0051 } },
    small: { batch: 128, epochs: 100, optimizer: homeAdamW, knobs: { width: 256, offDiagonal: 0.01 } },
  },
  views: ({ side }) => byolViews(side),
  parts: ({ trained }, networks, { width }) =>
    projected(trained, networks, (dim) => [dim, width, width, width], { hidden: 'norm', last: 'no-bias' }),
  embed: embedApart,
  compare: (_, { z1, z2 }, __, { offDiagonal }) => ({
    loss: barlowTwinsLoss(z1!, z2!, { offDiagonal }).loss,
  }),
  describe: describeByEncoder,
  watched: 'z1',
};
