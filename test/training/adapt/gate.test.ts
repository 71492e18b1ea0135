import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateAt, gateOf, nearness } from '../../../training/adapt/gate.ts';
import { rowsOf, unitRows } from '../../../training/evaluate/rows.ts';
import { input } from '../../../training/graph/tensor.ts';
import { normal } from '../graph/draw.ts';
import { engine } from './adapters.ts';

const dim = 8;
/** Photos around one direction each. @param axis  0 to 7. */
const around = (axis: number, count: number, seed: number) => {
  const noise = normal(seed, count * dim);
  return unitRows(
    rowsOf(
      Float32Array.from({ length: count * dim }, (_, at) => 0.1 * noise[at]! + Number(at % dim === axis)),
      dim,
    ),
  );
};

async function opened(gate: ReturnType<typeof gateOf>, rows: ReturnType<typeof around>): Promise<number[]> {
  const memory = engine.memory();
  const outputs = { open: gateAt(gate, input('rows', [rows.count, dim])) };
  const program = await engine.compile({ outputs, updates: new Map() }, memory);
  const { open } = await program.run({ rows: Float32Array.from(rows.values) });
  await program.close();
  await memory.close();
  return [...open!];
}

test('it is open to photos like those that were learned from, and shut to others', async () => {
  const gate = gateOf(around(0, 40, 1), 1);
  const alike = await opened(gate, around(0, 40, 2));
  assert.ok(alike.filter((share) => share === 1).length >= 30, alike.join());
  assert.ok((await opened(gate, around(3, 10, 3))).every((share) => share === 0));
});

test('graph and plain numbers agree on how near a photo is', async () => {
  const rows = around(0, 20, 4);
  const gate = gateOf(rows, 1);
  const open = await opened(gate, rows);
  for (const [i, near] of nearness(rows, gate.centres).entries()) {
    const wanted = Math.min(1, Math.max(0, (near - gate.low) / (gate.high - gate.low)));
    assert.ok(Math.abs(open[i]! - wanted) < 1e-4, `${open[i]}, ${wanted}`);
  }
});

test('a few photos, or photos that are all the same, have a gate too', () => {
  const one = gateOf(around(1, 3, 5), 1);
  assert.equal(one.centres.count, 1);
  const same = gateOf(
    rowsOf(
      Float32Array.from({ length: 32 }, (_, at) => Number(at % 4 === 0)),
      4,
    ),
    1,
  );
  assert.ok(same.high > same.low);
});
