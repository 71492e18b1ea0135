import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nameMatches, namingWords } from '../../src-main/search/name-matches.ts';
import { PhotoTable } from '../../src-main/search/photo-table.ts';
import { TestLibrary } from './library.ts';

let library: TestLibrary;
before(() => {
  library = new TestLibrary();
});
after(() => library.close());

/** Name → share, of the photos that match at all. */
function sharesOf(query: string): Record<string, number> {
  const reader = library.reader();
  const photos = new PhotoTable();
  photos.follow(reader.photos.timeline());
  const shares = nameMatches(query, reader.text, photos) ?? new Float32Array();
  const named: Record<string, number> = {};
  for (const [row, share] of shares.entries())
    if (share > 0)
      named[
        reader.photos
          .pathOf(photos.ids[row] as never)!
          .split('/')
          .at(-1)!
      ] = share;
  return named;
}

test('fillers, repeats and signs are no words to search names for', () => {
  assert.deepEqual(namingWords('A photo of the dog, in ROME -- a dog, and Émile'), ['dog,', 'rome', 'émile']);
  assert.deepEqual(namingWords('a picture of me'), []);
  assert.equal(namingWords(Array.from({ length: 200 }, (_, n) => `w${n}`).join(' ')).length, 24);
});

test('the share is that of the words matched in name, folders, keywords or caption', () => {
  library.add({ name: 'Rome/dog.jpg', vectors: null });
  library.add({ name: 'Rome/img_2.jpg', vectors: null });
  library.add({ name: 'x/img_3.jpg', vectors: null, keywords: ['Dog'] });
  library.add({ name: 'x/img_4.jpg', vectors: null, caption: 'Our dogs at home' });
  library.add({ name: 'x/img_5.jpg', vectors: null });
  library.add({ name: 'x/img_6.jpg', vectors: null });
  library.add({ name: 'x/img_7.jpg', vectors: null });
  assert.deepEqual(sharesOf('the dog in Rome'), {
    'dog.jpg': 1,
    'img_2.jpg': 0.5,
    'img_3.jpg': 0.5,
    'img_4.jpg': 0.5,
  });
  assert.deepEqual(sharesOf('zebra'), {});
  assert.deepEqual(sharesOf('the a of'), {});
});

test('a word that most photos carry is passed over, but not when it is all that was asked', () => {
  assert.deepEqual(sharesOf('img rome'), { 'dog.jpg': 1, 'img_2.jpg': 1 });
  assert.equal(Object.keys(sharesOf('img')).length, 6);
});
