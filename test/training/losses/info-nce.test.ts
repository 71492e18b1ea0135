import { infoNce, infoNceOfScores } from '../../../training/losses/info-nce.ts';
import { testGolden } from '../golden.ts';
import { dot, logSumExp, mean, unit } from '../judge/scalar.ts';

testGolden<{ readonly temperature: number; readonly symmetric: boolean }>('infonce', 'infonce', {
  graph({ query, key }, { temperature, symmetric }) {
    const { loss, queryToKey, keyToQuery } = infoNce(query!, key!, { temperature });
    return { loss: symmetric ? loss : queryToKey, queryToKey, keyToQuery };
  },
  loops({ query, key }, { temperature, symmetric }) {
    const [q, k] = [query!.map(unit), key!.map(unit)];
    const score = (i: number, j: number) => dot(q[i]!, k[j]!).div(temperature);
    const forward = mean(q.map((_, i) => logSumExp(k.map((_, j) => score(i, j))).sub(score(i, i))));
    const back = mean(k.map((_, j) => logSumExp(q.map((_, i) => score(i, j))).sub(score(j, j))));
    return symmetric ? forward.add(back).div(2) : forward;
  },
});

testGolden<{ readonly temperature: number }>('infonce', 'infonce-scores', {
  graph({ positive, negatives }, params) {
    const { probability, ...rest } = infoNceOfScores(positive!, negatives!, params);
    return { ...rest, probabilityOfPositive: probability };
  },
  loops({ positive, negatives }, { temperature }) {
    const own = positive as unknown as (typeof negatives & object)[number];
    return mean(
      negatives!.map((row, i) => {
        const logits = [own[i]!, ...row].map((score) => score.div(temperature));
        return logSumExp(logits).sub(logits[0]!);
      }),
    );
  },
});
