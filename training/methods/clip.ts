import type { Tensor } from '../graph/tensor.ts';
import { clip as clipLoss, firstLogScale, heldLogScale } from '../losses/clip.ts';
import { filledWith } from '../modules/weights.ts';
import { clipViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { homeAdamW } from './optimizer-plan.ts';
import { type TwoTowers, describeForWords, embedBoth, twoTowers } from './with-text.ts';

export interface ClipKnobs {
  readonly out: number;
}

export const clip: Method<ClipKnobs, TwoTowers & { readonly logScale: Tensor }> = {
  name: 'clip',
  title: 'CLIP',
  idea: 'A photo and its caption belong together, all other captions of the batch lie apart.',
  source: 'Radford et al. 2021, arXiv 2103.00020',
  learnsFrom: 'captions',
  presets: {
    paper: {
      batch: 32_768,
      epochs: 32,
      optimizer: {
        kind: 'adamw',
        rate: 5e-4,
        scaling: 'none',
        decay: 0.2,
        beta2: 0.98,
        epsilon: 1e-6,
        warmUp: { steps: 2000 },
        final: 0,
      },
      knobs: { out: 512 },
    },
    library: { batch: 256, epochs: 30, optimizer: { ...homeAdamW, decay: 0.1 }, knobs: { out: 256 } },
    small: { batch: 128, epochs: 50, optimizer: { ...homeAdamW, decay: 0.1 }, knobs: { out: 256 } },
  },
  views: ({ side }) => clipViews(side),
  parts: ({ trained }, networks, { out }) => ({
    ...twoTowers(trained, networks, out),
    logScale: trained.parameter('logScale', [], filledWith(firstLogScale)),
  }),
  embed: embedBoth,
  compare({ logScale }, { image, text }, { ids }) {
    const { loss, accuracy, scale } = clipLoss(image!, text!, logScale, { ids });
    return {
      loss,
      metrics: { accuracy, scale },
      after: (moved) => new Map([[logScale, heldLogScale(moved.get(logScale) as Tensor)]]),
    };
  },
  describe: describeForWords,
  describeText: ({ text }, tokens, ends, pass) => text(tokens, ends, pass),
  watched: 'image',
};
