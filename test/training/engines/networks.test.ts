import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, Numbers, Results } from '../../../training/engines/engine.ts';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { tensorflowEngine } from '../../../training/engines/tensorflow.ts';
import { run as judge } from '../graph/interpreter.ts';
import { findGpu } from './any-gpu.ts';
import { type NetworkCase, networkCases } from './network-cases.ts';
import { assertClose } from './operations.ts';

/** Outputs of the first step, and the loss of the second, which sees what the first has moved. */
async function twoSteps(
  engine: Engine,
  { graph, feeds }: NetworkCase,
): Promise<{ first: Results; again: number }> {
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const first = await program.run(feeds);
  const again = (await program.run(feeds))['loss']![0]!;
  assert.deepEqual([...program.onCpu], [], 'no node is left to the processor');
  await program.close();
  await memory.close();
  return { first, again };
}

function expectedOf({ graph, feeds }: NetworkCase) {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, fed]) => [name, typeof fed === 'number' ? [fed] : fed]),
  );
  const { outputs, states } = judge(graph, given);
  return { first: outputs, again: judge(graph, { ...given, ...states }).outputs['loss']![0]! };
}

async function assertNetwork(engine: Engine, network: NetworkCase, tolerance: number): Promise<void> {
  const [made, expected] = [await twoSteps(engine, network), expectedOf(network)];
  for (const [name, values] of Object.entries(expected.first))
    assertClose(made.first[name]!, values, tolerance, name);
  assertClose([made.again], [expected.again], 10 * tolerance, 'loss of the second step');
}

const noGpu = await findGpu();
const tensorflow = await tensorflowEngine(['@tensorflow/tfjs']).catch((thrown: Error) => thrown);
const noTensorflow = tensorflow instanceof Error ? tensorflow.message : false;

/** Batch norm over the six numbers of a channel that are left at the end of the small convnet makes rounding grow. */
const tolerances = { transformer: 1e-4, convnet: 1e-3, text: 1e-4 };

for (const [name, build] of Object.entries(networkCases)) {
  const tolerance = tolerances[name as keyof typeof networkCases];
  test(`${name}: loss and gradients agree with the judge on the processor`, () =>
    assertNetwork(onnxEngine({ provider: 'cpu', threads: 1 }), build(), tolerance));
  test(`${name}: loss and gradients agree with the judge on WebGPU`, { skip: noGpu ?? false }, () =>
    assertNetwork(onnxEngine({ provider: 'webgpu' }), build(), 1e-3),
  );
  test(`${name}: loss and gradients agree with the judge on TensorFlow.js`, { skip: noTensorflow }, () =>
    assertNetwork(tensorflow as Engine, build(), tolerance),
  );
}

test('a run that is taken up again from its states goes on bit for bit', async () => {
  const engine = onnxEngine({ provider: 'cpu', threads: 1 });
  const { graph, feeds } = networkCases.convnet();
  const losses = async (steps: number, states?: ReadonlyMap<string, Numbers>) => {
    const memory = engine.memory();
    const program = await engine.compile(graph, memory);
    if (states) memory.write(states);
    const made: number[] = [];
    for (let k = 0; k < steps; k++) made.push((await program.run(feeds))['loss']![0]!);
    await program.close();
    return { made, states: await memory.read() };
  };
  const whole = await losses(4);
  const half = await losses(2);
  const rest = await losses(2, half.states);
  assert.deepEqual([...half.made, ...rest.made], whole.made);
  assert.deepEqual(rest.states, whole.states);
});
