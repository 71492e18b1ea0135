/**
 * The products of a vision transformer's training step, spelled as training/graph/onnx-product.ts does for the processor and
 * as a single node: what the table there says. One thread, the least processor time of several, in turns.
 *
 *   npm run bench -- training-products
 */
import { InferenceSession } from 'onnxruntime-node';
import { encodeOnnx } from '../models/onnx-messages.ts';
import { ortTensor } from '../training/engines/onnx-memory.ts';
import { sessionOptions } from '../training/engines/onnx-session.ts';
import { product } from '../training/graph/onnx-product.ts';
import { OnnxWriter, type Plan } from '../training/graph/onnx-writer.ts';
import { matmul } from '../training/graph/ops/matmul.ts';
import { type Node, input } from '../training/graph/tensor.ts';
import { timedCpu } from './parts/timing.ts';

const rounds = 30;
/** Tokens of 16 photos in two views of 160 px, and the layers of a transformer of width 192. */
const tokens = 3232;
const layers = [
  [192, 768],
  [768, 192],
  [192, 576],
  [192, 192],
] as const;

const value = (name: string, shape: readonly number[]) => ({ name, type: 'f32' as const, shape });

async function open(node: Node<'matmul'>, plan: Plan) {
  const writer = new OnnxWriter();
  const made = product(writer, 'a', 'b', node, plan);
  writer.leave([[made, 'y']]);
  const model = encodeOnnx({
    name: 'product',
    opset: 18,
    nodes: writer.nodes,
    constants: [...writer.constants.values()],
    inputs: node.inputs.map(({ shape }, i) => value('ab'[i]!, shape)),
    outputs: [value('y', node.shape)],
  });
  const session = await InferenceSession.create(model, sessionOptions({ provider: 'cpu', threads: 1 }, []));
  const feeds = Object.fromEntries(
    node.inputs.map(({ shape, size }, i) => [
      'ab'[i]!,
      ortTensor('f32', Float32Array.from({ length: size }, Math.random), shape),
    ]),
  );
  return { run: () => session.run(feeds), leastMs: Infinity };
}

for (const [inputs, outputs] of layers) {
  const x = input('x', [tokens, inputs]);
  const weight = input('weight', [inputs, outputs]);
  const g = input('g', [tokens, outputs]);
  const products = {
    'forwards      ': matmul(x, weight),
    'back to inputs': matmul(g, weight, { transposeB: true }),
    'to weights    ': matmul(x, g, { transposeA: true }),
  };
  for (const [name, tensor] of Object.entries(products)) {
    const node = tensor as unknown as Node<'matmul'>;
    const contenders = [await open(node, 'compact'), await open(node, 'measured')];
    for (let round = 0; round < rounds; round++)
      for (const each of contenders) each.leastMs = Math.min(each.leastMs, await timedCpu(each.run));
    const rates = contenders.map(({ leastMs }) => (2e-6 * tokens * inputs * outputs) / leastMs);
    console.log(
      `${String(inputs).padStart(4)} to ${String(outputs).padEnd(4)} ${name}  one node ${rates[0]!.toFixed(0)}, spelled ${rates[1]!.toFixed(0)} GFLOP/s`,
    );
  }
}
