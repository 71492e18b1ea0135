import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { readPixels } from '../../../models/pixels.ts';
import { differenceHash } from '../../../training/data/difference-hash.ts';
import { groupPhotos } from '../../../training/data/groups.ts';
import { openPhotos } from '../../../training/data/open-photos.ts';
import { PhotoCache } from '../../../training/data/photo-cache.ts';
import { blots, setOf, shared, without } from './pictures.ts';

const bitsOf = (hash: bigint) => [...hash.toString(2)].filter((bit) => bit === '1').length;

/** [3, S, S] with the same grey in all three planes. */
function grey(side: number, value: (x: number, y: number) => number): Uint8Array {
  const plane = Uint8Array.from({ length: side * side }, (_, i) => value(i % side, Math.floor(i / side)));
  return Uint8Array.from([...plane, ...plane, ...plane]);
}

test('a bit is set where it gets brighter to the right', () => {
  for (const side of [9, 32, 100]) {
    assert.equal(
      differenceHash(
        grey(side, (x) => (x * 250) / side),
        side,
      ),
      2n ** 64n - 1n,
    );
    assert.equal(
      differenceHash(
        grey(side, (x) => 250 - (x * 250) / side),
        side,
      ),
      0n,
    );
  }
  // One bright cell: the first bit of the first row, and none where it gets darker behind it.
  const cell = differenceHash(
    grey(72, (x, y) => (x >= 8 && x < 16 && y < 9 ? 200 : 50)),
    72,
  );
  assert.equal(cell, 1n << 63n);
  assert.throws(() => differenceHash(new Uint8Array(3 * 64), 8), RangeError);
});

test('an even surface has no structure, noise on it neither', () => {
  const noisy = grey(64, (x, y) => 120 + ((x * 7 + y * 13) % 3));
  assert.equal(differenceHash(noisy, 64), 0n);
});

test('a copy in another size and quality has nearly the same hash, another picture another one', async () => {
  const hashes: bigint[] = [];
  for (let seed = 0; seed < 6; seed++) {
    const picture = await blots(seed, { width: 300, height: 200 });
    const copy = await sharp(picture).resize(120, 80).jpeg({ quality: 60 }).toBuffer();
    const set = setOf(
      [picture, copy].map((bytes) => (_, options) => readPixels({ name: 'a.png', bytes }, options)),
    );
    const [first, second] = (await PhotoCache.prepare(set, { side: 64 })).photos.map(({ hash }) => hash);
    assert.ok(bitsOf(first! ^ second!) <= 4, `${bitsOf(first! ^ second!)} bits apart`);
    hashes.push(first!);
  }
  for (const [i, a] of hashes.entries())
    for (const b of hashes.slice(i + 1)) assert.ok(bitsOf(a ^ b) > 8, `${bitsOf(a ^ b)} bits apart`);
});

test(
  'of labelled pairs, copies and no different photos are grouped',
  { skip: without('duplicates') },
  async () => {
    const root = join(shared, 'duplicates');
    const set = await openPhotos(root, { captions: null });
    const { photos } = await PhotoCache.prepare(set, { side: 64 });
    const groups = groupPhotos(photos.map(({ hash }) => ({ hash, takenAtMs: null })));
    const groupOf = new Map(photos.map(({ photo }, i) => [photo.path, groups[i]]));
    const counts: Record<string, { together: number; pairs: number }> = {};
    for (const line of readFileSync(join(root, 'labels.tsv'), 'utf8').trimEnd().split('\n').slice(1)) {
      const [a = '', b = '', kind = ''] = line.split('\t');
      const count = (counts[kind] ??= { together: 0, pairs: 0 });
      count.pairs++;
      if (groupOf.get(join(root, a)) === groupOf.get(join(root, b))) count.together++;
    }
    console.log(
      Object.entries(counts)
        .map(([kind, { together, pairs }]) => `${kind} ${together} of ${pairs}`)
        .join(', '),
    );
    assert.equal(counts['identical']!.together, 3);
    assert.ok(counts['re-encoded']!.together >= 26);
    assert.equal(counts['different']!.together + counts['similar']!.together, 0);
  },
);
