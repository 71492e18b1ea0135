import { concat } from '../graph/ops/shape.ts';
import { supCon } from '../losses/sup-con.ts';
import { simclrViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByEncoder, embedTogether, projected } from './projected.ts';

export interface SupconKnobs {
  readonly temperature: number;
  /** Photos of one class in a batch, where there are classes; 1 leaves it to chance, as the paper does. */
  readonly perClass: number;
  readonly out: number;
}

export const supcon: Method<SupconKnobs, Projected> = {
  name: 'supcon',
  title: 'SupCon',
  idea: 'All photos of one folder belong together, those of other folders lie apart.',
  source: 'Khosla et al. 2020, arXiv 2004.11362',
  learnsFrom: 'classes',
  presets: {
    paper: {
      batch: 6144,
      epochs: 350,
      optimizer: {
        kind: 'lars',
        rate: 0.3,
        scaling: 'linear',
        decay: 1e-6,
        warmUp: { epochs: 10 },
        final: 0,
      },
      knobs: { temperature: 0.1, perClass: 1, out: 128 },
    },
    library: {
      batch: 256,
      epochs: 50,
      optimizer: homeAdamW,
      knobs: { temperature: 0.1, perClass: 4, out: 128 },
    },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: homeAdamW,
      knobs: { temperature: 0.1, perClass: 1, out: 128 },
    },
  },
  views: ({ side }) => simclrViews(side),
  parts: ({ trained }, networks, { out }) =>
    projected(trained, networks, (dim) => [dim, dim, out], { hidden: 'plain', last: 'linear' }),
  embed: embedTogether,
  compare(_, embeddings, { labels }, { temperature }) {
    const z = Object.values(embeddings);
    const { loss, anchors } = supCon(
      concat(z, 0),
      concat(
        z.map(() => labels),
        0,
      ),
      { temperature },
    );
    return { loss, metrics: { anchors } };
  },
  describe: describeByEncoder,
  watched: 'z1',
};
