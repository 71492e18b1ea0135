/**
 * States between runs. On the processor each updated state has two buffers that take turns: ONNX Runtime reads one
 * without copying it and writes the other. On WebGPU a state is whatever buffer the last run left on the device.
 */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { onnxModel } from '../graph/onnx-model.ts';
import { type ElementType, type Node, state } from '../graph/tensor.ts';
import { type Memory, type Numbers, numbersIn } from './engine.ts';
import { type Provider, sessionOptions } from './onnx-session.ts';

const ortTypes = { f32: 'float32', f16: 'float16', i32: 'int32', u8: 'uint8', bool: 'bool' } as const;

export function ortTensor(type: ElementType, numbers: Numbers, shape: readonly number[]): OrtTensor {
  return new OrtTensor(ortTypes[type], numbers as never, [...shape]) as OrtTensor;
}

export const numbersOf = (tensor: OrtTensor): Numbers => tensor.data as Numbers;

/** First values of a state that only stands for its shape. */
const nothing = () => new Float32Array(0);

interface Slot {
  readonly type: ElementType;
  readonly shape: readonly number[];
  current: OrtTensor;
  /** The buffer that the next run may write to; made when first needed. */
  spare: OrtTensor | null;
}

export class OnnxMemory implements Memory {
  readonly #provider: Provider;
  readonly #slots = new Map<string, Slot>();
  readonly #sessions: InferenceSession[] = [];

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** Makes room for the states of a graph; those that are held already must have the same shape and type. */
  hold(states: readonly Node<'state'>[]): void {
    for (const tensor of states) {
      const { name, first } = tensor.attributes;
      const held = this.#slots.get(name);
      if (held && (held.type !== tensor.type || held.shape.join() !== tensor.shape.join()))
        throw new RangeError(
          `${tensor} is held with the shape [${held.shape.join(', ')}] and type ${held.type}`,
        );
      if (held) continue;
      const current = ortTensor(tensor.type, numbersIn(tensor.type, first()).slice(), tensor.shape);
      this.#slots.set(name, { type: tensor.type, shape: tensor.shape, current, spare: null });
    }
  }

  /** Moves states to the device if they are not there yet: a run would copy them to it every time. */
  async settle(names: readonly string[]): Promise<void> {
    if (this.#provider !== 'webgpu') return;
    const outside = names.filter((name) => this.current(name).location === 'cpu');
    if (outside.length === 0) return;
    const moved = await this.#handOn(outside, 'gpu-buffer');
    for (const name of outside) this.#slot(name).current = moved.get(name)!;
  }

  /**
   * Takes a session over, to be released when the memory is closed: device buffers that a session made die with it, and
   * any of them may be a state by now.
   */
  outlive(session: InferenceSession): void {
    this.#sessions.push(session);
  }

  current(name: string): OrtTensor {
    return this.#slot(name).current;
  }

  /** Where the next value may be written: null lets the runtime make a buffer of its own, on the device. */
  spare(name: string): OrtTensor | null {
    if (this.#provider === 'webgpu') return null;
    const slot = this.#slot(name);
    const { data } = slot.current;
    slot.spare ??= ortTensor(
      slot.type,
      new (data.constructor as Float32ArrayConstructor)(data.length),
      slot.shape,
    );
    return slot.spare;
  }

  /** After a run: `made` becomes the state, or is dropped. */
  moveOn(name: string, made: OrtTensor, taken: boolean): void {
    const slot = this.#slot(name);
    const old = taken ? slot.current : made;
    if (taken) slot.current = made;
    if (this.#provider === 'webgpu') old.dispose();
    else slot.spare = old;
  }

  async read(names: readonly string[] = this.names): Promise<ReadonlyMap<string, Numbers>> {
    const away = names.filter((name) => this.current(name).location !== 'cpu');
    // Reading a device buffer by `getData` aborts the process; a session that hands its inputs on can do it.
    const fetched = away.length > 0 ? await this.#handOn(away, 'cpu') : new Map<string, OrtTensor>();
    return new Map(
      names.map((name) => {
        const copy = fetched.get(name);
        return [name, copy ? numbersOf(copy) : numbersOf(this.current(name)).slice()];
      }),
    );
  }

  write(values: ReadonlyMap<string, Numbers>): void {
    for (const [name, numbers] of values) {
      const slot = this.#slot(name);
      if (numbers.length !== slot.current.size)
        throw new RangeError(`“${name}” holds ${slot.current.size} numbers, not ${numbers.length}`);
      const written = ortTensor(slot.type, numbersIn(slot.type, numbers).slice(), slot.shape);
      if (this.#provider === 'webgpu') slot.current.dispose();
      slot.current = written;
    }
  }

  async close(): Promise<void> {
    for (const { current, spare } of this.#slots.values()) {
      current.dispose();
      spare?.dispose();
    }
    this.#slots.clear();
    for (const session of this.#sessions.splice(0)) await session.release();
  }

  /** Copies of states in another place, by a graph that computes nothing. */
  async #handOn(names: readonly string[], to: 'cpu' | 'gpu-buffer'): Promise<ReadonlyMap<string, OrtTensor>> {
    const held = names.map((name): [string, Slot] => [name, this.#slot(name)]);
    const copies = held.map(
      ([name, { type, shape }]) => [`copy:${name}`, state(name, shape, nothing, type)] as const,
    );
    const model = onnxModel({ outputs: Object.fromEntries(copies), updates: new Map() }, 'compact');
    const options = sessionOptions(
      { provider: this.#provider },
      to === 'cpu' ? [] : copies.map(([name]) => name),
    );
    const session = await InferenceSession.create(model, options);
    const made = await session.run(Object.fromEntries(held.map(([name, { current }]) => [name, current])));
    if (to === 'cpu') await session.release();
    else this.outlive(session);
    return new Map(names.map((name) => [name, made[`copy:${name}`] as OrtTensor]));
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (!slot) throw new RangeError(`no state is called “${name}”`);
    return slot;
  }
}
