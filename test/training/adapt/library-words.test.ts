import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { libraryWords, textsOf } from '../../../training/adapt/library-words.ts';
import { chooseWordQuestions, wordOutcomes } from '../../../training/adapt/word-questions.ts';
import { openEncoder } from '../../../training/engines/encoder-session.ts';
import { rowAt, rowsOf } from '../../../training/evaluate/rows.ts';
import { temporaryFolder } from '../data/pictures.ts';
import { writeEncoder } from './adapters.ts';

const folder = await temporaryFolder();
const encoder = await openEncoder(await writeEncoder(folder, { worded: true }), { threads: 1 });

const photo = (label: number | null, ...captions: string[]) => ({
  path: '',
  label,
  captions,
  takenAtMs: null,
  part: null,
});
const set = {
  photos: [
    photo(0, 'a dog ', 'a dog', ''),
    photo(1, 'two cats', 'a dog'),
    photo(1),
    photo(null),
    photo(0, '1', '2', '3', '4', '5', '6'),
  ],
  classes: ['my_dog', 'cats'],
};
const all = Int32Array.of(0, 1, 2, 3, 4);

test('texts are what is written, each once and not too many; names of classes only where asked for and nothing is written', () => {
  assert.deepEqual(textsOf(set, all, { classes: false }), [
    ['a dog'],
    ['two cats', 'a dog'],
    [],
    [],
    ['1', '2', '3', '4', '5'],
  ]);
  assert.deepEqual(textsOf(set, Int32Array.of(2, 0), { classes: true }), [['a photo of cats'], ['a dog']]);
});

test('texts are encoded once, and kept for a run that goes on', async () => {
  let encoded = 0;
  const counted = {
    ...encoder,
    encodeTexts: (texts: readonly string[]) => {
      encoded += texts.length;
      return encoder.encodeTexts!(texts);
    },
  };
  const options = {
    texts: textsOf(set, all, { classes: true }),
    wanted: [0, 1, 2],
    encoder: counted,
    path: join(folder, 'texts.f32'),
    signal: new AbortController().signal,
    onProgress: () => {},
  };
  const words = await libraryWords(options);
  assert.deepEqual(words.texts, ['a dog', 'two cats', 'a photo of cats']);
  assert.deepEqual(words.ofPhoto, [[0], [1, 0], [2], [], []]);
  const [alone, kept] = [await encoder.encodeTexts!(['two cats']), rowAt(words.vectors, 1)];
  assert.ok(alone.every((value, d) => Math.abs(value - kept[d]!) < 1e-5));
  assert.equal(encoded, 3);
  assert.deepEqual(await libraryWords(options), words);
  assert.equal(encoded, 3);
  assert.equal((await libraryWords({ ...options, wanted: [3, 4] })).texts.length, 5);
  assert.equal(encoded, 8);
});

test('texts of photos asked about are looked for among all; one that many share is asked for once', () => {
  const words = {
    texts: ['own', 'shared', 'other'],
    ofPhoto: [[0, 1], [1], [1], [2]],
    vectors: rowsOf(Float32Array.of(1, 0, 0, 1, 1, 0), 2),
  };
  const questions = chooseWordQuestions(words, { asked: [0, 1], bank: [0, 1, 2, 3] });
  assert.deepEqual(questions.ofPhotos, [[0, 1]]);
  assert.deepEqual(
    [...questions.wanted],
    [
      [0, [0]],
      [1, [0, 1, 2]],
    ],
  );
  // 20 photos, of which the first fits its text least.
  const many = {
    texts: ['x', 'y'],
    ofPhoto: Array.from({ length: 20 }, (_, at) => (at === 0 ? [0, 1] : [])),
    vectors: rowsOf(Float32Array.of(1, 0, -1, 0), 2),
  };
  const rows = [...Array(20).keys()];
  const bank = rowsOf(
    Float32Array.from(rows.flatMap((at) => [Math.cos(3 - at / 10), Math.sin(3 - at / 10)])),
    2,
  );
  const asked = chooseWordQuestions(many, { asked: [0], bank: rows });
  assert.deepEqual(wordOutcomes(bank, many, asked), [0.5]);
});
