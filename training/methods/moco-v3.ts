import { mocoV3 as mocoV3Loss } from '../losses/moco.ts';
import { head } from '../modules/head.ts';
import { byolViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { type OptimizerPlan, homeAdamW } from './optimizer-plan.ts';
import { type Predicting, predictAndTarget } from './predicting.ts';
import { allowed, describeByEncoder, projected } from './projected.ts';
import { through } from './moco-v2.ts';

export interface MocoV3Knobs {
  readonly temperature: number;
  /** Width of the hidden layers of head and predictor. */
  readonly hidden: number;
  readonly out: number;
  readonly momentum: number;
}

/** The patch projection of a vision transformer is left as it began: it is where training becomes unstable (§4). */
const patchesHeld = [{ starts: 'encoder.patch', rate: 'never' }] as const;
const home: OptimizerPlan = { ...homeAdamW, groups: patchesHeld };

export const mocoV3: Method<MocoV3Knobs, Predicting> = {
  name: 'moco-v3',
  title: 'MoCo v3',
  idea: 'As SimCLR, but each view asks and a slow copy of the network answers.',
  source: 'Chen, Xie, He 2021, arXiv 2104.02057',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 4096,
      epochs: 300,
      optimizer: {
        kind: 'adamw',
        rate: 1.5e-4,
        scaling: 'linear',
        decay: 0.1,
        warmUp: { epochs: 40 },
        final: 0,
        groups: patchesHeld,
      },
      knobs: { temperature: 0.2, hidden: 4096, out: 256, momentum: 0.99 },
    },
    library: {
      batch: 256,
      epochs: 50,
      optimizer: home,
      knobs: { temperature: 0.2, hidden: 1024, out: 256, momentum: 0.99 },
    },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: home,
      knobs: { temperature: 0.2, hidden: 512, out: 256, momentum: 0.99 },
    },
  },
  views: ({ side }) => byolViews(side),
  parts({ trained, slow }, networks, { hidden, out }) {
    const form = allowed({ hidden: 'norm', last: 'norm' }, networks);
    const net = (at: typeof trained) => projected(at, networks, (dim) => [dim, hidden, hidden, out], form);
    const [own, target] = [net(trained), net(slow)];
    const predict = head(trained.in('predictor'), [out, hidden, out], form);
    return { encoder: own.encoder, project: through(own), predict, target: through(target) };
  },
  embed: predictAndTarget,
  compare(_, { p1, p2, k1, k2 }, { ids }, { temperature }) {
    const { loss, accuracy } = mocoV3Loss([p1!, p2!], [k1!, k2!], { temperature, ids });
    return { loss, metrics: { accuracy } };
  },
  describe: describeByEncoder,
  watched: 'z1',
  slow: ({ momentum }) => ({ moves: 'before', momentum, rises: true }),
};
