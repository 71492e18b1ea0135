import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import * as fc from 'fast-check';
import type { SearchInput } from '../../src-main/contract/search.ts';
import { LibraryIndex } from '../../src-main/search/library-index.ts';
import { search } from '../../src-main/search/search.ts';
import { encoderId, testCard, TestLibrary } from './library.ts';
import { near, openModel, plainCosine, unitVector } from './vectors.ts';

const dim = testCard.dim.embedding;
/** What every query is encoded to. */
const queryVector = unitVector(dim, 99);
const embedding = (seed: number) => ({ embedding: unitVector(dim, seed) });
/** A vector with this cosine to the query. */
const withCosine = (cosine: number, seed = 1) => ({ embedding: near(queryVector, cosine, seed) });

let library: TestLibrary;
let index: LibraryIndex;
beforeEach(async () => {
  library = new TestLibrary();
  index = await LibraryIndex.open(library.reader(), openModel);
});
afterEach(() => library.close());

const ask = (query: string, input: Partial<SearchInput> = {}) =>
  search(
    { query, limit: 100, offset: 0, filter: {}, ...input },
    {
      index,
      encoderId,
      card: testCard,
      encodeQuery: () => Promise.resolve({ encoderId, vector: queryVector }),
    },
  );
const namesOf = ({ results }: { results: readonly { path: string }[] }) =>
  results.map(({ path }) => path.split('/').at(-1));

test('where no name matches, the order is that of the cosines and the score is the cosine', async () => {
  const cosines = new Map<string, number>();
  for (let n = 1; n <= 50; n += 1) {
    library.add({ name: `IMG_${n}.jpg`, vectors: embedding(n) });
    cosines.set(`IMG_${n}.jpg`, plainCosine(queryVector, unitVector(dim, n)));
  }
  const answer = await ask('two dogs run on a beach');
  assert.deepEqual(
    namesOf(answer),
    [...cosines].toSorted(([, a], [, b]) => b - a).map(([name]) => name),
  );
  for (const [place, { score }] of answer.results.entries())
    assert.ok(Math.abs(score - cosines.get(namesOf(answer)[place]!)!) < 1e-6);
  assert.deepEqual([answer.total, answer.encoder, answer.query], [50, encoderId, 'two dogs run on a beach']);
  assert.deepEqual(
    { ...(await ask('two dogs run on a beach')), milliseconds: 0 },
    { ...answer, milliseconds: 0 },
  );
});

test('a photo whose name or folder matches all words comes first, half of them lift it half as far', async () => {
  for (let n = 1; n <= 40; n += 1) library.add({ name: `IMG_${n}.jpg`, vectors: embedding(n) });
  library.add({ name: 'Rome/rex.jpg', vectors: withCosine(0.1) });
  library.add({ name: 'Rome/IMG_77.jpg', vectors: withCosine(0.1) });
  library.add({ name: 'Rome/IMG_78.jpg', vectors: withCosine(0.2) });
  const { results } = await ask('rex in Rome');
  assert.deepEqual(namesOf({ results: results.slice(0, 3) }), ['rex.jpg', 'IMG_78.jpg', 'IMG_77.jpg']);
  const [all, , half] = results;
  const raise = all!.score - 0.1;
  assert.ok(raise > 0);
  assert.ok(Math.abs(half!.score - 0.1 - raise / 2) < 1e-6);
  assert.equal(all!.relevance, 1);
  assert.ok(half!.relevance >= 0.5);
});

test('a photo that has not been encoded is found by its name alone', async () => {
  library.add({ name: 'wedding.jpg', vectors: null });
  library.add({ name: 'IMG_1.jpg', vectors: null });
  assert.deepEqual(namesOf(await ask('wedding')), ['wedding.jpg']);
  library.add({ name: 'IMG_2.jpg', vectors: embedding(1) });
  assert.deepEqual(namesOf(await ask('wedding')), ['wedding.jpg', 'IMG_2.jpg']);
  assert.equal((await ask('sunset')).total, 1);
});

