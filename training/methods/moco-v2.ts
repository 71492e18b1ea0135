import { moco } from '../losses/moco.ts';
import type { Encoder } from '../modules/encoder.ts';
import { type NegativeQueue, negativeQueue } from '../modules/negative-queue.ts';
import type { Layer } from '../modules/weights.ts';
import { mocoViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { type OptimizerPlan, homeAdamW } from './optimizer-plan.ts';
import { type Projected, describeByEncoder, projected } from './projected.ts';

export interface MocoV2Knobs {
  readonly temperature: number;
  /** K: a quarter of the photos or less, or a photo's own older key is taken for a negative. */
  readonly queue: number;
  readonly momentum: number;
  readonly out: number;
}

export interface MocoParts {
  readonly encoder: Encoder;
  readonly query: Layer;
  readonly key: Layer;
  readonly queue: NegativeQueue;
}

/** As MoCo's code: SGD that decays every parameter. */
export const mocoSgd: OptimizerPlan = {
  kind: 'sgd',
  rate: 0.03,
  scaling: 'linear',
  decay: 1e-4,
  decaysAll: true,
  warmUp: { steps: 0 },
  final: 0,
};

export const mocoV2: Method<MocoV2Knobs, MocoParts> = {
  name: 'moco-v2',
  title: 'MoCo v2',
  idea: 'As SimCLR, but against a queue of photos seen earlier, so that a small batch suffices.',
  source: 'He et al. 2020, arXiv 1911.05722; Chen et al. 2020, arXiv 2003.04297',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 256,
      epochs: 200,
      optimizer: mocoSgd,
      knobs: { temperature: 0.2, queue: 65_536, momentum: 0.999, out: 128 },
    },
    library: {
      batch: 256,
      epochs: 50,
      optimizer: homeAdamW,
      knobs: { temperature: 0.2, queue: 16_384, momentum: 0.996, out: 128 },
    },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: homeAdamW,
      knobs: { temperature: 0.2, queue: 1_024, momentum: 0.99, out: 128 },
    },
  },
  views: ({ side }) => mocoViews(side),
  parts({ trained, slow, kept }, networks, { queue, out }) {
    const form = { hidden: 'plain', last: 'linear' } as const;
    const net = (at: typeof trained) => projected(at, networks, (dim) => [dim, dim, out], form);
    const [query, key] = [net(trained), net(slow)];
    return {
      encoder: query.encoder,
      query: through(query),
      key: through(key),
      queue: negativeQueue(kept.in('queue'), queue, out),
    };
  },
  embed: ({ query, key }, { views: [asking, answering] }, pass) => ({
    q: query(asking!, pass),
    k: key(answering!, pass),
  }),
  compare({ queue }, { q, k }, { ids }, { temperature }) {
    const { loss, accuracy, keys } = moco(q!, k!, queue.rows, {
      temperature,
      ids: { batch: ids, queue: queue.ids },
    });
    return { loss, metrics: { accuracy }, after: () => queue.enqueue(keys, ids) };
  },
  describe: describeByEncoder,
  watched: 'q',
  slow: ({ momentum }) => ({ moves: 'before', momentum, rises: false }),
};

/** Encoder and head as one layer. */
export const through =
  ({ encoder, project }: Projected): Layer =>
  (images, pass) =>
    project(encoder.encode(images, pass), pass);
