import { input } from '../graph/tensor.ts';
import type { Tensor } from '../graph/tensor.ts';
import { dino as dinoLoss } from '../losses/dino.ts';
import { dinoHead } from '../modules/dino-head.ts';
import type { Encoder } from '../modules/encoder.ts';
import { type Layer, type Weights, zeros } from '../modules/weights.ts';
import { dinoViews } from '../transforms/recipes.ts';
import type { Method } from './method.ts';
import { type OptimizerPlan, homeAdamW } from './optimizer-plan.ts';
import { globalViews, overViews, teacherEntropies } from './self-distilled.ts';

export interface DinoKnobs {
  /** K, how many prototypes photos are sorted to. */
  readonly prototypes: number;
  /** Of the head's hidden layers, and before its prototypes. */
  readonly hidden: number;
  readonly bottleneck: number;
  /** Batch norm in the head, where the run can have it: what convolutional networks learn better with. */
  readonly norm: boolean;
  /** Local crops besides the two global ones. */
  readonly locals: number;
  readonly studentTemperature: number;
  /** Rises from one to the other over the first epochs. */
  readonly teacherTemperature: { readonly from: number; readonly to: number; readonly epochs: number };
  /** Of the teacher at the start; rises to 1. */
  readonly momentum: number;
  readonly centerMomentum: number;
}

export interface DinoParts {
  /** The teacher's, which is kept after the training. */
  readonly encoder: Encoder;
  /** Images → [B, K]. */
  readonly student: Layer;
  readonly teacher: Layer;
  /** [K], running mean of the teacher's logits. */
  readonly center: Tensor;
}

const knobs: DinoKnobs = {
  prototypes: 4096,
  hidden: 2048,
  bottleneck: 256,
  norm: false,
  locals: 4,
  studentTemperature: 0.1,
  teacherTemperature: { from: 0.04, to: 0.04, epochs: 0 },
  momentum: 0.998,
  centerMomentum: 0.9,
};

/** Prototypes stand still during the first epoch (the paper's freeze_last_layer). */
export const prototypesLate = [{ starts: 'head.prototypes', rate: 'late' }] as const;
const home: OptimizerPlan = { ...homeAdamW, decay: 0.04, decayTo: 0.4, groups: prototypesLate };

export const dino: Method<DinoKnobs, DinoParts> = {
  name: 'dino',
  title: 'DINO',
  idea: 'A student says of small crops what its slow copy, the teacher, says of the whole photo.',
  source: 'Caron et al. 2021, arXiv 2104.14294',
  learnsFrom: 'photos',
  presets: {
    paper: {
      batch: 1024,
      epochs: 100,
      optimizer: {
        kind: 'adamw',
        rate: 5e-4,
        scaling: 'linear',
        decay: 0.04,
        decayTo: 0.4,
        clip: 3,
        clipEach: true,
        warmUp: { epochs: 10 },
        final: 0.002,
        groups: prototypesLate,
      },
      knobs: {
        ...knobs,
        prototypes: 65_536,
        locals: 8,
        momentum: 0.996,
        teacherTemperature: { from: 0.04, to: 0.07, epochs: 30 },
      },
    },
    library: { batch: 256, epochs: 50, optimizer: home, knobs },
    small: {
      batch: 128,
      epochs: 100,
      optimizer: home,
      knobs: { ...knobs, prototypes: 1024, hidden: 512, norm: true, locals: 2, momentum: 0.99 },
    },
  },
  views: ({ side, patch }, { locals }) => dinoViews(side, { patch, locals }),
  parts({ trained, slow, kept }, networks, { prototypes, hidden, bottleneck, norm }) {
    const net = (at: Weights) => {
      const encoder = networks.encoder(at.in('encoder'));
      const classify = dinoHead(at.in('head'), {
        inputs: encoder.dim,
        hidden,
        bottleneck,
        prototypes,
        norm: norm && networks.batchNorm,
      });
      const answer: Layer = (images, pass) => classify(encoder.encode(images, pass), pass);
      return { encoder, answer };
    };
    const [student, teacher] = [net(trained), net(slow)];
    const center = kept.buffer('center', [prototypes], zeros);
    return { encoder: teacher.encoder, student: student.answer, teacher: teacher.answer, center };
  },
  embed: ({ student, teacher }, { views }, pass) => ({
    student: overViews(student, views, pass),
    teacher: overViews(teacher, views.slice(0, globalViews), pass),
  }),
  compare({ center }, { student, teacher }, _, { studentTemperature, centerMomentum }) {
    const teacherTemperature = input('teacherTemperature', []);
    const options = { studentTemperature, teacherTemperature };
    const made = dinoLoss(student!, teacher!, { center, momentum: centerMomentum }, options);
    return {
      loss: made.loss,
      metrics: teacherEntropies(made.target),
      after: () => new Map([[center, made.newCenter!]]),
    };
  },
  describe: ({ encoder }, images, pass) => {
    const features = encoder.encode(images, pass);
    return { features, embedding: features };
  },
  watched: 'student',
  slow: ({ momentum }) => ({ moves: 'after', momentum, rises: true }),
  rises: ({ teacherTemperature }) => ({ teacherTemperature }),
};
