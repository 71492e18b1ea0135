import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readEncoderCard } from '../../models/card.ts';
import { KnownWords } from '../../models/known-words.ts';
import { type ScoredPiece, SentencePieces } from '../../models/sentence-pieces.ts';
import { openTokenizer } from '../../models/tokenizer.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { captionTokens, captionVocabulary } from '../../training/data/captions.ts';

const builtIn = join(import.meta.dirname, '../../models/built-in');
const card = readEncoderCard(builtIn).text!;
assert.ok(card.kind === 'pieces-and-words');
const tokenizer = await openTokenizer(builtIn, card);

const numbers = (data: BigInt64Array) => Array.from(data, Number);

test('known words keep their order, repeat, and stop at the limit', () => {
  const words = new KnownWords(['dog', 'the', 'beach']);
  assert.deepEqual(words.encode('The DOG, the cat: on the beach!', 24), [2, 1, 2, 2, 3]);
  assert.deepEqual(words.encode('the dog the dog', 3), [2, 1, 2]);
  assert.deepEqual(words.encode('', 3), []);
});

test('texts of one batch are padded: pieces with -1, words with 0', () => {
  const { pieces, words } = tokenizer.encode(['a photo of a dog', 'dog', 'qqqzzz']);
  assert.deepEqual(pieces!.dims[0], 3);
  const rowOf = ({ data, dims }: NonNullable<typeof pieces>, row: number) =>
    numbers(data).slice(row * dims[1], (row + 1) * dims[1]);
  assert.deepEqual(rowOf(pieces!, 0).slice(0, 5), [11, 2129, 14, 11, 959]);
  assert.equal(rowOf(pieces!, 1).at(-1), -1);
  assert.deepEqual(rowOf(words!, 0), [1, 466, 10, 1, 7]);
  assert.deepEqual(rowOf(words!, 1), [7, 0, 0, 0, 0]);
  assert.deepEqual(rowOf(words!, 2), [0, 0, 0, 0, 0]);
});

test('a text without any known word still has one place for words', () => {
  assert.deepEqual(tokenizer.encode(['qqqzzz', '']).words!.dims, [2, 1]);
});

test('a long text is cut at the context, its words at their limit', () => {
  const { pieces, words } = tokenizer.encode(['dog '.repeat(5000)]);
  assert.deepEqual([pieces!.dims[1], words!.dims[1]], [card.context, card.tokenizer.wordLimit]);
});

test('texts for a tower that was trained here are as long as its context and end in the end token, as in training', async () => {
  const { end, pad } = captionVocabulary;
  const own = { ...card, kind: 'pieces', context: 6, lowercase: true } as const;
  const tower = await openTokenizer(builtIn, { ...own, tokenizer: { pieces: 'pieces.json', end, pad } });
  const pieces = new SentencePieces(
    JSON.parse(await readFile(join(builtIn, 'pieces.json'), 'utf8')) as ScoredPiece[],
  );
  assert.deepEqual(numbers(tower.encode(['A dog']).pieces!.data), [11, 959, end, pad, pad, pad]);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), (texts) => {
      const { pieces: made, ...rest } = tower.encode(texts);
      assert.deepEqual([made!.dims, rest], [[texts.length, 6], {}]);
      const expected = texts.map((text) => [...captionTokens(text, pieces, { context: 6 }).tokens]);
      assert.deepEqual(numbers(made!.data), expected.flat());
    }),
  );
});

test('any texts give matrices of their own size with ids in range', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
      for (const [name, { data, dims }] of Object.entries(tokenizer.encode(texts))) {
        assert.equal(dims[0], texts.length);
        assert.equal(data.length, dims[0] * dims[1]);
        const most = name === 'pieces' ? 8000 : 5088;
        assert.ok(data.every((id) => id >= -1n && id < most));
      }
    }),
  );
});

const named = (name: string) => (thrown: unknown) =>
  thrown instanceof LikenessError && thrown.code === 'encoder-broken' && thrown.message.includes(name);

test('a vocabulary that is missing or no list is named', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-tokenizer-'));
  await assert.rejects(openTokenizer(dir, card), named('pieces.json'));
  await writeFile(join(dir, 'pieces.json'), '[["a", 1]]');
  await writeFile(join(dir, 'words.json'), '{"dog": 1}');
  await assert.rejects(openTokenizer(dir, card), named('words.json'));
  await rm(dir, { recursive: true });
});
