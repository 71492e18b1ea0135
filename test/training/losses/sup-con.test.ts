import { supCon } from '../../../training/losses/sup-con.ts';
import { testGolden } from '../golden.ts';
import { Scalar, dot, logSumExp, mean, unit } from '../judge/scalar.ts';

interface Params {
  readonly temperature: number;
  readonly where: 'out' | 'in';
}

testGolden<Params>('infonce', 'supcon', {
  graph: ({ x, labels }, params) => supCon(x!, labels, params),
  loops({ x, labels }, { temperature, where }) {
    const z = x!.map(unit);
    const terms = z.flatMap((anchor, i) => {
      const others = [...z.keys()].filter((j) => j !== i);
      const mates = others.filter((j) => labels[j] === labels[i]);
      if (mates.length === 0) return [];
      const score = (j: number) => dot(anchor, z[j]!).div(temperature);
      const all = logSumExp(others.map(score));
      if (where === 'out') return [mean(mates.map((j) => all.sub(score(j))))];
      return [
        mean(mates.map((j) => score(j).sub(all).exp()))
          .log()
          .mul(-1),
      ];
    });
    return terms.length > 0 ? mean(terms) : new Scalar(0);
  },
});
