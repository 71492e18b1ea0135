/**
 * Five whole steps of fourteen methods with a tiny perceptron, by SGD and by AdamW: losses, weights and states after
 * them, against traces from another engine (golden/make/traces.py). Here the parts are put together by hand; what the
 * traces hold is that losses, gradients, optimizers, slow copies, queue and center work together in the right order.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MethodName, methodNames } from '../../src-main/contract/run.ts';
import type { Engine } from '../../training/engines/engine.ts';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { tensorflowEngine } from '../../training/engines/tensorflow.ts';
import { type Graph, sourcesOf } from '../../training/graph/graph.ts';
import { Pass } from '../../training/modules/weights.ts';
import { adamW } from '../../training/optim/adamw.ts';
import type { Optimizer } from '../../training/optim/optimizer.ts';
import { momentumTo1 } from '../../training/optim/schedule.ts';
import { sgd } from '../../training/optim/sgd.ts';
import { stepGraph } from '../../training/step.ts';
import { assertClose } from './engines/operations.ts';
import { flat, goldenCases, typed } from './golden.ts';
import { run } from './graph/interpreter.ts';
import { type Nested, type Trace, traced } from './trace-methods.ts';

interface Sums {
  readonly sum: number;
  readonly sumSquares: number;
  readonly first5: readonly number[];
}
interface Outcome {
  readonly losses: readonly number[];
  readonly lossAgain: number;
  readonly gradientNorms: readonly number[];
  readonly weights: Readonly<Record<string, Sums>>;
  readonly state: Readonly<Record<string, Sums | number | Readonly<Record<string, Sums>>>>;
}

/** The step as one graph; and the loss alone, for looking once more without moving anything. */
function build(method: MethodName, trace: Trace, optimizer: Optimizer): { step: Graph; look: Graph } {
  const { trained, seen, known } = traced(method, trace);
  const { loss } = trained.compare(trained.embed(seen, new Pass({ training: true })), known);
  return {
    step: stepGraph(trained, seen, known, { optimizer }),
    look: { outputs: { loss }, updates: new Map() },
  };
}

const tensorflow = await tensorflowEngine(['@tensorflow/tfjs']).catch((thrown: Error) => thrown);
const noTensorflow = tensorflow instanceof Error ? tensorflow.message : false;

const optimizers = { sgd: [sgd({ momentum: 0 }), 0.1], adamw: [adamW({ decay: 0.1 }), 0.01] } as const;

function sums(values: ArrayLike<number>): number[] {
  const all = Array.from(values);
  return [all.reduce((a, b) => a + b, 0), all.reduce((a, b) => a + b * b, 0), ...all.slice(0, 5)];
}

/** Losses, norms and states of a trace against the golden ones. */
function assertOutcome(
  expected: Outcome,
  losses: number[],
  norms: number[],
  final: (name: string) => ArrayLike<number>,
  tolerance: number,
) {
  assertClose(losses, [...expected.losses, expected.lossAgain], tolerance, 'losses');
  assertClose(norms, expected.gradientNorms, tolerance, 'gradient norms');
  const check = (name: string, { sum, sumSquares, first5 }: Sums) =>
    assertClose(sums(final(name)), [sum, sumSquares, ...first5], tolerance, name);
  for (const [name, each] of Object.entries(expected.weights)) check(`trained.${name}`, each);
  for (const [name, each] of Object.entries(expected.state)) {
    if (name === 'queue') check('kept.queue.rows', each as Sums);
    else if (name === 'pointer') assertClose(final('kept.queue.pointer'), [each as number], 0, name);
    else if (name === 'center') check('kept.center', each as Sums);
    else
      for (const [weight, values] of Object.entries(each as Record<string, Sums>))
        check(`slow.${weight}`, values);
  }
}

for (const { name, inputs, outputs } of goldenCases('traces', 'trace')) {
  const trace = inputs as unknown as Trace;
  const method = name.split('/')[1]! as MethodName;
  const start = 'queue' in trace.state ? { 'kept.queue.rows': flat(trace.state['queue'] as Nested) } : {};
  // MoCo's first paper keeps its momentum, the others raise it.
  const momenta = method === 'moco-v2' ? Array<number>(5).fill(0.9) : momentumTo1(0.9, 5);

  for (const [kind, [optimizer, rate]] of Object.entries(optimizers)) {
    const expected = outputs[kind] as unknown as Outcome;
    const graphs = () => build(method, trace, optimizer);
    const { ids: count } = Object.fromEntries(
      sourcesOf(graphs().step).inputs.map(({ attributes, size }) => [attributes.name, size]),
    );
    const feeds = (k: number) => ({
      ids: Array.from({ length: count ?? 0 }, (_, i) => k * 100 + i),
      teacherTemperature: [0.04],
      ...Object.fromEntries(Object.entries(trace.batches[k]!).map(([key, values]) => [key, flat(values)])),
      ...Object.fromEntries(Object.entries(optimizer.rates(k, rate)).map(([key, value]) => [key, [value]])),
      momentum: [momenta[k]!],
    });

    test(`${name} by ${kind}: five steps in double precision`, () => {
      const { step, look } = graphs();
      let states: Record<string, ArrayLike<number>> = start;
      const [losses, norms]: [number[], number[]] = [[], []];
      for (let k = 0; k < 5; k++) {
        const made = run(step, { ...states, ...feeds(k) });
        states = { ...states, ...made.states };
        losses.push(made.outputs['loss']![0]!);
        norms.push(made.outputs['norm']![0]!);
      }
      losses.push(run(look, { ...states, ...feeds(0) }).outputs['loss']![0]!);
      assertOutcome(expected, losses, norms, (key) => states[key]!, 1e-9);
    });

    async function runOn(engine: Engine): Promise<void> {
      const { step, look } = graphs();
      const memory = engine.memory();
      const program = await engine.compile(step, memory);
      const looking = await engine.compile(look, memory);
      memory.write(new Map(Object.entries(start).map(([key, values]) => [key, Float32Array.from(values)])));
      const [losses, norms]: [number[], number[]] = [[], []];
      for (let k = 0; k < 5; k++) {
        const { loss, norm } = await program.run(typed(step, feeds(k)));
        losses.push(loss![0]!);
        norms.push(norm![0]!);
      }
      losses.push((await looking.run(typed(look, feeds(0))))['loss']![0]!);
      const states = await memory.read();
      assertOutcome(expected, losses, norms, (key) => states.get(key)!, 1e-4);
      await program.close();
      await looking.close();
      await memory.close();
    }

    test(`${name} by ${kind}: five steps on ONNX Runtime`, () =>
      runOn(onnxEngine({ provider: 'cpu', threads: 1 })));

    test(`${name} by ${kind}: five steps on TensorFlow.js`, { skip: noTensorflow }, () =>
      runOn(tensorflow as Engine),
    );
  }
}

test('every trace has its method', () => {
  const names = goldenCases('traces', 'trace').map(({ name }) => name.split('/')[1]);
  assert.deepEqual(names.sort(), [...methodNames].sort());
});
