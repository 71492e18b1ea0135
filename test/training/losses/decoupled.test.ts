import { decoupled } from '../../../training/losses/decoupled.ts';
import { type Rows, testGolden } from '../golden.ts';
import { Scalar, dot, logSumExp, mean, unit } from '../judge/scalar.ts';

interface Params {
  readonly temperature: number;
  readonly sigma?: number;
}

function loops({ z1, z2 }: Rows, { temperature, sigma }: Params): Scalar {
  const count = z1!.length;
  if (count === 1) return new Scalar(0);
  const z = [...z1!, ...z2!].map(unit);
  const own = z1!.map((_, i) => dot(z[i]!, z[i + count]!));
  const pull = sigma ? own.map((s) => s.div(sigma).exp()) : [];
  return mean(
    z.map((anchor, i) => {
      const others = z.filter((_, j) => j % count !== i % count);
      const weight = sigma ? new Scalar(2).sub(pull[i % count]!.div(mean(pull))) : new Scalar(1);
      const push = logSumExp(others.map((other) => dot(anchor, other).div(temperature)));
      return push.sub(weight.mul(own[i % count]!).div(temperature));
    }),
  );
}

for (const method of ['dcl', 'dclw'])
  testGolden<Params>('infonce', method, {
    graph: ({ z1, z2 }, params) => decoupled(z1!, z2!, params),
    loops,
  });
