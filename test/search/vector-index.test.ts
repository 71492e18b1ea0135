import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import type { ContentId } from '../../src-main/contract/photo.ts';
import { OtherEncoderError, VectorIndex, type Compare } from '../../src-main/search/vector-index.ts';
import { onnxCompare, plainCompare, unitVector } from './vectors.ts';

const dim = 24;
const encoderId = 'one-00000001';
const of = (vector: Float32Array) => ({ encoderId, vector });
let compare: Compare;
before(async () => {
  compare = await onnxCompare();
});

type Step =
  | { readonly do: 'put'; readonly id: number; readonly seed: number }
  | { readonly do: 'remove'; readonly id: number }
  | { readonly do: 'query'; readonly seed: number };

/** Few ids, so that vectors are replaced and removed; chunks of 5 rows, so that they are crossed often. */
const id = fc.integer({ min: 1, max: 40 });
const seed = fc.integer({ min: 1, max: 1e6 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ do: fc.constant('put' as const), id, seed }), weight: 6 },
    { arbitrary: fc.record({ do: fc.constant('remove' as const), id }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('query' as const), seed }), weight: 1 },
  ),
  { maxLength: 120 },
);

test('after any additions, replacements and removals every cosine is that of a plain map of vectors', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const index = new VectorIndex({ encoderId, dim, compare, chunkRows: 5 });
      const judge = new Map<number, Float32Array>();
      for (const step of [...steps, { do: 'query', seed: 1 } as const]) {
        if (step.do === 'put') {
          const vector = unitVector(dim, step.seed);
          index.put(step.id as ContentId, vector);
          judge.set(step.id, vector);
        } else if (step.do === 'remove') {
          assert.equal(index.remove(step.id), judge.delete(step.id));
        } else await agree(index, judge, unitVector(dim, step.seed));
      }
    }),
    { numRuns: 60 },
  );
});

async function agree(index: VectorIndex, judge: Map<number, Float32Array>, query: Float32Array) {
  const cosines = await index.cosines(of(query));
  assert.equal(index.size, judge.size);
  assert.equal(cosines.length, judge.size);
  const expected = new Float32Array(1);
  for (const [contentId, vector] of judge) {
    const row = index.rowOf(contentId);
    assert.equal(index.contentIds[row], contentId);
    await plainCompare(query, vector, expected);
    assert.ok(Math.abs(cosines[row]! - expected[0]!) < 1e-6, `${cosines[row]} for ${expected[0]}`);
  }
}

test('an index that gained many chunks and lost all but one row still answers', async () => {
  const index = new VectorIndex({ encoderId, dim, compare, chunkRows: 8 });
  for (let id = 1; id <= 100; id += 1) index.put(id as ContentId, unitVector(dim, id));
  for (let id = 1; id <= 100; id += 1) if (id !== 77) index.remove(id);
  const [cosine, ...others] = await index.cosines(of(unitVector(dim, 77)));
  assert.ok(Math.abs(cosine! - 1) < 1e-6);
  assert.deepEqual([others, [...index.contentIds]], [[], [77]]);
  assert.ok(index.remove(77));
  assert.equal((await index.cosines(of(unitVector(dim, 77)))).length, 0);
});

test('the same query gives the very same bits, whatever row a vector stands in', async () => {
  const dim = 512;
  for (const threads of [1, 2, 3]) {
    const compare = await onnxCompare(threads);
    const there = new VectorIndex({ encoderId, dim, compare });
    const back = new VectorIndex({ encoderId, dim, compare });
    for (let id = 1; id <= 151; id += 1) there.put(id as ContentId, unitVector(dim, id));
    for (let id = 151; id >= 1; id -= 1) back.put(id as ContentId, unitVector(dim, id));
    for (let id = 2; id <= 90; id += 1) back.remove(id);
    const query = unitVector(dim, 9999);
    const first = await there.cosines(of(query));
    assert.deepEqual(await there.cosines(of(query)), first);
    const others = await back.cosines(of(query));
    for (const [row, id] of back.contentIds.entries()) assert.equal(others[row], first[there.rowOf(id)]);
  }
});

test('a vector or a query of another length is refused', async () => {
  const index = new VectorIndex({ encoderId, dim, compare });
  assert.throws(() => index.put(1 as ContentId, unitVector(dim + 1, 1)), RangeError);
  await assert.rejects(index.cosines(of(unitVector(dim - 1, 1))), RangeError);
  assert.equal(index.size, 0);
});

test('a query of another encoder is refused, even one of the same length', async () => {
  const index = new VectorIndex({ encoderId, dim, compare });
  index.put(1 as ContentId, unitVector(dim, 1));
  const other = { encoderId: 'two-00000002', vector: unitVector(dim, 1) };
  await assert.rejects(index.cosines(other), (thrown: unknown) => {
    assert.ok(thrown instanceof OtherEncoderError);
    assert.match(thrown.message, /two-00000002 was to be compared with vectors of one-00000001/);
    return true;
  });
});
