/** The fourteen methods of the golden traces, put together by hand from losses, slow copies, queue and center. */
import { add, mul, relu } from '../../training/graph/ops/elementwise.ts';
import { matmul } from '../../training/graph/ops/matmul.ts';
import { reshape, slice, squeeze } from '../../training/graph/ops/shape.ts';
import { type AnyTensor, type Tensor, input } from '../../training/graph/tensor.ts';
import { barlowTwins } from '../../training/losses/barlow-twins.ts';
import { batchHard } from '../../training/losses/batch-triplet.ts';
import { byol } from '../../training/losses/byol.ts';
import { clip, heldLogScale } from '../../training/losses/clip.ts';
import { contrastive } from '../../training/losses/contrastive.ts';
import { dino } from '../../training/losses/dino.ts';
import { koleo } from '../../training/losses/koleo.ts';
import { moco, mocoV3 } from '../../training/losses/moco.ts';
import { ntXent } from '../../training/losses/nt-xent.ts';
import { siglip } from '../../training/losses/siglip.ts';
import { simsiam } from '../../training/losses/simsiam.ts';
import { supCon } from '../../training/losses/sup-con.ts';
import { vicreg } from '../../training/losses/vicreg.ts';
import { follow } from '../../training/modules/momentum-encoder.ts';
import { negativeQueue } from '../../training/modules/negative-queue.ts';
import { Weights, zeros } from '../../training/modules/weights.ts';
import { flat, shapeOf } from './golden.ts';

export type Updates = ReadonlyMap<AnyTensor, AnyTensor>;
export type Nested = Parameters<typeof flat>[0];

export interface Trace {
  readonly weights: Readonly<Record<string, Nested>>;
  readonly state: Readonly<Record<string, Nested | { readonly sameAs: 'weights' }>>;
  readonly batches: readonly Readonly<Record<string, Nested>>[];
}
/** What a method adds to the common step. */
export interface Step {
  readonly loss: Tensor;
  /** Takes place before the forward pass, which sees the new values. */
  readonly before?: Updates;
  /** Takes place after the optimizer, of whose updates it may make use. */
  readonly after?: (moved: Updates) => Updates;
}

/** The golden perceptron, 8 → 16 → 8: relu(x W1 + b1) W2 + b2; some traces have no b2. */
export class Networks {
  readonly weights = new Weights(0);
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** A weight at a place, beginning with its golden value. */
  weight(place: string, name: string): Tensor {
    const found = this.weights.in(place).parameters.get(name);
    const values = this.#trace.weights[name]!;
    return (
      found ??
      this.weights.in(place).parameter(name, shapeOf(values), () => Float64Array.from(flat(values)) as never)
    );
  }

