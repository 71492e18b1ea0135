import { simsiam } from '../../../training/losses/simsiam.ts';
import { testGolden } from '../golden.ts';
import { dot, mean, stop, unit } from '../judge/scalar.ts';

testGolden('distill', 'simsiam', {
  graph({ p1, p2, z1, z2 }) {
    const { loss, perPhoto } = simsiam([p1!, p2!], [z1!, z2!]);
    return { loss, perSample: perPhoto };
  },
  loops: ({ p1, p2, z1, z2 }) =>
    mean(
      p1!.map((_, i) => {
        const one = dot(unit(p1![i]!), stop(unit(z2![i]!)));
        return one.add(dot(unit(p2![i]!), stop(unit(z1![i]!)))).div(-2);
      }),
    ),
});
