/**
 * Writes a graph as a standard ONNX model: forward pass, loss, gradients and optimizer are nodes of one file, so that
 * a training step is one run of an ordinary inference engine. States are inputs and, where updated, outputs.
 *
 * No published build of ONNX Runtime for Node has a gradient or optimizer operation, so every gradient is spelled in
 * inference operations, and only in those that its WebGPU provider has kernels for.
 */
import { type Graph, resultsOf, sourcesOf, translate } from './graph.ts';
import { type OnnxValue, dataType, encodeOnnx } from '../../models/onnx-messages.ts';
import { type FreeBatch, freeShape, freeTarget } from './free-batch.ts';
import { onnxTranslation } from './onnx-translation.ts';
import { OnnxWriter, type Plan } from './onnx-writer.ts';
import type { AnyTensor } from './tensor.ts';

/** Operations of the standard's version 18 (reductions take their axes as an input). */
const opset = 18;

/** The name under which the next value of a state leaves the model. */
export const nextName = (state: string) => `next:${state}`;

/**
 * @param plan  how operations with several spellings are written; the fastest way differs between engines.
 * @param free  given for a finished encoder: its batch is then N, any number, and its whole numbers come in with 64 bits,
 *   as tokenizers give them.
 * @returns the bytes of an .onnx file with an input per input and state, an output per output, and `next:NAME` per update.
 */
export function onnxModel(graph: Graph, plan: Plan, free?: FreeBatch): Uint8Array {
  const { inputs, states } = sourcesOf(graph);
  const writer = new OnnxWriter();
  const translation = onnxTranslation(writer, plan, free && freeTarget(writer, free));
  const names = translate(
    resultsOf(graph),
    free ? { ...translation, input: wideInput(writer) } : translation,
  );
  const outputs = [
    ...Object.entries(graph.outputs),
    ...[...graph.updates].map(([state, next]) => [nextName(nameOf(state)), next] as const),
  ];
  writer.leave(outputs.map(([name, tensor]) => [names.get(tensor)!, name]));
  const value = (name: string, tensor: AnyTensor): OnnxValue => ({
    name,
    type: tensor.type,
    shape: free ? freeShape(tensor, free) : tensor.shape,
  });
  return encodeOnnx({
    name: 'likeness',
    opset,
    nodes: writer.nodes,
    constants: [...writer.constants.values()],
    inputs: [...inputs, ...states].map((tensor) => {
      const fixed = value(nameOf(tensor), tensor);
      return free && tensor.type === 'i32' ? { ...fixed, type: 'i64' } : fixed;
    }),
    outputs: outputs.map(([name, tensor]) => value(name, tensor)),
  });
}

const nameOf = (tensor: AnyTensor) => (tensor.attributes as { readonly name: string }).name;

/** Whole numbers arrive with 64 bits and are computed with 32. */
const wideInput = (to: OnnxWriter) => (_: readonly string[], node: AnyTensor) =>
  node.type === 'i32' ? to.node('Cast', [nameOf(node)], { to: dataType.i32 }) : nameOf(node);
