import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { keeperRules } from '../../src-main/contract/duplicate-kinds.ts';
import { chooseKeeper, type KeeperWishes } from '../../src-main/duplicates/keeper.ts';
import type { KeeperFacts } from '../../src-main/store/duplicate-reader.ts';

const wishes: KeeperWishes = { rules: keeperRules, folders: [] };
const folder = join('/', 'photos');

function file(name: string, facts: Partial<KeeperFacts> = {}): KeeperFacts {
  return {
    id: 1 as never,
    photo: 1 as never,
    hash: 'a'.repeat(64),
    path: join(folder, name),
    format: 'jpeg',
    width: 4000,
    height: 3000,
    bytes: 4_000_000,
    modifiedMs: 1000,
    takenAtMs: 5,
    takenFrom: 'exif',
    camera: 'X100',
    lens: null,
    hasGps: false,
    rating: null,
    keywords: 0,
    caption: null,
    sharpness: 10,
    exposure: 0.8,
    faces: null,
    chosenMs: null,
    ...facts,
  };
}

const kept = (files: readonly KeeperFacts[], over: Partial<KeeperWishes> = {}) => {
  const { keeper, reason } = chooseKeeper(files, { ...wishes, ...over });
  return [keeper.path.slice(folder.length + 1), reason];
};

test('the reason names the rule that decided', () => {
  assert.deepEqual(kept([file('a.jpg'), file('chat.jpg', { camera: null, takenAtMs: null })]), [
    'a.jpg',
    'It still has the data that its camera wrote.',
  ]);
  assert.deepEqual(kept([file('a.jpg', { width: 2000, height: 1500, bytes: 900_000 }), file('b.jpg')]), [
    'b.jpg',
    'It has the most pixels, 4000 × 3000.',
  ]);
  assert.deepEqual(kept([file('a.jpg', { sharpness: 5 }), file('b.jpg')]), ['b.jpg', 'It is the sharpest.']);
  assert.deepEqual(kept([file('a.jpg', { faces: 0.9, sharpness: 2 }), file('b.jpg', { faces: 0.4 })]), [
    'a.jpg',
    'Its faces are the sharpest.',
  ]);
  assert.deepEqual(kept([file('a.jpg', { rating: 4 }), file('b.jpg', { rating: 5 })]), [
    'b.jpg',
    'It has the highest rating, 5.',
  ]);
  assert.deepEqual(kept([file('a.jpg'), file('a.dng')]), ['a.dng', 'It is the raw photo.']);
});

test('an enlarged copy that takes fewer bytes is not the larger photo', () => {
  assert.equal(
    kept([file('a.jpg'), file('enlarged.jpg', { width: 6000, height: 4500, bytes: 2_000_000 })])[0],
    'a.jpg',
  );
  assert.equal(
    kept([file('a.jpg'), file('b.webp', { format: 'webp', width: 6000, height: 4500, bytes: 2_000_000 })])[0],
    'b.webp',
  );
});

test('among files that are as good the plain name stays', () => {
  for (const copy of ['IMG (1).jpg', 'copy of IMG.jpg', 'IMG - Kopie.jpg', 'IMG~2.jpg'])
    assert.deepEqual(kept([file(copy), file('IMG.jpg')]), [
      'IMG.jpg',
      'All are as good; the others are named as copies.',
    ]);
  assert.deepEqual(kept([file('a.jpg', { modifiedMs: 9 }), file('b.jpg')]), [
    'a.jpg',
    'All are as good; it is the oldest.',
  ]);
});

test('the order of the rules is the person’s, and what they chose comes before all', () => {
  const files = [
    file('large.jpg'),
    file('rated.jpg', { width: 2000, height: 1500, bytes: 900_000, rating: 5 }),
  ];
  assert.equal(kept(files)[0], 'large.jpg');
  assert.equal(kept(files, { rules: ['rating', 'resolution'] })[0], 'rated.jpg');
  assert.deepEqual(kept([...files, file('mine.jpg', { width: 10, height: 10, chosenMs: 7 })]), [
    'mine.jpg',
    'You chose it.',
  ]);
  const inFolder = join(folder, 'best', 'x.jpg');
  assert.equal(
    chooseKeeper([file('a.jpg'), { ...file('x.jpg'), path: inFolder }], {
      ...wishes,
      folders: [join(folder, 'best')],
    }).keeper.path,
    inFolder,
  );
});

test('one of the files is kept, whatever order they stand in', () => {
  const files = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'b (1)', 'c', 'd'),
      width: fc.constantFrom(100, 4000),
      rating: fc.constantFrom(null, 3),
      sharpness: fc.constantFrom(null, 3, 8),
      bytes: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, selector: ({ name }) => name },
  );
  fc.assert(
    fc.property(
      files.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const made = (some: typeof all) => some.map(({ name, ...facts }) => file(`${name}.jpg`, facts));
        assert.deepEqual(kept(made(shuffled)), kept(made(all)));
      },
    ),
  );
});
