/** The fourteen methods with the golden perceptron as their network; all else is the recipe's own. */
import type { MethodName } from '../../src-main/contract/run.ts';
import { add, relu } from '../../training/graph/ops/elementwise.ts';
import { matmul } from '../../training/graph/ops/matmul.ts';
import { reshape, slice, squeeze } from '../../training/graph/ops/shape.ts';
import {
  type AnyTensor,
  type Tensor,
  booleans,
  constant,
  input,
  integers,
} from '../../training/graph/tensor.ts';
import { barlowTwins } from '../../training/methods/barlow-twins.ts';
import { byol } from '../../training/methods/byol.ts';
import { clip } from '../../training/methods/clip.ts';
import { dino } from '../../training/methods/dino.ts';
import { dinov2 } from '../../training/methods/dinov2.ts';
import type { Known, Method, Places, Seen } from '../../training/methods/method.ts';
import { mocoV2 } from '../../training/methods/moco-v2.ts';
import { mocoV3 } from '../../training/methods/moco-v3.ts';
import { siamese } from '../../training/methods/siamese.ts';
import { siglip } from '../../training/methods/siglip.ts';
import { simclr } from '../../training/methods/simclr.ts';
import { simsiam } from '../../training/methods/simsiam.ts';
import { supcon } from '../../training/methods/supcon.ts';
import { triplet } from '../../training/methods/triplet.ts';
import { vicreg } from '../../training/methods/vicreg.ts';
import type { Encoder, PatchEncoder } from '../../training/modules/encoder.ts';
import { negativeQueue } from '../../training/modules/negative-queue.ts';
import { type Layer, Weights, zeros } from '../../training/modules/weights.ts';
import { type Trained, around } from '../../training/step.ts';
import { flat, shapeOf } from './golden.ts';

export type Nested = Parameters<typeof flat>[0];

export interface Trace {
  readonly weights: Readonly<Record<string, Nested>>;
  readonly state: Readonly<Record<string, Nested | { readonly sameAs: 'weights' }>>;
  readonly batches: readonly Readonly<Record<string, Nested>>[];
}

type Batch = Readonly<Record<string, Tensor>>;

/** The golden perceptron, 8 → 16 → 8: relu(x W1 + b1) W2 + b2; some traces have no b2. */
class Perceptrons {
  readonly weights = new Weights(0);
  readonly places: Places;
  readonly #trace: Trace;

  constructor(trace: Trace) {
    const trained = this.weights.in('trained');
    this.places = { trained, slow: trained.twin('slow'), kept: this.weights.in('kept') };
    this.#trace = trace;
  }

  /** A weight that begins with its golden value. */
  weight(at: Weights, name: string): Tensor {
    const values = this.#trace.weights[name]!;
    return at.parameter(name, shapeOf(values), () => Float64Array.from(flat(values)) as never);
  }

