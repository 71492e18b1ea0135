import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { SimilarInput } from '../../src-main/contract/search.ts';
import { LibraryIndex } from '../../src-main/search/library-index.ts';
import { similar } from '../../src-main/search/similar.ts';
import { encoderId, testCard, TestLibrary } from './library.ts';
import { near, openModel, unitVector } from './vectors.ts';

const { dim } = testCard;
const asked = unitVector(dim.features, 7);
/** Features with this cosine to `asked`; the embedding points elsewhere, so that using it would show. */
const alike = (cosine: number, seed = 1) => ({
  features: near(asked, cosine, seed),
  embedding: unitVector(dim.embedding, seed + Math.round(cosine * 1000)),
});

let library: TestLibrary;
let index: LibraryIndex;
beforeEach(async () => {
  library = new TestLibrary();
  index = await LibraryIndex.open(library.reader(), openModel);
});
afterEach(() => library.close());

const ask = (input: Partial<SimilarInput>, card: Parameters<typeof similar>[1]['card'] = testCard) =>
  similar(
    { limit: 100, offset: 0, filter: {}, ...input },
    { index, encoderId, card, encodePhoto: () => Promise.resolve({ encoderId, vector: asked }) },
  );
const found = async (input: Partial<SimilarInput>) =>
  (await ask(input)).results.map(({ path, score }) => [
    path.split('/').at(-1),
    Math.round(score * 1000) / 1000,
  ]);

test('the photo itself is never among its own matches, its copies are, with similarity 1', async () => {
  const photoId = library.add({ name: 'asked.jpg', bytes: 'same', vectors: alike(1) });
  library.add({ name: 'copy/asked.jpg', bytes: 'same', vectors: alike(1) });
  library.add({ name: 'near.jpg', vectors: alike(0.8) });
  library.add({ name: 'far.jpg', vectors: alike(-0.3) });
  assert.deepEqual(await found({ photoId }), [
    ['asked.jpg', 1],
    ['near.jpg', 0.8],
    ['far.jpg', -0.3],
  ]);
  const answer = await ask({ photoId, limit: 1 });
  assert.equal(answer.query, library.store.photos.pathOf(photoId));
  assert.ok(answer.results[0]!.path.endsWith('copy/asked.jpg'));
  assert.ok(answer.results[0]!.score <= 1);
  assert.equal(answer.total, 3);
});

test('a file from outside finds the photo with its content too', async () => {
  library.add({ name: 'asked.jpg', vectors: alike(1) });
  library.add({ name: 'near.jpg', vectors: alike(0.8) });
  assert.deepEqual(await found({ path: '/elsewhere/asked.jpg' }), [
    ['asked.jpg', 1],
    ['near.jpg', 0.8],
  ]);
  assert.equal((await ask({ path: '/elsewhere/asked.jpg' })).query, '/elsewhere/asked.jpg');
});

test('names play no part in likeness', async () => {
  const photoId = library.add({ name: 'beach.jpg', vectors: alike(1) });
  library.add({ name: 'other.jpg', vectors: alike(0.7) });
  library.add({ name: 'beach/beach.jpg', vectors: alike(0.6) });
  assert.deepEqual(await found({ photoId }), [
    ['other.jpg', 0.7],
    ['beach.jpg', 0.6],
  ]);
});

test('filter and pages are those of search', async () => {
  const photoId = library.add({ name: 'asked.jpg', takenAtMs: 1, vectors: alike(1) });
  for (let n = 1; n <= 9; n += 1)
    library.add({ name: `${n}.jpg`, takenAtMs: n * 1000, vectors: alike(1 - n / 10) });
  assert.deepEqual(await found({ photoId, filter: { fromMs: 5000, toMs: 8000 }, limit: 2, offset: 1 }), [
    ['6.jpg', 0.4],
    ['7.jpg', 0.3],
  ]);
});

test('a model with one output keeps one matrix: likeness is read from the embedding', async () => {
  const photoId = library.add({ name: 'one.jpg', vectors: { embedding: unitVector(dim.embedding, 1) } });
  library.add({ name: 'two.jpg', vectors: { embedding: near(unitVector(dim.embedding, 1), 0.5, 2) } });
  const image = { ...testCard.image, outputs: { features: 'out', embedding: 'out' } };
  const { results } = await ask({ photoId }, { ...testCard, image });
  assert.deepEqual(
    results.map(({ score }) => Math.round(score * 1000) / 1000),
    [0.5],
  );
});

test('relevance follows the calibration for likeness', async () => {
  const photoId = library.add({ name: 'asked.jpg', vectors: alike(1) });
  library.add({ name: 'other.jpg', vectors: alike(0.6) });
  const [result] = (await ask({ photoId })).results;
  assert.ok(Math.abs(result!.relevance - 1 / (1 + Math.exp(5 - 9 * 0.6))) < 1e-5);
});

test('a photo that left, and one that was not analysed, are told apart', async () => {
  const photoId = library.add({ name: 'plain.jpg', vectors: null });
  await assert.rejects(ask({ photoId }), code('not-encoded'));
  await assert.rejects(ask({ photoId: 4711 }), code('photo-gone'));
  await assert.rejects(ask({}), RangeError);
  await assert.rejects(ask({ photoId, path: '/x.jpg' }), RangeError);
});

const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof LikenessError && thrown.code === expected;
