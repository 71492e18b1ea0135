import { byol } from '../../../training/losses/byol.ts';
import { testGolden } from '../golden.ts';
import { mean, squaredDistance, stop, unit } from '../judge/scalar.ts';

testGolden('distill', 'byol', {
  graph({ p1, p2, z1, z2 }) {
    const { loss, perPhoto } = byol([p1!, p2!], [z1!, z2!]);
    return { loss, perSample: perPhoto };
  },
  loops: ({ p1, p2, z1, z2 }) =>
    mean(
      p1!.map((_, i) => {
        const one = squaredDistance(unit(p1![i]!), stop(unit(z2![i]!)));
        return one.add(squaredDistance(unit(p2![i]!), stop(unit(z1![i]!))));
      }),
    ),
});
