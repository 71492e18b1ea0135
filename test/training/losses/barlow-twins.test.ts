import { barlowTwins } from '../../../training/losses/barlow-twins.ts';
import { testGolden } from '../golden.ts';
import { type Row, add, mean } from '../judge/scalar.ts';

interface Params {
  readonly lambda: number;
  readonly epsilon: number;
}

testGolden<Params>('redundancy', 'barlow', {
  graph: ({ z1, z2 }, { lambda, epsilon }) => barlowTwins(z1!, z2!, { offDiagonal: lambda, epsilon }),
  loops({ z1, z2 }, { lambda, epsilon }) {
    const standard = (z: readonly Row[]) =>
      z[0]!.map((_, j) => {
        const column = z.map((row) => row[j]!);
        const centred = column.map((value) => value.sub(mean(column)));
        const deviation = mean(centred.map((value) => value.mul(value)))
          .add(epsilon)
          .sqrt();
        return centred.map((value) => value.div(deviation));
      });
    const [first, second] = [standard(z1!), standard(z2!)];
    return add(
      first.flatMap((a, i) =>
        second.map((b, j) => {
          const c = mean(a.map((value, row) => value.mul(b[row]!)));
          return i === j ? c.sub(1).mul(c.sub(1)) : c.mul(c).mul(lambda);
        }),
      ),
    );
  },
});
