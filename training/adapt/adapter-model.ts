/**
 * Adapters in ONNX: behind an encoder's own model, and as a model by themselves, which turns vectors that are stored already.
 * Written in operations that mean the same in every version of the standard from 13 on, so that it fits behind models
 * that were written by others.
 */
import { addToOnnx, freePrefix } from '../../models/add-to-onnx.ts';
import {
  type OnnxAddition,
  type OnnxNode,
  type OnnxTensor,
  encodeOnnx,
  readOnnxFacts,
} from '../../models/onnx-messages.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { OnnxWriter } from '../graph/onnx-writer.ts';
import { adaptedName } from '../engines/adapter-session.ts';
import { type AdaptedOutput, adaptedOutputs } from './adapt-plan.ts';
import { type AdapterSize, adapterWeights } from './adapter-head.ts';
import { type Gate, sharpness } from './gate.ts';

/** Learned numbers by the names of `adapterWeights`. */
export type AdapterValues = Readonly<Record<(typeof adapterWeights)[number], Float32Array>>;

export interface Adapter extends AdapterSize {
  readonly values: AdapterValues;
}

/** ReduceSum takes its axes as an input since then. */
const leastOpset = 13;
const ownOpset = 18;

/** Each output has its own number of rows. */
const countOf = (output: AdaptedOutput) => `N-${output}`;

/** By the output of the encoder that each stands behind. */
export type Adapters = Readonly<Partial<Record<AdaptedOutput, Adapter>>>;

/**
 * The adapters by themselves: for each, an input named after the encoder's output, [N, D] of any length, and the output
 * `adaptedName`, [N, D] of unit length; N any number.
 */
export function adapterModel(adapters: Adapters): Uint8Array {
  const known = adaptedOutputs.flatMap((output) => {
    const adapter = adapters[output];
    const place = {
      input: output,
      output: adaptedName(output),
      prefix: `${output}.`,
      count: countOf(output),
    };
    return adapter ? [{ output, adapter, added: addition(adapter, place) }] : [];
  });
  return encodeOnnx({
    name: 'likeness-adapter',
    opset: ownOpset,
    nodes: known.flatMap(({ added }) => added.nodes),
    constants: known.flatMap(({ added }) => added.constants),
    inputs: known.map(({ output, adapter }) => ({
      name: output,
      type: 'f32',
      shape: [countOf(output), adapter.dim],
    })),
    outputs: known.flatMap(({ added }) => added.outputs),
  });
}

/**
 * An encoder's model with an adapter behind one of its outputs. What the model gives already it still gives, from the same nodes.
 * @param behind  the output that the adapter reads.
 * @returns the new model, and the name of the new output.
 * @throws LikenessError encoder-broken when the model is none, has no such output of 32-bit floats, or is written in a
 *   version of the standard that the adapter does not fit.
 */
export function modelWithAdapter(
  model: Uint8Array,
  adapter: Adapter,
  behind: string,
): { readonly model: Uint8Array; readonly output: string } {
  const { opset, names, hasOutput } = readFacts(model);
  if (opset === null || opset < leastOpset)
    throw refused(
      `is written in version ${opset ?? 'unknown'} of the ONNX operations, and learning needs ${leastOpset} or later`,
    );
  if (!hasOutput(behind, 'f32')) throw refused(`has no output “${behind}” of 32-bit floats`);
  const prefix = freePrefix(names, 'adapter');
  const output = `${prefix}output`;
  return {
    model: addToOnnx(model, addition(adapter, { input: behind, output, prefix, count: 'N' })),
    output,
  };
}

function readFacts(model: Uint8Array) {
  try {
    return readOnnxFacts(model);
  } catch (cause) {
    throw refused('is damaged', cause);
  }
}

function refused(what: string, cause?: unknown): LikenessError {
  return new LikenessError(
    'encoder-broken',
    `The encoder's model ${what}.`,
    'Choose another encoder to learn with.',
    { cause },
  );
}

/** Stand for input and output while the nodes are written: names that no writer gives. */
const inside = { input: '<input>', output: '<output>' } as const;

interface Place {
  readonly input: string;
  readonly output: string;
  /** Before the name of everything that is added. */
  readonly prefix: string;
  /** Name of the number of rows. */
  readonly count: string;
}

function addition(
  { dim, hidden, gate, values }: Adapter,
  { input, output, prefix, count }: Place,
): OnnxAddition {
  const to = new OnnxWriter();
  const weight = (name: (typeof adapterWeights)[number], shape: readonly number[]) =>
    to.constant(values[name], 'f32', shape);
  const unit = (rows: string) => {
    const squares = to.node('ReduceSum', [to.node('Mul', [rows, rows]), to.sizes([-1])], { keepdims: 1 });
    return to.node('Div', [rows, to.node('Max', [to.node('Sqrt', [squares]), to.number(1e-12)])]);
  };
  const rows = unit(inside.input);
  const x = to.node('Mul', [rows, to.number(Math.sqrt(dim))]);
  const h = to.node('Add', [
    to.node('MatMul', [x, weight('into.weight', [dim, hidden])]),
    weight('into.bias', [hidden]),
  ]);
  const cumulative = to.node('Add', [
    to.node('Erf', [to.node('Div', [h, to.number(Math.SQRT2)])]),
    to.number(1),
  ]);
  const active = to.node('Mul', [to.node('Mul', [h, to.number(0.5)]), cumulative]);
  const correction = to.node('Add', [
    to.node('MatMul', [active, weight('out.weight', [hidden, dim])]),
    weight('out.bias', [dim]),
  ]);
  const change = gate ? to.node('Mul', [correction, opened(to, rows, gate)]) : correction;
  to.leave([[unit(to.node('Add', [x, change])), inside.output]]);
  const named = (name: string) =>
    name === inside.input ? input : name === inside.output ? output : `${prefix}${name}`;
  return {
    nodes: to.nodes.map((node): OnnxNode => ({
      ...node,
      name: `${prefix}${node.name}`,
      input: node.input.map(named),
      output: node.output.map(named),
    })),
    constants: [...to.constants.values()].map((tensor): OnnxTensor => ({
      ...tensor,
      name: `${prefix}${tensor.name}`,
    })),
    outputs: [{ name: output, type: 'f32', shape: [count, dim] }],
  };
}

/** `gateAt` in ONNX. @returns [N, 1]. */
function opened(to: OnnxWriter, rows: string, { centres, low, high }: Gate): string {
  const { count, dim } = centres;
  const columns = Float32Array.from({ length: count * dim }, (_, at) => {
    const [d, centre] = [Math.floor(at / count), at % count];
    return centres.values[centre * dim + d]!;
  });
  const cosines = to.node('MatMul', [rows, to.constant(columns, 'f32', [dim, count])]);
  const powers = to.node('Exp', [to.node('Mul', [cosines, to.number(sharpness)])]);
  const total = to.node('ReduceSum', [powers, to.sizes([-1])], { keepdims: 1 });
  const near = to.node('Div', [to.node('Log', [total]), to.number(sharpness)]);
  const share = to.node('Div', [to.node('Sub', [near, to.number(low)]), to.number(high - low)]);
  return to.node('Min', [to.node('Max', [share, to.number(0)]), to.number(1)]);
}
