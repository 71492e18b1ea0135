import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import type { PhotoId } from '../../src-main/contract/photo.ts';
import { LibraryIndex, type LibraryView } from '../../src-main/search/library-index.ts';
import { encoderId, TestLibrary } from './library.ts';
import { openModel, unitVector } from './vectors.ts';

const dim = 16;
const embeddings = { encoderId, output: 'embedding', dim } as const;
let library: TestLibrary;
before(() => {
  library = new TestLibrary();
});
after(() => library.close());

const vectors = (seed: number) => ({ embedding: unitVector(dim, seed), features: unitVector(dim + 8, seed) });

/** What the index holds: [photo id, cosine of its content's vector], by id, and how many vectors in all. */
async function held(index: LibraryIndex, query: Float32Array) {
  return index.ask(embeddings, async ({ photos, vectors }: LibraryView) => {
    const cosines = await vectors.cosines({ encoderId: vectors.encoderId, vector: query });
    const seen: [photoId: number, cosine: number | null][] = [];
    for (let row = 0; row < photos.size; row += 1) {
      const vectorRow = vectors.rowOf(photos.contentIds[row]!);
      seen.push([photos.ids[row]!, vectorRow < 0 ? null : cosines[vectorRow]!]);
    }
    assert.equal(vectors.size, cosines.length);
    return { photos: seen.toSorted(([a], [b]) => a - b), vectors: vectors.size };
  });
}

test('after any photos come, are encoded again, fail or leave, the index equals one read anew', async () => {
  const folders = [library.folder('One'), library.folder('Two')];
  const index = await LibraryIndex.open(library.reader(), openModel);
  const query = unitVector(dim, 4711);
  const ids = new Set<PhotoId>();
  const name = fc.integer({ min: 1, max: 12 }).map((n) => `IMG_${n}.jpg`);
  const seed = fc.integer({ min: 1, max: 1000 });
  const step = fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      name,
      seed,
      folder: fc.constantFrom(0, 1),
      encoded: fc.boolean(),
    }),
    fc.record({ do: fc.constant('fail' as const), pick: fc.nat() }),
    fc.record({ do: fc.constant('dropFolder' as const) }),
    fc.record({ do: fc.constant('sweep' as const) }),
    fc.record({ do: fc.constant('look' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      for (const one of [...steps, { do: 'look' } as const]) {
        if (one.do === 'add') {
          const folder = one.folder === 1 ? (folders[1] = library.folder('Two')) : folders[0]!;
          const bytes = `${one.name} ${one.seed}`;
          ids.add(
            library.add({ name: one.name, bytes, vectors: one.encoded ? vectors(one.seed) : null }, folder),
          );
        } else if (one.do === 'fail' && ids.size > 0) {
          library.store.photos.fail([...ids][one.pick % ids.size]!, 'It could not be read.');
        } else if (one.do === 'dropFolder') {
          library.store.folders.remove(folders[1]!.id);
        } else if (one.do === 'sweep') library.store.contents.sweep();
        else if (one.do === 'look') {
          // The store sweeps in its own time, which must not fall between the two answers.
          library.store.contents.sweep();
          const anew = await LibraryIndex.open(library.reader(), openModel);
          const now = await held(index, query);
          assert.deepEqual(now, await held(anew, query));
          const known = library.store.photos.timeline();
          assert.deepEqual(
            now.photos.map(([id]) => id),
            [...known.id].toSorted((a, b) => a - b),
          );
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('nothing is read again while nobody has written', async () => {
  const reader = library.reader();
  const index = await LibraryIndex.open(reader, openModel);
  await held(index, unitVector(dim, 1));
  const asked: string[] = [];
  for (const part of ['photos', 'vectors'] as const)
    Object.defineProperty(reader, part, {
      get: () => {
        asked.push(part);
        return undefined;
      },
    });
  await held(index, unitVector(dim, 2));
  assert.deepEqual(asked, []);
});

test('vectors of another encoder are never among those compared', async () => {
  const id = library.add({ name: 'twice.jpg', vectors: vectors(8) });
  const { contentId } = library.store.photos.content(id)!;
  const other = { encoderId: 'other-11111111', output: 'embedding', dim: dim + 1 } as const;
  library.store.vectors.save(contentId, other.encoderId, { embedding: unitVector(dim + 1, 8) });
  const index = await LibraryIndex.open(library.reader(), openModel);
  const sizes = async (kind: Parameters<LibraryIndex['ask']>[0]) =>
    index.ask(kind, async ({ vectors }) => [vectors.dim, vectors.size]);
  const ours = await sizes(embeddings);
  assert.equal(ours[0], dim);
  assert.deepEqual(await sizes(other), [dim + 1, 1]);
  assert.deepEqual(await sizes(embeddings), ours);
  assert.deepEqual(await sizes({ ...embeddings, encoderId: 'unknown-22222222' }), [dim, 0]);
  // A card that promises another length than the stored vectors have is an error, not a truncated comparison.
  await assert.rejects(sizes({ ...embeddings, dim: dim - 1 }), RangeError);
  assert.deepEqual(await sizes(embeddings), ours);
});

test('questions take turns, so that no change moves rows under one of them', async () => {
  const index = await LibraryIndex.open(library.reader(), openModel);
  const order: string[] = [];
  const slow = index.ask(embeddings, async ({ vectors }) => {
    order.push('first starts');
    await vectors.cosines({ encoderId: vectors.encoderId, vector: unitVector(dim, 1) });
    await new Promise((resolve) => setImmediate(resolve));
    order.push('first ends');
  });
  const next = index.ask(embeddings, async () => {
    order.push('second starts');
  });
  await Promise.all([slow, next]);
  assert.deepEqual(order, ['first starts', 'first ends', 'second starts']);
});

test('warming up reads what a text search needs and says how many photos there are', async () => {
  const index = await LibraryIndex.open(library.reader(), openModel);
  assert.equal(await index.follow(encoderId), library.store.photos.timeline().length);
  assert.equal(await index.follow('unknown-22222222'), library.store.photos.timeline().length);
});
