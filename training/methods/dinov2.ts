import { add, mul } from '../graph/ops/elementwise.ts';
import { concat, reshape, slice, squeeze } from '../graph/ops/shape.ts';
import { type Tensor, input } from '../graph/tensor.ts';
import { dino as dinoLoss } from '../losses/dino.ts';
import { ibot } from '../losses/ibot.ts';
import { koleo } from '../losses/koleo.ts';
import { dinoHead } from '../modules/dino-head.ts';
import type { PatchEncoder } from '../modules/encoder.ts';
import { type Layer, type Weights, zeros } from '../modules/weights.ts';
import { dinoViews } from '../transforms/recipes.ts';
import { type DinoKnobs, prototypesLate } from './dino.ts';
import type { Method } from './method.ts';
import { type OptimizerPlan, homeAdamW } from './optimizer-plan.ts';
import { globalViews, overViews, teacherEntropies } from './self-distilled.ts';

export interface Dinov2Knobs extends DinoKnobs {
  /** Rounds of Sinkhorn-Knopp, which keeps the teacher from giving every photo the same answer. */
  readonly iterations: number;
  /** Weights of the loss over hidden patches, and of the one that spreads photos evenly. */
  readonly ibot: number;
  readonly koleo: number;
}

interface Network {
  readonly encoder: PatchEncoder;
  /** Rows of features → rows of logits; the same for whole photos and for patches. */
  readonly classify: Layer;
}

export interface Dinov2Parts {
  readonly student: Network;
  readonly teacher: Network;
  /** [K], running mean of the teacher's logits over patches. */
  readonly patchCenter: Tensor;
}

const knobs: Dinov2Knobs = {
  prototypes: 4096,
  hidden: 2048,
  bottleneck: 256,
  norm: false,
  locals: 4,
  studentTemperature: 0.1,
  teacherTemperature: { from: 0.04, to: 0.07, epochs: 10 },
  momentum: 0.994,
  centerMomentum: 0.9,
  iterations: 3,
  ibot: 1,
  koleo: 0.1,
};

const home: OptimizerPlan = { ...homeAdamW, decay: 0.04, decayTo: 0.2, groups: prototypesLate };

export const dinov2: Method<Dinov2Knobs, Dinov2Parts> = {
  name: 'dinov2',
  title: 'DINOv2',
  idea: 'As DINO, and the student also foretells the patches of the photo that were hidden from it.',
  source: 'Oquab et al. 2023, arXiv 2304.07193; Zhou et al. 2022 (iBOT), arXiv 2111.07832',
  learnsFrom: 'photos',
  patches: true,
  fewest: 5000,
  presets: {
    paper: {
      batch: 1024,
      epochs: 100,
      // The published run also gives earlier layers a smaller rate (0.9 a layer); here all have the same.
      optimizer: {
        kind: 'adamw',
        rate: 2e-3,
        scaling: 'root',
        decay: 0.04,
        decayTo: 0.2,
        clip: 3,
        warmUp: { epochs: 10 },
        final: 0.0005,
        groups: prototypesLate,
      },
      knobs: {
        ...knobs,
        prototypes: 65_536,
        locals: 8,
        momentum: 0.992,
        teacherTemperature: { from: 0.04, to: 0.07, epochs: 30 },
      },
    },
    library: { batch: 256, epochs: 50, optimizer: home, knobs },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: home,
      knobs: {
        ...knobs,
        prototypes: 1024,
        hidden: 512,
        // The paper has none. With it a tiny transformer learns in some minutes: docs/training.md.
        norm: true,
        locals: 2,
        momentum: 0.99,
        teacherTemperature: { from: 0.04, to: 0.04, epochs: 0 },
      },
    },
  },
  views: ({ side, patch }, { locals }) =>
    dinoViews(side, { patch, locals, globalArea: [0.32, 1], localArea: [0.05, 0.32] }),
  parts({ trained, slow, kept }, networks, { prototypes, hidden, bottleneck, norm }) {
    const net = (at: Weights): Network => {
      const encoder = networks.encoder(at.in('encoder'));
      if (!('tokens' in encoder)) throw new Error('DINOv2 looks at patches: it takes a vision transformer');
      return {
        encoder,
        classify: dinoHead(at.in('head'), {
          inputs: encoder.dim,
          hidden,
          bottleneck,
          prototypes,
          norm: norm && networks.batchNorm,
        }),
      };
    };
    return {
      student: net(trained),
      teacher: net(slow),
      patchCenter: kept.buffer('patchCenter', [prototypes], zeros),
    };
  },
  embed({ student, teacher }, { views, masks }, pass) {
    const [globals, locals] = [views.slice(0, globalViews), views.slice(globalViews)];
    const count = views[0]!.shape[0]!;
    const whole = concat(globals, 0);
    // One pass of the student over hidden globals, one of the teacher over whole ones; both say something of every patch.
    const seen = student.encoder.tokens(whole, pass, concat(masks, 0));
    const known = teacher.encoder.tokens(whole, pass);
    const byView = (z: Tensor) => reshape(z, [globalViews, count, z.shape.at(-1)!]);
    const answers = [byView(student.classify(seen.whole, pass))];
    if (locals.length > 0)
      answers.push(overViews((x) => student.classify(student.encoder.encode(x, pass), pass), locals, pass));
    return {
      student: concat(answers, 0),
      teacher: byView(teacher.classify(known.whole, pass)),
      features: byView(seen.whole),
      studentPatches: student.classify(seen.patches, pass),
      teacherPatches: teacher.classify(known.patches, pass),
    };
  },
  compare({ patchCenter }, z, { ids, masks }, settings) {
    const teacherTemperature = input('teacherTemperature', []);
    const options = { studentTemperature: settings.studentTemperature, teacherTemperature };
    const whole = dinoLoss(z['student']!, z['teacher']!, { iterations: settings.iterations }, options);
    const hidden = ibot(z['studentPatches']!, z['teacherPatches']!, concat(masks, 0), patchCenter, {
      ...options,
      centerMomentum: settings.centerMomentum,
    });
    // Each global view by itself: the two views of a photo must not push one another away.
    const views = [0, 1].map((view) => squeeze(slice(z['features']!, 0, view, view + 1), 0));
    const apart = views.map((view) => koleo(view, { ids }).loss).reduce(add);
    return {
      loss: add(add(whole.loss, mul(hidden.loss, settings.ibot)), mul(apart, settings.koleo)),
      metrics: { ...teacherEntropies(whole.target), hidden: hidden.loss, apart },
      after: () => new Map([[patchCenter, hidden.newCenter]]),
    };
  },
  describe: ({ teacher }, images, pass) => {
    const features = teacher.encoder.encode(images, pass);
    return { features, embedding: features };
  },
  watched: 'features',
  slow: ({ momentum }) => ({ moves: 'after', momentum, rises: true }),
  rises: ({ teacherTemperature }) => ({ teacherTemperature }),
};
