import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, integers } from '../../../training/graph/tensor.ts';
import { koleo } from '../../../training/losses/koleo.ts';
import { testGolden } from '../golden.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';
import { Scalar, dot, mean, unit } from '../judge/scalar.ts';

testGolden<{ readonly epsilon: number }>('distill', 'koleo', {
  graph({ x }, params) {
    const { loss, nearest } = koleo(x!, params);
    return { loss, nearest: x!.shape[0] === 1 ? null : nearest };
  },
  loops({ x }, { epsilon }) {
    if (x!.length < 2) return new Scalar(0);
    const z = x!.map(unit);
    return mean(
      z.map((row, i) => {
        const others = z.filter((_, j) => j !== i);
        const nearest = others.reduce((best, other) =>
          dot(row, other).value > dot(row, best).value + 1e-14 ? other : best,
        );
        const difference = row.map((value, k) => value.sub(nearest[k]!).add(epsilon));
        return dot(difference, difference).sqrt().add(epsilon).log().mul(-1);
      }),
    );
  },
});

test('twins of one group do not push each other away', () => {
  const rows = uniform(1, 12);
  const twins = constant([...rows, ...rows.subarray(0, 4)], [4, 4]);
  const { nearest } = koleo(twins, { ids: integers([0, 1, 2, 0]) });
  assert.ok(evaluate(nearest)[0] !== 3 && evaluate(nearest)[3] !== 0);
});
