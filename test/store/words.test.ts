import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { matchExpression, searchableText, splitWords } from '../../src-main/store/words.ts';
import { addPhotos, temporaryLibrary } from './temporary-library.ts';

test('a name is split where a person sees its parts', () => {
  assert.deepEqual(splitWords('IMG_2024RomaForum-final.v2'), [
    'IMG',
    '2024',
    'Roma',
    'Forum',
    'final',
    'v',
    '2',
  ]);
  assert.deepEqual(splitWords('HTMLFile'), ['HTML', 'File']);
  assert.deepEqual(splitWords('  '), []);
});

test('scripts without spaces are split into signs, whichever form they are written in', () => {
  assert.deepEqual(splitWords('京都の寺'), ['京', '都', 'の', '寺']);
  assert.deepEqual(splitWords('が'.normalize('NFD')), ['が']);
});

test('nothing that can be typed breaks the query', () => {
  const store = temporaryLibrary();
  addPhotos(store, '/p', { '/p/a "quoted" NEAR name.jpg': {} });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (typed) => {
      store.text.find(typed);
      assert.equal(matchExpression(typed) === null, splitWords(typed).length === 0);
    }),
    { examples: [['"'], ['NEAR('], ['a*'], ['name:x'], ["';--"], ['\0'], ['^'], ['-']] },
  );
});

test('every word of a name finds its photo', () => {
  const store = temporaryLibrary();
  const { folderId } = addPhotos(store, '/p', {});
  let number = 0;
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
      number += 1;
      const name = `${text.replaceAll(/[/\\\0]/g, ' ')}~${number}.jpg`;
      const { ids } = addPhotos(store, '/p', { [`/p/${name}`]: {} });
      for (const word of splitWords(text))
        assert.ok(store.text.find(word).includes(ids[`/p/${name}`]!), `${word} of ${name}`);
    }),
    { numRuns: 60 },
  );
  assert.ok(folderId > 0);
});

test('what the full text takes for a mark is no word by itself', () => {
  const store = temporaryLibrary();
  for (const sign of ['\u19B0', '\u19C9', '\u1CF2', '\u0301']) {
    assert.deepEqual(splitWords(sign), []);
    const { ids } = addPhotos(store, '/p', { [`/p/ab${sign} ${sign}.jpg`]: {} });
    for (const word of splitWords(`ab${sign} ${sign}`))
      assert.ok(store.text.find(word).includes(Object.values(ids)[0]!), sign);
  }
});

test('camelCase stands in the index whole as well', () => {
  assert.equal(searchableText('RomaForum2'), 'Roma Forum 2 RomaForum');
});
