/** What every engine promises, whatever it computes on. */
import assert from 'node:assert/strict';
import type { Engine } from '../../../training/engines/engine.ts';
import { add, mul } from '../../../training/graph/ops/elementwise.ts';
import { sum } from '../../../training/graph/ops/reduce.ts';
import { type AnyTensor, input, state } from '../../../training/graph/tensor.ts';

export async function assertEngineKeepsItsWord(engine: Engine): Promise<void> {
  const memory = engine.memory();
  const count = state('count', [2], () => Float32Array.of(1, 10));
  const still = state('still', [2], () => Float32Array.of(5, 6));
  const step = input('step', []);
  const stepping = {
    outputs: { total: sum(count) },
    updates: new Map<AnyTensor, AnyTensor>([[count, add(count, step)]]),
  };
  const program = await engine.compile(stepping, memory);

  // A run reads the states as they were and moves them on.
  assert.deepEqual([...(await program.run({ step: 1 }))['total']!], [11]);
  assert.deepEqual([...(await program.run({ step: 2 }))['total']!], [13]);
  assert.deepEqual([...(await memory.read(['count'])).get('count')!], [4, 13]);

  // A step that is not accepted leaves them alone, and the next one goes on from there.
  await program.run({ step: 100 }, ({ total }) => total![0]! < 0);
  assert.deepEqual([...(await memory.read(['count'])).get('count')!], [4, 13]);
  await program.run({ step: 1 });
  assert.deepEqual([...(await memory.read(['count'])).get('count')!], [5, 14]);

  // Another graph with the same memory sees the same states, and what it does not update stays.
  const product = await engine.compile(
    { outputs: { product: mul(count, still) }, updates: new Map() },
    memory,
  );
  assert.deepEqual([...(await product.run({}))['product']!], [25, 84]);
  assert.deepEqual([...(await product.run({}))['product']!], [25, 84]);
  memory.write(new Map([['still', Float32Array.of(1, 2)]]));
  assert.deepEqual([...(await product.run({}))['product']!], [5, 28]);
  memory.write(new Map([['count', Float32Array.of(0, 0)]]));
  await program.run({ step: 3 });
  assert.deepEqual(
    [...(await memory.read(['count', 'still']))].map(([name, values]) => [name, ...values]),
    [
      ['count', 3, 3],
      ['still', 1, 2],
    ],
  );

  // What is read is a copy.
  (await memory.read(['still'])).get('still')!.fill(9);
  assert.deepEqual([...(await memory.read(['still'])).get('still')!], [1, 2]);

  // Slips are named.
  await assert.rejects(program.run({}), /input “step” f32 \[\] was not fed/);
  await assert.rejects(program.run({ step: 1, stop: Float32Array.of(1) }), /no input “stop”/);
  await assert.rejects(program.run({ step: Float32Array.of(1, 2) }), /“step” f32 \[\] was fed 2 numbers/);
  await assert.rejects(program.run({ step: Int32Array.of(1) }), /“step” f32 \[\] was fed a Int32Array/);
  await assert.rejects(memory.read(['missing']), /no state is called “missing”/);
  assert.throws(
    () => memory.write(new Map([['still', Float32Array.of(1)]])),
    /“still” holds 2 numbers, not 1/,
  );
  const other = state('count', [3], () => new Float32Array(3));
  await assert.rejects(
    engine.compile({ outputs: { other }, updates: new Map() }, memory),
    /“count” f32 \[3\] is held/,
  );

  await program.close();
  await product.close();
  await memory.close();
}
