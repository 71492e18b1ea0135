import { simsiam as simsiamLoss } from '../losses/simsiam.ts';
import { head } from '../modules/head.ts';
import type { Layer } from '../modules/weights.ts';
import { mocoViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import type { OptimizerPlan } from './optimizer-plan.ts';
import { type Projected, allowed, describeByEncoder, embedApart, projected } from './projected.ts';

export interface SimsiamKnobs {
  readonly out: number;
  /** Width of the predictor's hidden layer. */
  readonly narrow: number;
}

/** The predictor keeps its rate, so that it stays ahead of the encoder (§4.2 and appendix). */
const asPaper: OptimizerPlan = {
  kind: 'sgd',
  rate: 0.05,
  scaling: 'linear',
  decay: 1e-4,
  decaysAll: true,
  warmUp: { steps: 0 },
  final: 0,
  groups: [{ starts: 'predictor', rate: 'constant' }],
};

export const simsiam: Method<SimsiamKnobs, Projected & { readonly predict: Layer }> = {
  name: 'simsiam',
  title: 'SimSiam',
  idea: 'Foretells one view of a photo from the other with nothing but one network; no photo is pushed away.',
  source: 'Chen, He 2021, arXiv 2011.10566',
  learnsFrom: 'photos',
  presets: {
    paper: { batch: 512, epochs: 100, optimizer: asPaper, knobs: { out: 2048, narrow: 512 } },
    library: { batch: 256, epochs: 50, optimizer: asPaper, knobs: { out: 2048, narrow: 512 } },
    small: { batch: 64, epochs: 100, optimizer: asPaper, knobs: { out: 1024, narrow: 256 } },
  },
  views: ({ side }) => mocoViews(side),
  parts({ trained }, networks, { out, narrow }) {
    const net = projected(trained, networks, (dim) => [dim, dim, dim, out], { hidden: 'norm', last: 'norm' });
    const form = allowed({ hidden: 'norm', last: 'linear' }, networks);
    return { ...net, predict: head(trained.in('predictor'), [out, narrow, out], form) };
  },
  embed(parts, seen, pass) {
    const { z1, z2 } = embedApart(parts, seen, pass);
    return { z1: z1!, z2: z2!, p1: parts.predict(z1!, pass), p2: parts.predict(z2!, pass) };
  },
  compare: (_, { p1, p2, z1, z2 }) => ({ loss: simsiamLoss([p1!, p2!], [z1!, z2!]).loss }),
  describe: describeByEncoder,
  watched: 'z1',
};
