import type { Tensor } from '../graph/tensor.ts';
import { siglip as siglipLoss, siglipStart } from '../losses/siglip.ts';
import { filledWith } from '../modules/weights.ts';
import { siglipViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type TwoTowers, describeForWords, embedBoth, twoTowers } from './with-text.ts';

export interface SiglipKnobs {
  readonly out: number;
  /** Where the learned bias begins: -10 in the paper, for large batches; -2.71 in big_vision's example for small runs. */
  readonly bias: number;
  /** Captions compared at a time; all when null. */
  readonly chunk: number | null;
}

interface Compared {
  /** Logarithm of the learned scale. */
  readonly tPrime: Tensor;
  readonly bias: Tensor;
}

const home = { ...homeAdamW, decay: 0.1, beta2: 0.95 };

export const siglip: Method<SiglipKnobs, TwoTowers & Compared> = {
  name: 'siglip',
  title: 'SigLIP',
  idea: 'Asks of every photo and every caption by themselves whether they belong together; small batches suffice.',
  source: 'Zhai et al. 2023, arXiv 2303.15343',
  learnsFrom: 'captions',
  presets: {
    paper: {
      batch: 16_384,
      epochs: 32,
      optimizer: {
        kind: 'adamw',
        rate: 1e-3,
        scaling: 'none',
        decay: 1e-4,
        beta2: 0.95,
        warmUp: { share: 0.1 },
        final: 0,
      },
      knobs: { out: 768, bias: siglipStart.bias, chunk: 4096 },
    },
    library: { batch: 256, epochs: 30, optimizer: home, knobs: { out: 256, bias: -2.71, chunk: null } },
    small: { batch: 64, epochs: 50, optimizer: home, knobs: { out: 256, bias: -2.71, chunk: null } },
  },
  views: ({ side }) => siglipViews(side),
  parts: ({ trained }, networks, { out, bias }) => ({
    ...twoTowers(trained, networks, out),
    tPrime: trained.parameter('tPrime', [], filledWith(siglipStart.tPrime)),
    bias: trained.parameter('bias', [], filledWith(bias)),
  }),
  embed: embedBoth,
  compare({ tPrime, bias }, { image, text }, { ids }, { chunk }) {
    return { loss: siglipLoss(image!, text!, tPrime, bias, { ids, ...(chunk && { chunk }) }).loss };
  },
  describe: describeForWords,
  describeText: ({ text }, tokens, ends, pass) => text(tokens, ends, pass),
  watched: 'image',
};
