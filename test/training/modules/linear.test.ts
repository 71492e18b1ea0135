import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant } from '../../../training/graph/tensor.ts';
import { type HeadOptions, head } from '../../../training/modules/head.ts';
import { linear } from '../../../training/modules/linear.ts';
import { layerNorm } from '../../../training/modules/layer-norm.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { normal, uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';

const [training, inference] = [new Pass({ training: true }), new Pass({ training: false })];

test('an adapter leaves the network as it was until it is trained, and only it is trained', () => {
  const [plain, adapted] = [new Weights(1), new Weights(1)];
  const x = constant(uniform(1, 12), [3, 4]);
  const before = evaluate(linear(plain.in('a'), 4, 5)(x, training));
  const layer = linear(adapted.in('a'), 4, 5, { adapter: { rank: 2 } });
  assertClose(evaluate(layer(x, training)), before, 1e-15, 'untrained');
  assert.deepEqual([...adapted.parameters.keys()], ['a.adapter.down', 'a.adapter.up']);
  assert.deepEqual([...adapted.all.keys()].sort(), ['a.adapter.down', 'a.adapter.up', 'a.bias', 'a.weight']);
});

test('a trained adapter is added to the weight outside training, with the same result', () => {
  const layer = linear(new Weights(1), 4, 5, { adapter: { rank: 2, strength: 6 } });
  const given = { 'adapter.up': uniform(2, 10) };
  const x = constant(uniform(1, 12), [3, 4]);
  assertClose(evaluate(layer(x, inference), given), evaluate(layer(x, training), given), 1e-12, 'merged');
});

test('layer norm gives each row mean 0 and deviation 1', () => {
  const y = evaluate(
    layerNorm(new Weights(1), 64)(
      constant(
        normal(1, 128).map((v) => 5 + 3 * v),
        [2, 64],
      ),
      training,
    ),
  );
  for (const row of [y.subarray(0, 64), y.subarray(64)]) {
    const mean = row.reduce((total, value) => total + value / 64, 0);
    const variance = row.reduce((total, value) => total + (value - mean) ** 2 / 64, 0);
    assert.ok(Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-5, `${mean}, ${variance}`);
  }
});

function names(widths: readonly number[], options: HeadOptions): string[] {
  const weights = new Weights(1);
  head(weights, widths, options);
  return [...weights.parameters].map(([name, { shape }]) => `${name} ${shape.join('x')}`);
}

test("the papers' heads have the layers they name", () => {
  assert.deepEqual(names([8, 8, 4], { hidden: 'plain', last: 'linear' }), [
    'layer0.weight 8x8',
    'layer0.bias 8',
    'layer1.weight 8x4',
    'layer1.bias 4',
  ]);
  assert.deepEqual(names([8, 6, 4], { hidden: 'norm', last: 'scaled' }), [
    'layer0.weight 8x6',
    'layer0.norm.gain 6',
    'layer0.norm.shift 6',
    'layer1.weight 6x4',
    'layer1.norm.gain 4',
  ]);
  assert.deepEqual(names([8, 6, 4], { hidden: 'norm', last: 'norm' }).at(-1), 'layer1.weight 6x4');
});
