import { alignment, uniformity } from '../../../training/losses/alignment.ts';
import { testGolden } from '../golden.ts';
import { mean, squaredDistance, unit } from '../judge/scalar.ts';

testGolden('infonce', 'alignment', {
  graph: ({ z1, z2 }) => alignment(z1!, z2!),
  loops: ({ z1, z2 }) => mean(z1!.map((row, i) => squaredDistance(unit(row), unit(z2![i]!)))),
});

testGolden('infonce', 'uniformity', {
  graph: ({ x }) => uniformity(x!),
  loops({ x }) {
    const z = x!.map(unit);
    const pairs = z.flatMap((a, i) => z.slice(0, i).map((b) => squaredDistance(a, b).mul(-2).exp()));
    return mean(pairs).log();
  },
});
