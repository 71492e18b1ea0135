import { gather } from '../graph/ops/select.ts';
import { contrastive } from '../losses/contrastive.ts';
import { unit } from '../graph/ops/length.ts';
import { mocoViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByProjection, embedApart, projected } from './projected.ts';

export interface SiameseKnobs {
  readonly margin: number;
  /** Embeddings are made unit length first, as the paper does not. */
  readonly normalize: boolean;
  readonly out: number;
}

const knobs: SiameseKnobs = { margin: 1, normalize: true, out: 128 };

export const siamese: Method<SiameseKnobs, Projected> = {
  name: 'siamese',
  title: 'Siamese pairs',
  idea: 'Pairs that are alike are drawn together, pairs that are not are pushed a margin apart.',
  source: 'Hadsell, Chopra, LeCun 2006',
  learnsFrom: 'photos',
  presets: {
    paper: { batch: 128, epochs: 100, optimizer: homeAdamW, knobs },
    library: { batch: 256, epochs: 50, optimizer: homeAdamW, knobs },
    small: { batch: 128, epochs: 100, optimizer: homeAdamW, knobs },
  },
  views: ({ side }) => mocoViews(side),
  parts: ({ trained }, networks, { out }) =>
    projected(trained, networks, (dim) => [dim, dim, out], { hidden: 'plain', last: 'linear' }),
  embed: embedApart,
  compare(_, { z1, z2 }, { partner, similar }, { margin, normalize }) {
    const [a, b] = normalize ? [unit(z1!), unit(z2!)] : [z1!, z2!];
    const { loss } = contrastive(a, gather(b, partner), similar, { distance: 'euclidean', margin });
    return { loss };
  },
  describe: describeByProjection,
  watched: 'z1',
};