test('the filter comes before ranking: what it leaves is all there is to rank', async () => {
  const other = library.folder('Other');
  for (let n = 1; n <= 60; n += 1)
    library.add({ name: `IMG_${n}.jpg`, takenAtMs: n * 1000, vectors: withCosine(0.9 - n / 100, n) });
  for (let n = 1; n <= 3; n += 1)
    library.add(
      { name: `IMG_${n}.jpg`, takenAtMs: 500, bytes: `b${n}`, vectors: withCosine(-0.5 - n / 10, n) },
      other,
    );
  const inFolder = await ask('dogs', { filter: { folderId: other.id }, limit: 3 });
  assert.deepEqual(namesOf(inFolder), ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg']);
  assert.deepEqual([inFolder.total, inFolder.histogram.reduce((a, b) => a + b)], [3, 3]);
  // From is inclusive, to is exclusive.
  const between = await ask('dogs', { filter: { fromMs: 20_000, toMs: 22_000 } });
  assert.deepEqual(namesOf(between), ['IMG_20.jpg', 'IMG_21.jpg']);
  assert.equal((await ask('dogs', { filter: { folderId: 999 } })).total, 0);
});

test('equal scores come by newer time, then by path; copies of one photo stand together', async () => {
  library.add({ name: 'b.jpg', bytes: 'same', takenAtMs: 5, vectors: withCosine(0.5) });
  library.add({ name: 'a.jpg', bytes: 'same', takenAtMs: 5, vectors: withCosine(0.5) });
  library.add({ name: 'c.jpg', takenAtMs: 9, vectors: withCosine(0.5) });
  library.add({ name: 'd.jpg', takenAtMs: 1, vectors: withCosine(0.6) });
  const { results } = await ask('anything');
  assert.deepEqual(namesOf({ results }), ['d.jpg', 'c.jpg', 'a.jpg', 'b.jpg']);
  assert.deepEqual(
    results.slice(1).map(({ score }) => score),
    Array.from({ length: 3 }, () => results[1]!.score),
  );
});

test('pages hold every photo exactly once, whatever their size', async () => {
  for (let n = 0; n < 70; n += 1)
    library.add({ name: `IMG_${n}.jpg`, takenAtMs: n % 3, vectors: withCosine((n % 7) / 10) });
  const whole = (await ask('dogs')).results.map(({ id }) => id);
  assert.equal(new Set(whole).size, 70);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (limit) => {
      const paged: number[] = [];
      for (let offset = 0; offset < 70; offset += limit)
        paged.push(...(await ask('dogs', { limit, offset })).results.map(({ id }) => id));
      assert.deepEqual(paged, whole);
    }),
    { numRuns: 10 },
  );
  const beyond = await ask('dogs', { offset: 70 });
  assert.deepEqual([beyond.results, beyond.total], [[], 70]);
});

test('relevance follows the calibration; the counts are of all photos, not of the page', async () => {
  // 1 / (1 + exp(4 - 10 c)) is 0.5 at c = 0.4.
  for (const [n, cosine] of [0.9, 0.5, 0.41, 0.39, 0.1, -0.9].entries())
    library.add({ name: `IMG_${n}.jpg`, vectors: withCosine(cosine) });
  const { results, relevant, histogram } = await ask('dogs', { limit: 2 });
  assert.equal(relevant, 3);
  assert.equal(histogram.length, 20);
  assert.deepEqual(
    [histogram[0], histogram[9], histogram[10], histogram[14], histogram[19]],
    [2, 1, 1, 1, 1],
  );
  assert.ok(Math.abs(results[0]!.relevance - 1 / (1 + Math.exp(4 - 9))) < 1e-5);
});

test('photos that come, leave or are encoded are in the next answer', async () => {
  assert.deepEqual([(await ask('dogs')).results, (await ask('dogs')).total], [[], 0]);
  const first = library.add({ name: 'one.jpg', vectors: withCosine(0.2) });
  library.add({ name: 'two.jpg', vectors: null });
  assert.deepEqual(namesOf(await ask('dogs')), ['one.jpg']);
  library.add({ name: 'two.jpg', vectors: withCosine(0.3) });
  assert.deepEqual(namesOf(await ask('dogs')), ['two.jpg', 'one.jpg']);
  library.store.photos.fail(first, 'It could not be read.');
  assert.deepEqual(namesOf(await ask('dogs')), ['two.jpg']);
});