  mlp(place: string, name: string, x: Tensor): Tensor {
    const [w1, b1, w2] = ['W1', 'b1', 'W2'].map((part) => this.weight(place, `${name}.${part}`)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const rows = reshape(x, [-1, 8]);
    const z = matmul(relu(add(matmul(rows, w1), b1)), w2);
    const all = `${name}.b2` in this.#trace.weights ? add(z, this.weight(place, `${name}.b2`)) : z;
    return reshape(all, x.shape);
  }

  /** The slow copy's new weights; only those it has. */
  follow(place: string, momentum: Tensor | number, latest?: Updates) {
    return follow(this.weights.in(place), this.weights.in('trained'), momentum, latest);
  }
}

const momentum = input('momentum', []);
const temperatures = { studentTemperature: 0.1, teacherTemperature: 0.04 };
const encoder = 'encoder';

export type Method = (nets: Networks, x: Readonly<Record<string, Tensor>>) => Step;

export const methods: Readonly<Record<string, Method>> = {
  simclr: (nets, { view1, view2 }) =>
    twoViews(nets, view1!, view2!, (a, b) => ntXent(a, b, { temperature: 0.5 }).loss),
  vicreg: (nets, { view1, view2 }) => twoViews(nets, view1!, view2!, (a, b) => vicreg(a, b).loss),
  'barlow-twins': (nets, { view1, view2 }) =>
    twoViews(nets, view1!, view2!, (a, b) => barlowTwins(a, b).loss),
  siamese: (nets, { a, b, similar }) =>
    twoViews(
      nets,
      a!,
      b!,
      (one, two) =>
        contrastive(one, two, similar as AnyTensor as Tensor<'i32'>, { distance: 'euclidean', margin: 2 })
          .loss,
    ),
  triplet(nets, { x, labels }) {
    const options = { margin: 0.2, squared: false, normalize: true };
    return {
      loss: batchHard(nets.mlp('trained', encoder, x!), labels as AnyTensor as Tensor<'i32'>, options).loss,
    };
  },
  supcon: (nets, { x, labels }) => ({
    loss: supCon(nets.mlp('trained', encoder, x!), labels as AnyTensor as Tensor<'i32'>, { temperature: 0.1 })
      .loss,
  }),
  clip(nets, { image, text }) {
    const logScale = nets.weight('trained', 'logScale');
    const loss = clip(
      nets.mlp('trained', 'image', image!),
      nets.mlp('trained', 'text', text!),
      logScale,
    ).loss;
    return { loss, after: (moved) => new Map([[logScale, heldLogScale(moved.get(logScale) as Tensor)]]) };
  },
  siglip(nets, { image, text }) {
    const [tPrime, b] = [nets.weight('trained', 'tPrime'), nets.weight('trained', 'b')];
    return {
      loss: siglip(nets.mlp('trained', 'image', image!), nets.mlp('trained', 'text', text!), tPrime, b).loss,
    };
  },
  simsiam(nets, { view1, view2 }) {
    const z = [view1!, view2!].map((view) => nets.mlp('trained', encoder, view)) as [Tensor, Tensor];
    const p = z.map((each) => nets.mlp('trained', 'predictor', each)) as [Tensor, Tensor];
    return { loss: simsiam(p, z).loss };
  },
  byol(nets, { view1, view2 }) {
    const p = predictions(nets, view1!, view2!);
    const z = [view1!, view2!].map((view) => nets.mlp('target', encoder, view)) as [Tensor, Tensor];
    return { loss: byol(p, z).loss, after: (moved) => nets.follow('target', momentum, moved) };
  },
  'moco-v3'(nets, { view1, view2 }) {
    const q = predictions(nets, view1!, view2!);
    const k = [view1!, view2!].map((view) => nets.mlp('keyEncoder', encoder, view)) as [Tensor, Tensor];
    return { loss: mocoV3(q, k, { temperature: 0.2 }).loss, before: nets.follow('keyEncoder', momentum) };
  },
  'moco-v2'(nets, { query, key }) {
    const queue = negativeQueue(nets.weights.in('queue'), 12, 8);
    const q = nets.mlp('trained', encoder, query!);
    const { loss, keys } = moco(q, nets.mlp('keyEncoder', encoder, key!), queue.rows, { temperature: 0.2 });
    return { loss, before: nets.follow('keyEncoder', 0.9), after: () => queue.enqueue(keys) };
  },
  dino(nets, { crops }) {
    const center = nets.weights.in('center').buffer('value', [8], zeros);
    const teacher = nets.mlp('teacher', encoder, slice(crops!, 0, 0, 2));
    const student = nets.mlp('trained', encoder, crops!);
    const { loss, newCenter } = dino(student, teacher, { center, momentum: 0.9 }, temperatures);
    return {
      loss,
      after: (moved) =>
        new Map([[center as AnyTensor, newCenter!], ...nets.follow('teacher', momentum, moved)]),
    };
  },
  dinov2(nets, { crops }) {
    const teacher = nets.mlp('teacher', encoder, slice(crops!, 0, 0, 2));
    const student = nets.mlp('trained', encoder, crops!);
    const { loss } = dino(student, teacher, { iterations: 3 }, temperatures);
    const spread = [0, 1].map((view) => koleo(squeeze(slice(student, 0, view, view + 1), 0)).loss);
    return {
      loss: add(loss, mul(add(spread[0]!, spread[1]!), 0.1)),
      after: (moved) => nets.follow('teacher', momentum, moved),
    };
  },
};

function twoViews(
  nets: Networks,
  first: Tensor,
  second: Tensor,
  loss: (a: Tensor, b: Tensor) => Tensor,
): Step {
  return { loss: loss(nets.mlp('trained', encoder, first), nets.mlp('trained', encoder, second)) };
}

function predictions(nets: Networks, view1: Tensor, view2: Tensor): [Tensor, Tensor] {
  return [view1, view2].map((view) =>
    nets.mlp('trained', 'predictor', nets.mlp('trained', encoder, view)),
  ) as [Tensor, Tensor];
}
