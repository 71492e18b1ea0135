/**
 * Where a network keeps its numbers. A module takes the place its weights live at and returns a function of tensors:
 * the weights are made once, the function may be applied to any number of batches and shapes.
 */
import { type AnyTensor, type Shape, type Tensor, sizeOf, state } from '../graph/tensor.ts';
import { Random } from '../random.ts';

/** First values of a parameter. */
export type Init = (random: Random, shape: Shape) => Float32Array;

/** A part of a network: from activations to activations. */
export type Layer = (x: Tensor, pass: Pass) => Tensor;

interface Entry {
  readonly name: string;
  readonly tensor: Tensor;
  readonly kind: 'parameter' | 'frozen' | 'buffer';
}

/** A place in the tree of names. Names are joined by dots: `encoder.block3.attention.qkv.weight`. */
export class Weights {
  readonly #path: string;
  /** What the first values are drawn from; equal for twins. */
  readonly #seed: string;
  readonly #entries: Entry[];
  readonly #held: boolean;

  constructor(seed: number | string, path = '', entries: Entry[] = [], held = false) {
    this.#path = path;
    this.#seed = String(seed);
    this.#entries = entries;
    this.#held = held;
  }

  /** The place below this one under a name. */
  in(name: string): Weights {
    return new Weights(`${this.#seed}/${name}`, this.#join(name), this.#entries, this.#held);
  }

  /** The place beside this one under another name, where the same network starts from the same numbers. */
  twin(name: string): Weights {
    return new Weights(
      this.#seed,
      [...this.#path.split('.').slice(0, -1), name].join('.'),
      this.#entries,
      this.#held,
    );
  }

  /** The same place, where parameters are made that training does not move; or, given false, does move again. */
  frozen(held = true): Weights {
    return new Weights(this.#seed, this.#path, this.#entries, held);
  }

  /** Numbers that training moves along their gradient. */
  parameter(name: string, shape: Shape, init: Init): Tensor {
    return this.#add(this.#held ? 'frozen' : 'parameter', name, shape, init);
  }

  /** Numbers that are kept and brought up to date by other means: running statistics, queues, centers. */
  buffer(name: string, shape: Shape, init: Init): Tensor {
    return this.#add('buffer', name, shape, init);
  }

  /** The parameters at this place and below that training moves, by their name from here, in the order they were made. */
  get parameters(): ReadonlyMap<string, Tensor> {
    return this.#list('parameter');
  }

  /** Everything at this place and below: parameters, frozen ones, buffers. What a checkpoint of the network holds. */
  get all(): ReadonlyMap<string, Tensor> {
    return this.#list('parameter', 'frozen', 'buffer');
  }

  /** How many numbers training moves. */
  get count(): number {
    return [...this.parameters.values()].reduce((total, { size }) => total + size, 0);
  }

  #join(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #add(kind: Entry['kind'], name: string, shape: Shape, init: Init): Tensor {
    const full = this.#join(name);
    if (this.#entries.some((entry) => entry.name === full))
      throw new Error(`two weights are called “${full}”`);
    const seed = `${this.#seed}/${name}`;
    const tensor = state(full, shape, () => init(new Random(seed), shape));
    this.#entries.push({ name: full, tensor, kind });
    return tensor;
  }

  #list(...kinds: readonly Entry['kind'][]): ReadonlyMap<string, Tensor> {
    const start = this.#path === '' ? '' : `${this.#path}.`;
    const mine = this.#entries.filter((entry) => kinds.includes(entry.kind) && entry.name.startsWith(start));
    return new Map(mine.map(({ name, tensor }) => [name.slice(start.length), tensor]));
  }
}

/** One application of a network: how it is to behave, and the buffers that it brings up to date on the way. */
export class Pass {
  /** Batch statistics are used and recorded in training; the recorded ones are used otherwise. */
  readonly training: boolean;
  readonly updates = new Map<AnyTensor, AnyTensor>();

  constructor({ training }: { readonly training: boolean }) {
    this.training = training;
  }

  /** The value of a buffer as far as this pass has brought it. */
  latest(buffer: Tensor): Tensor {
    return (this.updates.get(buffer) as Tensor | undefined) ?? buffer;
  }

  update(buffer: Tensor, next: Tensor): void {
    this.updates.set(buffer, next);
  }
}

export const zeros: Init = (_, shape) => new Float32Array(sizeOf(shape));
export const ones: Init = (_, shape) => new Float32Array(sizeOf(shape)).fill(1);
export const filledWith =
  (value: number): Init =>
  (_, shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

/** Normal, mean 0. */
export const normal =
  (deviation: number): Init =>
  (random, shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => deviation * random.normal());

/** Normal, drawn again beyond two deviations: 0.02 is the custom for transformers (Devlin et al. 2019, BERT's code). */
export const truncatedNormal =
  (deviation: number): Init =>
  (random, shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => {
      for (;;) {
        const value = random.normal();
        if (Math.abs(value) <= 2) return deviation * value;
      }
    });

/** Normal with variance 2 / fan-out, for convolutions before ReLU: He et al. 2015, arXiv 1502.01852. Shape [O, C, kh, kw]. */
export const heNormal: Init = (random, shape) => {
  const fanOut = shape[0]! * shape[2]! * shape[3]!;
  return normal(Math.sqrt(2 / fanOut))(random, shape);
};

/** Uniform within ±1/√inputs, as PyTorch begins a linear layer. */
export const uniformFor =
  (inputs: number): Init =>
  (random, shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-1, 1) / Math.sqrt(inputs));
