import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPixels, squash } from '../../../models/pixels.ts';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import { openPhotos } from '../../../training/data/open-photos.ts';
import { PhotoCache } from '../../../training/data/photo-cache.ts';
import type { PhotoSet } from '../../../training/data/photo-set.ts';
import { blots, setOf, shared, without } from './pictures.ts';

const side = 12;
const size = 3 * side * side;

const good =
  (seed: number, shape?: { width: number; height: number }): PhotoSet['read'] =>
  async (_, options) =>
    readPixels({ name: `${seed}.png`, bytes: await blots(seed, shape) }, options);
const bad: PhotoSet['read'] = (index, options) =>
  readPixels({ name: `${index}.png`, bytes: Buffer.from('text') }, options);

/** [3, C, C] of a picture, pixel by pixel. */
async function planarOf(read: PhotoSet['read']): Promise<Uint8Array> {
  const rgb = await squash(await read(0, { longSide: 2 * side }), side);
  return Uint8Array.from(
    { length: size },
    (_, i) => rgb[(i % (side * side)) * 3 + Math.floor(i / (side * side))]!,
  );
}

async function batch(cache: PhotoCache, indices: readonly number[]): Promise<Uint8Array[]> {
  const into = new Uint8Array(indices.length * size);
  await cache.read(Int32Array.from(indices), into);
  return indices.map((_, i) => into.slice(i * size, (i + 1) * size));
}

test('photos are squashed planes, whether kept in memory or decoded anew', async () => {
  const pictures = [good(1), good(2, { width: 40, height: 20 }), good(3), good(4)];
  const expected = await Promise.all(pictures.map(planarOf));
  for (const bytes of [0, 2 * size + 1, 1e6]) {
    const cache = await PhotoCache.prepare(setOf(pictures), { side, bytes });
    assert.deepEqual(
      cache.photos.map(({ index, width, height }) => [index, width, height]),
      [
        [0, 16, 16],
        [1, 40, 20],
        [2, 16, 16],
        [3, 16, 16],
      ],
    );
    assert.deepEqual(
      await batch(cache, [3, 0, 1, 1]),
      [3, 0, 1, 1].map((i) => expected[i]!),
    );
    assert.equal(cache.lost, 0);
  }
});

test('no more photos are kept than the memory is for', async () => {
  const reads = [0, 0, 0, 0];
  const pictures = reads.map((_, seed): PhotoSet['read'] => (index, options) => {
    reads[index]!++;
    return good(seed)(index, options);
  });
  const cache = await PhotoCache.prepare(setOf(pictures), { side, bytes: 3 * size - 1 });
  await batch(cache, [0, 1, 2, 3]);
  assert.deepEqual(reads, [1, 1, 2, 2]);
});

test('an unreadable photo is skipped with its reason and its place is closed', async () => {
  const progress: string[] = [];
  const cache = await PhotoCache.prepare(setOf([bad, good(1), bad, good(2)]), {
    side,
    onProgress: (done, total) => progress.push(`${done}/${total}`),
  });
  assert.deepEqual(
    cache.photos.map(({ index }) => index),
    [1, 3],
  );
  assert.deepEqual(cache.skipped, [
    { path: '/photos/0.png', reason: '“0.png” holds no picture that Likeness knows.' },
    { path: '/photos/2.png', reason: '“2.png” holds no picture that Likeness knows.' },
  ]);
  assert.equal(cache.skippedCount, 2);
  assert.deepEqual(progress, ['1/4', '2/4', '3/4', '4/4']);
  assert.deepEqual(await batch(cache, [1, 0]), [await planarOf(good(2)), await planarOf(good(1))]);
});

test('the first 1,000 skipped photos are named, all are counted', async () => {
  const cache = await PhotoCache.prepare(setOf([good(1), ...Array.from({ length: 1200 }, () => bad)]), {
    side,
  });
  assert.deepEqual([cache.skipped.length, cache.skippedCount], [1000, 1200]);
});

test('a photo that can no longer be read is replaced by its neighbour in the batch', async () => {
  const gone = new Set<number>();
  const pictures = [1, 2, 3, 4].map(
    (seed): PhotoSet['read'] =>
      (index, options) =>
        (gone.has(index) ? bad : good(seed))(index, options),
  );
  const cache = await PhotoCache.prepare(setOf(pictures), { side, bytes: 0 });
  const all = await batch(cache, [0, 1, 2, 3]);
  gone.add(0).add(2);
  assert.deepEqual(
    await batch(cache, [0, 2, 1, 0, 2, 3]),
    [1, 1, 1, 1, 1, 3].map((i) => all[i]!),
  );
  assert.equal(cache.lost, 4);
  await assert.rejects(batch(cache, [0, 2]), /^LikenessError: No photo of a whole batch/);
  await assert.rejects(cache.read(Int32Array.of(1), new Uint8Array(size - 1)), RangeError);
  await assert.rejects(batch(cache, [4]), RangeError);
});

test('a set of unreadable photos is refused, and a stop is obeyed', async () => {
  await assert.rejects(PhotoCache.prepare(setOf([bad, bad]), { side }), (thrown) => {
    assert.ok(thrown instanceof LikenessError && thrown.code === 'unreadable-photo');
    assert.match(thrown.message, /^None of the 2 photos can be read\. The first: “0\.png” holds no picture/);
    return true;
  });
  const stop = new AbortController();
  let reads = 0;
  const slow: PhotoSet['read'] = (index, options) => {
    if (++reads === 3) stop.abort('stop');
    return good(1)(index, options);
  };
  const preparing = PhotoCache.prepare(setOf(Array.from({ length: 50 }, () => slow)), {
    side,
    decodes: 2,
    signal: stop.signal,
  });
  await assert.rejects(preparing, (reason) => reason === 'stop');
  assert.ok(reads <= 4, `${reads} photos were read`);
});

/** Kinds that are refused by name as yet, films, and two that are passed over by name: unknown ending, hidden. */
const notYet = /^(?!wrong-extension).*\.(heic|jxl|bmp|ico|mov|dng|mpo)$|^tiff\/lab\.tif$|\/\./i;

test(
  'of 241 files of every kind the broken ones are skipped, and nothing else suffers',
  { skip: without('formats') },
  async () => {
    const root = join(shared, 'formats');
    const rows = readFileSync(join(root, 'expected.tsv'), 'utf8').trimEnd().split('\n').slice(1);
    const set = await openPhotos(root, { captions: null });
    const cache = await PhotoCache.prepare(set, { side: 64 });
    const skipped = new Map(cache.skipped.map(({ path, reason }) => [path, reason]));
    const read = new Map(
      cache.photos.map(({ photo, width, height }) => [photo.path, `${width} x ${height}`]),
    );
    const wrong: string[] = [];
    let refused = 0;
    for (const [file = '', width, height, , , note = ''] of rows.map((row) => row.split('\t'))) {
      const path = join(root, file);
      if (note.startsWith('refuse:')) {
        refused++;
        if (!/^“.+”.+\.$/.test(skipped.get(path) ?? '')) wrong.push(file);
      } else if (
        !note.startsWith('either:') &&
        !notYet.test(file) &&
        read.get(path) !== `${width} x ${height}`
      )
        wrong.push(`${file}: ${read.get(path) ?? skipped.get(path)}`);
    }
    assert.deepEqual(wrong, []);
    assert.equal(refused, 23);
    assert.equal(cache.photos.length + cache.skippedCount, set.photos.length);
    console.log(`formats: ${cache.photos.length} read, ${cache.skippedCount} skipped`);
    await set.close();
  },
);
