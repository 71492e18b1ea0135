import { test } from 'node:test';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { type Tensor, input, state } from '../../../training/graph/tensor.ts';
import { adamW } from '../../../training/optim/adamw.ts';
import { lars } from '../../../training/optim/lars.ts';
import type { Optimizer } from '../../../training/optim/optimizer.ts';
import { sgd } from '../../../training/optim/sgd.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases } from '../golden.ts';
import { run } from '../graph/interpreter.ts';

interface Params {
  readonly lr: readonly number[];
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly eta: number;
  readonly lrInside: boolean;
  readonly adapt: boolean;
}

const optimizers: Record<string, (params: Params) => Optimizer> = {
  sgd: (p) => sgd({ ...p, decay: p.weightDecay, decays: () => true }),
  adamw: (p) => adamW({ ...p, decay: p.weightDecay, decays: () => true }),
  lars: (p) =>
    lars({
      momentum: p.momentum,
      trust: p.eta,
      decay: p.weightDecay,
      rateInside: p.lrInside,
      adapts: () => p.adapt,
    }),
};

for (const [method, make] of Object.entries(optimizers)) {
  for (const { name, inputs, params, outputs } of goldenCases('optim', method)) {
    const optimizer = make(params as Params);
    const [weights, gradients] = [
      flat(inputs['weights']!),
      inputs['gradients'] as readonly (readonly number[])[],
    ];
    const trail = outputs['weights'] as readonly (readonly number[])[];
    const parameter = state('w', [weights.length], () => Float64Array.from(weights)) as Tensor;
    const graph = { outputs: {}, updates: optimizer.update('w', parameter, input('g', parameter.shape)) };
    const feeds = (k: number) => ({ g: gradients[k]!, ...optimizer.rates(k, (params as Params).lr[k]!) });

    test(`${name}: every step in double precision gives the golden weights`, () => {
      let states: Record<string, ArrayLike<number>> = {};
      for (const [k, expected] of trail.entries()) {
        const given = Object.entries(feeds(k)).map(([key, value]) => [
          key,
          typeof value === 'number' ? [value] : value,
        ]);
        states = run(graph, { ...states, ...Object.fromEntries(given) }).states;
        assertClose(states['w']!, expected, 1e-9, `step ${k}`);
      }
    });

    test(`${name}: every step on ONNX Runtime gives the golden weights in single precision`, async () => {
      const engine = onnxEngine({ provider: 'cpu', threads: 1 });
      const memory = engine.memory();
      const program = await engine.compile(graph, memory);
      memory.write(new Map([['w', Float32Array.from(weights)]]));
      for (const [k, expected] of trail.entries()) {
        await program.run({ ...feeds(k), g: Float32Array.from(gradients[k]!) });
        assertClose((await memory.read(['w'])).get('w')!, expected, 1e-5, `step ${k}`);
      }
      await program.close();
      await memory.close();
    });
  }
}
