import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input } from '../../../training/graph/tensor.ts';
import { ntXent } from '../../../training/losses/nt-xent.ts';
import { testGolden } from '../golden.ts';
import { evaluate } from '../graph/interpreter.ts';
import { uniform } from '../graph/draw.ts';
import { dot, logSumExp, mean, unit } from '../judge/scalar.ts';

interface Params {
  readonly temperature: number;
  readonly normalize: boolean;
}

testGolden<Params>('infonce', 'nt-xent', {
  graph: ({ z1, z2, ids }, params) => ntXent(z1!, z2!, { ...params, ids }),
  loops({ z1, z2, ids }, { temperature, normalize }) {
    const count = z1!.length;
    const z = [...z1!, ...z2!].map((row) => (normalize ? unit(row) : row));
    const group = (i: number) => (ids ? ids[i % count] : i % count);
    return mean(
      z.map((anchor, i) => {
        const mate = (i + count) % (2 * count);
        const others = z.keys().filter((j) => j === mate || group(j) !== group(i));
        const scores = new Map(others.map((j) => [j, dot(anchor, z[j]!).div(temperature)]));
        return logSumExp([...scores.values()]).sub(scores.get(mate)!);
      }),
    );
  },
});

test('the order of the two views does not matter', () => {
  const [first, second] = [input('first', [4, 6]), input('second', [4, 6])];
  const given = { first: uniform(1, 24), second: uniform(2, 24) };
  const of = (loss: ReturnType<typeof ntXent>) => evaluate(loss.loss, given)[0]!;
  const there = of(ntXent(first, second, { temperature: 0.1 }));
  assert.ok(Math.abs(there - of(ntXent(second, first, { temperature: 0.1 }))) < 1e-14);
});

test('a temperature that is not positive is refused', () => {
  const z = input('z', [4, 6]);
  assert.throws(() => ntXent(z, z, { temperature: 0 }), /ntXent: temperature must be positive, got 0/);
});

test('views of different shapes are refused by name and shape', () => {
  assert.throws(
    () => ntXent(input('first', [4, 6]), input('second', [3, 6]), { temperature: 0.1 }),
    /ntXent\(input “first” f32 \[4, 6\]; input “second” f32 \[3, 6\]\)/,
  );
});
