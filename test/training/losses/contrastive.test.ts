import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input } from '../../../training/graph/tensor.ts';
import {
  type ContrastiveOptions,
  contrastive,
  cosineEmbedding,
} from '../../../training/losses/contrastive.ts';
import { type Rows, testGolden } from '../golden.ts';
import { Scalar, distance, dot, mean, unit } from '../judge/scalar.ts';

function loops({ a, b, similar }: Rows, { distance: kind, margin }: ContrastiveOptions): Scalar {
  return mean(
    a!.map((row, i) => {
      const d = kind === 'cosine' ? new Scalar(1).sub(dot(unit(row), unit(b![i]!))) : distance(row, b![i]!);
      const apart = new Scalar(margin).sub(d).relu();
      return similar[i] === 1 ? d.mul(d).div(2) : apart.mul(apart).div(2);
    }),
  );
}

for (const method of ['contrastive', 'contrastive-cosine'])
  testGolden<ContrastiveOptions>('pairs', method, {
    graph: ({ a, b, similar }, params) => contrastive(a!, b!, similar, params),
    loops,
  });

testGolden<{ readonly margin: number }>('pairs', 'cosine-embedding', {
  graph: ({ a, b, similar }, params) => cosineEmbedding(a!, b!, similar, params),
  loops: ({ a, b, similar }, { margin }) =>
    mean(
      a!.map((row, i) => {
        const cosine = dot(unit(row), unit(b![i]!));
        return similar[i] === 1 ? new Scalar(1).sub(cosine) : cosine.sub(margin).relu();
      }),
    ),
});

test('a margin that is not positive is refused', () => {
  const [x, y] = [input('x', [2, 3]), input('similar', [2], 'i32')];
  assert.throws(() => contrastive(x, x, y, { distance: 'euclidean', margin: 0 }), /margin must be positive/);
});
