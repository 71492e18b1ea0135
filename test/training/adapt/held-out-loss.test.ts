import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipOf, ntXentOf } from '../../../training/adapt/held-out-loss.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';
import { filled } from '../../../training/graph/ops/reduce.ts';
import { type Tensor, input } from '../../../training/graph/tensor.ts';
import { clip } from '../../../training/losses/clip.ts';
import { ntXent } from '../../../training/losses/nt-xent.ts';
import { engine, unitRowsOf } from './adapters.ts';

const [batch, dim] = [7, 5];
const [first, second] = [unitRowsOf(batch, dim, 1), unitRowsOf(batch, dim, 2)];
const ids = Int32Array.of(0, 1, 1, 3, 4, 0, 6);

/** What the loss of the training says. */
async function trained(loss: (one: Tensor, two: Tensor, same: Tensor<'i32'>) => Tensor): Promise<number> {
  const outputs = {
    loss: loss(input('first', [batch, dim]), input('second', [batch, dim]), input('ids', [batch], 'i32')),
  };
  const memory = engine.memory();
  const program = await engine.compile({ outputs, updates: new Map() }, memory);
  const { loss: said } = await program.run({ first, second, ids });
  await program.close();
  await memory.close();
  return said![0]!;
}

test('of a whole batch, NT-Xent is what the training says', async () => {
  const wanted = await trained((one, two, same) => ntXent(one, two, { temperature: 0.2, ids: same }).loss);
  const said = ntXentOf(rowsOf(first, dim), rowsOf(second, dim), ids, { count: batch, temperature: 0.2 });
  assert.ok(Math.abs(said - wanted) < 1e-5, `${said}, ${wanted}`);
});

test('of a whole batch, CLIP’s loss is what the training says', async () => {
  const wanted = await trained(
    (one, two, same) => clip(one, two, filled(Math.log(1 / 0.3), []), { ids: same }).loss,
  );
  const said = clipOf(rowsOf(first, dim), rowsOf(second, dim), ids, { count: batch, temperature: 0.3 });
  assert.ok(Math.abs(said - wanted) < 1e-5, `${said}, ${wanted}`);
});

test('of some photos of a batch, it is theirs alone, compared with all', () => {
  const of = (count: number, order: readonly number[]) => {
    const rows = (values: Float32Array) =>
      rowsOf(Float32Array.from(order.flatMap((at) => [...values.subarray(at * dim, (at + 1) * dim)])), dim);
    const same = Int32Array.from(order, (at) => ids[at]!);
    return ntXentOf(rows(first), rows(second), same, { count, temperature: 0.2 });
  };
  const order = [0, 1, 2, 3, 4, 5, 6];
  const each = order.map((at) => of(1, [at, ...order.filter((other) => other !== at)]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean(each) - of(7, order)) < 1e-9);
  assert.ok(Math.abs(mean(each.slice(0, 3)) - of(3, order)) < 1e-9);
});
