import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input } from '../../../training/graph/tensor.ts';
import { vicreg } from '../../../training/losses/vicreg.ts';
import { testGolden } from '../golden.ts';
import { type Row, Scalar, add, mean } from '../judge/scalar.ts';

interface Params {
  readonly lambda: number;
  readonly mu: number;
  readonly nu: number;
  readonly gamma: number;
  readonly epsilon: number;
}

const covariance = (a: Row, b: Row) => add(a.map((value, i) => value.mul(b[i]!))).div(a.length - 1);

testGolden<Params>('redundancy', 'vicreg', {
  graph: ({ z1, z2 }, { lambda, mu, nu, gamma, epsilon }) =>
    vicreg(z1!, z2!, { invariance: lambda, variance: mu, covariance: nu, spread: gamma, epsilon }),
  loops({ z1, z2 }, { lambda, mu, nu, gamma, epsilon }) {
    const dim = z1![0]!.length;
    const apart = mean(
      z1!.flatMap((row, i) => row.map((value, j) => value.sub(z2![i]![j]!).mul(value.sub(z2![i]![j]!)))),
    );
    const terms = [z1!, z2!].map((z) => {
      const columns = z[0]!.map((_, j) => {
        const column = z.map((row) => row[j]!);
        return column.map((value) => value.sub(mean(column)));
      });
      const hinge = mean(
        columns.map((c) => new Scalar(gamma).sub(covariance(c, c).add(epsilon).sqrt()).relu()),
      );
      const pairs = columns.flatMap((a, i) => columns.flatMap((b, j) => (i === j ? [] : [covariance(a, b)])));
      return hinge.mul(mu / 2).add(add(pairs.map((c) => c.mul(c))).mul(nu / dim));
    });
    return add([apart.mul(lambda), ...terms]);
  },
});

test('a batch of one is refused', () => {
  const z = input('z', [1, 4]);
  assert.throws(() => vicreg(z, z), /the batch less one must be positive, got 0/);
});
