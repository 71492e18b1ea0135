/** All operation cases and their gradients as one graph, to run on an engine and to hold against the judge. */
import assert from 'node:assert/strict';
import type { Engine } from '../../../training/engines/engine.ts';
import { gradient } from '../../../training/graph/gradient.ts';
import { mul } from '../../../training/graph/ops/elementwise.ts';
import { sum } from '../../../training/graph/ops/reduce.ts';
import { type Tensor, constant, input } from '../../../training/graph/tensor.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';
import { operationCases } from '../graph/operation-cases.ts';

/** Runs every case on the engine: value and gradients within `tolerance` of the judge, relative to 1 + |value|. */
export async function assertOperations(engine: Engine, tolerance: number): Promise<void> {
  const outputs: Record<string, Tensor> = {};
  const feeds: Record<string, Float32Array> = {};
  for (const [at, { name, shapes, build, range: [low, high] = [-1, 1] }] of operationCases.entries()) {
    const inputs = shapes.map((shape, i) => input(`${at}/${i}`, shape));
    for (const [i, x] of inputs.entries())
      feeds[`${at}/${i}`] = Float32Array.from(uniform(11 + i, x.size, low, high));
    const result = build(...(inputs as unknown as [Tensor, Tensor, Tensor]));
    outputs[name] = result;
    const loss = sum(mul(result, constant(uniform(7, result.size), result.shape)));
    for (const [i, g] of gradient(loss, inputs).entries()) outputs[`${name}, gradient ${i}`] = g;
  }
  const memory = engine.memory();
  const program = await engine.compile({ outputs, updates: new Map() }, memory);
  try {
    const results = await program.run(feeds);
    assert.deepEqual([...program.onCpu], []);
    for (const [name, tensor] of Object.entries(outputs)) {
      const expected = evaluate(tensor, feeds);
      assertClose(results[name]!, expected, tolerance, name);
    }
  } finally {
    await program.close();
    await memory.close();
  }
}

/** Each number within `tolerance` of the expected one, relative to 1 + |expected|. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(
    actual.length,
    expected.length,
    `${what}: ${actual.length} numbers instead of ${expected.length}`,
  );
  for (let i = 0; i < expected.length; i++) {
    const [got, want] = [actual[i]!, expected[i]!];
    const off = Math.abs(got - want) / (1 + Math.abs(want));
    assert.ok(
      off <= tolerance,
      `${what}: number ${i} is ${got}, expected ${want} (${off.toExponential(1)} off)`,
    );
  }
}
