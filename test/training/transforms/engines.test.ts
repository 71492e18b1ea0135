/** Views on the engines that train, against the plain judge. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../../training/engines/engine.ts';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { tensorflowEngine } from '../../../training/engines/tensorflow.ts';
import { findGpu } from '../engines/any-gpu.ts';
import { assertClose } from '../engines/operations.ts';
import { expectedOf, feedsOf, graphOf, recipes } from './view-cases.ts';

async function assertViews(engine: Engine): Promise<void> {
  for (const [name, recipe] of Object.entries(recipes)) {
    const graph = graphOf(recipe);
    const memory = engine.memory();
    const program = await engine.compile(graph, memory);
    const { view } = await program.run(feedsOf(recipe, graph, 1));
    assertClose(view!, expectedOf(recipe, 1), 1e-4, name);
    assert.deepEqual([...program.onCpu], [], `${name}: all on the device`);
    await program.close();
    await memory.close();
  }
}

test('ONNX Runtime makes the views that the plain loops make', () =>
  assertViews(onnxEngine({ provider: 'cpu', threads: 1 })));

const tensorflow = await tensorflowEngine(['@tensorflow/tfjs']).catch((thrown: Error) => thrown);

test(
  'TensorFlow.js makes the same views',
  { skip: tensorflow instanceof Error ? tensorflow.message : false },
  async () => {
    if (!(tensorflow instanceof Error)) await assertViews(tensorflow);
  },
);

const reason = await findGpu();

test(
  'WebGPU makes the same views, and leaves nothing of them to the processor',
  { skip: reason ?? false },
  () => assertViews(onnxEngine({ provider: 'webgpu' })),
);
