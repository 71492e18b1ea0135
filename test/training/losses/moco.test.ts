import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, input, integers } from '../../../training/graph/tensor.ts';
import { moco, mocoV3 } from '../../../training/losses/moco.ts';
import { testGolden } from '../golden.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';
import { add, dot, logSumExp, mean, stop, unit } from '../judge/scalar.ts';

testGolden<{ readonly temperature: number }>('infonce', 'moco', {
  graph({ q, k, queue }, params) {
    const { keys: _, ...outputs } = moco(q!, k!, queue!, params);
    return outputs;
  },
  loops({ q, k, queue }, { temperature }) {
    return mean(
      q!.map((query, i) => {
        const own = unit(query);
        const keys = [stop(unit(k![i]!)), ...queue!.map(stop)];
        const logits = keys.map((key) => dot(own, key).div(temperature));
        return logSumExp(logits).sub(logits[0]!);
      }),
    );
  },
});

testGolden<{ readonly temperature: number }>('infonce', 'moco-v3', {
  graph: ({ q1, q2, k1, k2 }, params) => ({ loss: mocoV3([q1!, q2!], [k1!, k2!], params).loss }),
  loops({ q1, q2, k1, k2 }, { temperature }) {
    const directions = [
      [q1!, k2!],
      [q2!, k1!],
    ] as const;
    return add(
      directions.map(([queries, answers]) => {
        const keys = answers.map((key) => stop(unit(key)));
        const losses = queries.map((query, i) => {
          const logits = keys.map((key) => dot(unit(query), key).div(temperature));
          return logSumExp(logits).sub(logits[i]!);
        });
        return mean(losses).mul(2 * temperature);
      }),
    );
  },
});

test("a photo's own older key in the queue is no negative", () => {
  const [q, k] = [input('q', [2, 4]), input('k', [2, 4])];
  const given = { q: uniform(1, 8), k: uniform(2, 8), queue: uniform(3, 12) };
  const ids = { batch: integers([7, 8]), queue: integers([7, 9, 8]) };
  const of = (held: ArrayLike<number>, options: { ids?: typeof ids } = {}) =>
    evaluate(
      moco(q, k, constant(held, [held.length / 4, 4]), { temperature: 0.2, ...options }).perAnchor,
      given,
    );
  const masked = of(given.queue, { ids });
  assert.equal(masked[0], of(given.queue.slice(4))[0]);
  assert.equal(masked[1], of(given.queue.slice(0, 8))[1]);
});