  layer(at: Weights, name: string): Layer {
    const [w1, b1, w2] = ['W1', 'b1', 'W2'].map((part) => this.weight(at, `${name}.${part}`)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const b2 = `${name}.b2` in this.#trace.weights ? this.weight(at, `${name}.b2`) : null;
    return (x) => {
      const z = matmul(relu(add(matmul(reshape(x, [-1, 8]), w1), b1)), w2);
      return reshape(b2 ? add(z, b2) : z, x.shape);
    };
  }

  encoder = (at = this.places.trained): Encoder => ({ dim: 8, encode: this.layer(at, 'encoder') });
}

const asIs: Layer = (x) => x;
const projected = (nets: Perceptrons) => ({ encoder: nets.encoder(), project: asIs });
function predicting(nets: Perceptrons) {
  const { trained, slow } = nets.places;
  const encoder = nets.encoder();
  const predict = nets.layer(trained, 'predictor');
  return { encoder, project: encoder.encode, predict, target: nets.encoder(slow).encode };
}
function towers(nets: Perceptrons) {
  const encoder = { dim: 8, encode: nets.layer(nets.places.trained, 'image') };
  const text = nets.layer(nets.places.trained, 'text');
  return {
    encoder,
    project: asIs,
    text: (tokens: AnyTensor, _: AnyTensor, pass: Parameters<Layer>[1]) => text(tokens as Tensor, pass),
  };
}
/** A perceptron that looks at a whole photo and at nothing in it. */
function patchless(nets: Perceptrons, at: Weights) {
  const { encode } = nets.encoder(at);
  const encoder: PatchEncoder = {
    dim: 8,
    encode,
    tokens: (x, pass) => ({ whole: encode(x, pass), patches: noPatches(x.shape[0]!) }),
  };
  return { encoder, classify: asIs };
}
const noPatches = (count: number) => constant(new Float64Array(count * 8), [count, 1, 8]);

const widths = { prototypes: 8, hidden: 8, bottleneck: 8, norm: false, locals: 2 };
const dinoKnobs = {
  ...widths,
  studentTemperature: 0.1,
  teacherTemperature: { from: 0.04, to: 0.04, epochs: 0 },
  momentum: 0.9,
  centerMomentum: 0.9,
};
const wide = { out: 8, hidden: 16 };

/** Of a method: its recipe, the golden knobs, and its parts made of perceptrons. */
function entry<Knobs, Parts>(
  method: Method<Knobs, Parts>,
  knobs: Knobs,
  parts: (nets: Perceptrons) => Parts,
  views: (batch: Batch) => readonly Tensor[] = ({ view1, view2 }) => [view1!, view2!],
) {
  return {
    views,
    assemble(trace: Trace): Trained {
      const nets = new Perceptrons(trace);
      return around(method, knobs, parts(nets), nets.weights, nets.places);
    },
  };
}

const crops = ({ crops: all }: Batch) =>
  Array.from({ length: all!.shape[0]! }, (_, i) => squeeze(slice(all!, 0, i, i + 1), 0));

const entries: Readonly<Record<MethodName, ReturnType<typeof entry>>> = {
  simclr: entry(simclr, { temperature: 0.5, decoupled: false, out: 8 }, projected),
  'moco-v2': entry(
    mocoV2,
    { temperature: 0.2, queue: 12, momentum: 0.9, out: 8 },
    (nets) => {
      const [encoder, key] = [nets.encoder(), nets.encoder(nets.places.slow).encode];
      return {
        encoder,
        query: encoder.encode,
        key,
        queue: negativeQueue(nets.places.kept.in('queue'), 12, 8),
      };
    },
    ({ query, key }) => [query!, key!],
  ),
  'moco-v3': entry(mocoV3, { temperature: 0.2, momentum: 0.9, ...wide }, predicting),
  byol: entry(byol, { momentum: 0.9, ...wide }, predicting),
  simsiam: entry(simsiam, { out: 8, narrow: 16 }, (nets) => ({
    ...projected(nets),
    predict: nets.layer(nets.places.trained, 'predictor'),
  })),
  dino: entry(
    dino,
    dinoKnobs,
    (nets) => {
      const [student, teacher] = [nets.encoder(), nets.encoder(nets.places.slow)];
      const center = nets.places.kept.buffer('center', [8], zeros);
      return { encoder: teacher, student: student.encode, teacher: teacher.encode, center };
    },
    crops,
  ),
  dinov2: entry(
    dinov2,
    { ...dinoKnobs, iterations: 3, ibot: 0, koleo: 0.1 },
    (nets) => ({
      student: patchless(nets, nets.places.trained),
      teacher: patchless(nets, nets.places.slow),
      patchCenter: nets.places.kept.buffer('patchCenter', [8], zeros),
    }),
    crops,
  ),
  clip: entry(
    clip,
    { out: 8 },
    (nets) => ({ ...towers(nets), logScale: nets.weight(nets.places.trained, 'logScale') }),
    ({ image }) => [image!],
  ),
  siglip: entry(
    siglip,
    { out: 8, bias: 0, chunk: null },
    (nets) => ({
      ...towers(nets),
      tPrime: nets.weight(nets.places.trained, 'tPrime'),
      bias: nets.weight(nets.places.trained, 'b'),
    }),
    ({ image }) => [image!],
  ),
  siamese: entry(siamese, { margin: 2, normalize: false, out: 8 }, projected, ({ a, b }) => [a!, b!]),
  triplet: entry(
    triplet,
    { margin: 0.2, squared: false, mining: 'hard', perClass: 3, out: 8 },
    projected,
    ({ x }) => [x!],
  ),
  supcon: entry(supcon, { temperature: 0.1, perClass: 1, out: 8 }, projected, ({ x }) => [x!]),
  vicreg: entry(vicreg, { width: 8, invariance: 25, variance: 25, covariance: 1 }, projected),
  'barlow-twins': entry(barlowTwins, { width: 8, offDiagonal: 0.0051 }, projected),
};

/** A method ready to step, and what it sees and knows of a batch of its trace. */
export function traced(name: MethodName, trace: Trace): { trained: Trained; seen: Seen; known: Known } {
  const { views: viewsOf, assemble } = entries[name];
  const batch = Object.fromEntries(
    Object.entries(trace.batches[0]!).map(([key, values]) => [
      key,
      input(key, shapeOf(values), key === 'labels' || key === 'similar' ? 'i32' : 'f32') as Tensor,
    ]),
  );
  const views = viewsOf(batch);
  const count = views[0]!.shape[0]!;
  const whole = (key: string) => (batch[key] as AnyTensor as Tensor<'i32'> | undefined) ?? integers(order);
  const order = Array.from({ length: count }, (_, i) => i);
  const unhidden = booleans(Array<boolean>(count).fill(false), [count, 1]);
  const masks = [unhidden, unhidden];
  const tokens = (batch['text'] ?? integers(order)) as AnyTensor as Tensor<'i32'>;
  return {
    trained: assemble(trace),
    seen: { views, masks, tokens, ends: integers(order) },
    known: {
      // New photos at every step: a queue must not take an older key for one of the same photo.
      ids: input('ids', [count], 'i32'),
      labels: whole('labels'),
      partner: integers(order),
      similar: whole('similar'),
      settled: constant(1),
      masks,
    },
  };
}
