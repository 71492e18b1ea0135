import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, input } from '../../../training/graph/tensor.ts';
import { attention } from '../../../training/modules/attention.ts';
import { textTransformer } from '../../../training/modules/text-transformer.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';

const pass = new Pass({ training: true });

/** Attention of one text, head by head and token by token, straight from the paper. */
function loops(x: Float64Array, weights: Weights, tokens: number, dim: number, heads: number): number[] {
  const value = (name: string) => evaluate(weights.parameters.get(name)!);
  const linear = (row: readonly number[], name: string) => {
    const [weight, bias] = [value(`${name}.weight`), value(`${name}.bias`)];
    return [...bias].map((b, j) => row.reduce((total, v, i) => total + v * weight[i * bias.length + j]!, b));
  };
  const rows = Array.from({ length: tokens }, (_, t) =>
    linear([...x.subarray(t * dim, (t + 1) * dim)], 'qkv'),
  );
  const size = dim / heads;
  const part = (row: readonly number[], which: number, head: number) =>
    row.slice(which * dim + head * size, which * dim + (head + 1) * size);
  return rows.flatMap((row) => {
    const seen = Array.from({ length: heads }, (_, head) => {
      const q = part(row, 0, head);
      const scores = rows.map(
        (other) => part(other, 1, head).reduce((sum, k, i) => sum + k * q[i]!, 0) / Math.sqrt(size),
      );
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      return Array.from({ length: size }, (_, i) =>
        rows.reduce((sum, other, t) => sum + (Math.exp(scores[t]!) / total) * part(other, 2, head)[i]!, 0),
      );
    });
    return linear(seen.flat(), 'out');
  });
}

test('attention agrees with loops from the paper', () => {
  const weights = new Weights(1);
  const layer = attention(weights, { dim: 6, heads: 2 });
  const x = uniform(1, 24);
  assertClose(evaluate(layer(constant(x, [1, 4, 6]), pass)), loops(x, weights, 4, 6, 2), 1e-12, 'attention');
});

test('heads that do not divide the width are refused', () => {
  assert.throws(() => attention(new Weights(1), { dim: 6, heads: 4 }), /4 heads do not divide 6/);
});

const text = { vocabulary: 11, context: 5, dim: 8, depth: 2, heads: 2 };

function embed(causal: boolean, tokens: readonly number[], end: number): Float64Array {
  const encoder = textTransformer(new Weights(1), { ...text, causal });
  const out = encoder.encode(input('tokens', [1, 5], 'i32'), input('ends', [1], 'i32'), pass);
  return evaluate(out, { tokens, ends: [end] });
}

test('a causal text does not see what stands behind its end, another does', () => {
  assertClose(embed(true, [1, 2, 3, 0, 0], 2), embed(true, [1, 2, 3, 7, 9], 2), 1e-15, 'behind the end');
  assert.notDeepEqual([...embed(false, [1, 2, 3, 0, 0], 2)], [...embed(false, [1, 2, 3, 7, 9], 2)]);
});

test('the order of words matters', () => {
  assert.notDeepEqual([...embed(true, [1, 2, 3, 0, 0], 2)], [...embed(true, [2, 1, 3, 0, 0], 2)]);
});
