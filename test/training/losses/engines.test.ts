import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../../training/engines/engine.ts';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { tensorflowEngine } from '../../../training/engines/tensorflow.ts';
import { gradient } from '../../../training/graph/gradient.ts';
import { sourcesOf } from '../../../training/graph/graph.ts';
import type { Tensor } from '../../../training/graph/tensor.ts';
import { findGpu } from '../engines/any-gpu.ts';
import { assertClose } from '../engines/operations.ts';
import { run } from '../graph/interpreter.ts';
import { lossCases, lossInputs } from './loss-cases.ts';

/** All losses and their gradients in one graph. */
function everyLoss() {
  const outputs: Record<string, Tensor> = {};
  for (const [name, loss] of Object.entries(lossCases)) {
    outputs[name] = loss;
    if (name.endsWith('Accuracy')) continue;
    for (const [i, g] of gradient(loss, lossInputs.floats).entries()) outputs[`${name}, gradient ${i}`] = g;
  }
  return { outputs, updates: new Map() };
}

async function assertLosses(engine: Engine, tolerance: number): Promise<void> {
  const graph = everyLoss();
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const names = new Set(sourcesOf(graph).inputs.map(({ attributes }) => attributes.name));
  const feeds = Object.fromEntries(Object.entries(lossInputs.feeds).filter(([name]) => names.has(name)));
  const results = await program.run(feeds);
  assert.deepEqual([...program.onCpu], []);
  const { outputs } = run(graph, feeds);
  for (const [name, expected] of Object.entries(outputs))
    assertClose(results[name]!, expected, tolerance, name);
  await program.close();
  await memory.close();
}

test('every loss and its gradients agree with the judge on the processor', () =>
  assertLosses(onnxEngine({ provider: 'cpu', threads: 1 }), 1e-5));

const noGpu = await findGpu();
test(
  'every loss and its gradients agree with the judge on WebGPU, and no node is left to the processor',
  { skip: noGpu ?? false },
  () => assertLosses(onnxEngine({ provider: 'webgpu' }), 1e-5),
);

const tensorflow = await tensorflowEngine(['@tensorflow/tfjs']).catch((thrown: Error) => thrown);
test(
  'every loss and its gradients agree with the judge on TensorFlow.js',
  { skip: tensorflow instanceof Error ? tensorflow.message : false },
  async () => {
    if (!(tensorflow instanceof Error)) await assertLosses(tensorflow, 1e-5);
  },
);
