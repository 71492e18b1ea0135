import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readEncoderCard, type TextCard } from '../../models/card.ts';
import { KnownWords } from '../../models/known-words.ts';
import { type ScoredPiece, SentencePieces } from '../../models/sentence-pieces.ts';
import { openTokenizer } from '../../models/tokenizer.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { clipLike, gemmaLike } from './small-tokenizers.ts';
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

/** A card that names a tokenizer.json, in a folder that has it. */
async function jsonTower(json: object, change: Partial<JsonCard> & Pick<JsonCard, 'tokenizer'>) {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-tokenizer-'));
  await writeFile(join(dir, 'tokenizer.json'), JSON.stringify(json));
  const own = { ...card, kind: 'tokenizer-json', lowercase: true, context: 8 } as const;
  const tower = openTokenizer(dir, { ...own, inputs: { ids: 'input_ids', mask: null }, ...change });
  return tower.finally(() => rm(dir, { recursive: true }));
}
type JsonCard = Extract<TextCard, { kind: 'tokenizer-json' }>;
const siglipMarks = {
  file: 'tokenizer.json',
  start: null,
  end: '<eos>',
  pad: '<pad>',
  padTo: 'context',
} as const;
const clipMarks = {
  file: 'tokenizer.json',
  start: '<|startoftext|>',
  end: '<|endoftext|>',
  pad: '<|endoftext|>',
  padTo: 'longest',
} as const;

test('SigLIP 2 takes lower case, an end, and padding up to the context; a long text keeps its end', async () => {
  const tower = await jsonTower(gemmaLike, { tokenizer: siglipMarks });
  const { input_ids: ids, ...rest } = tower.encode(['A DOG', '', 'dog '.repeat(50)]);
  assert.deepEqual([ids!.dims, rest], [[3, 8], {}]);
  const rows = [
    [261, 289, 1, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 0, 0, 0, 0],
    [264, 288, 289, 289, 289, 289, 289, 1],
  ];
  assert.deepEqual(numbers(ids!.data), rows.flat());
});

test('CLIP takes a start and an end, as long as the longest of the batch, and its mask beside it', async () => {
  const inputs = { ids: 'input_ids', mask: 'attention_mask' };
  const tower = await jsonTower(clipLike, { tokenizer: clipMarks, inputs });
  const { input_ids: ids, attention_mask: mask } = tower.encode(['photo', 'a photo of a dog']);
  assert.deepEqual(ids!.dims, [2, 7]);
  const rows = [
    [522, 515, 523, 523, 523, 523, 523],
    [522, 353, 515, 518, 353, 517, 523],
  ];
  assert.deepEqual(numbers(ids!.data), rows.flat());
  assert.deepEqual(numbers(mask!.data), [1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  const long = tower.encode(['dog '.repeat(50)]).input_ids!;
  assert.deepEqual([long.dims, long.data[0], long.data[7]], [[1, 8], 522n, 523n]);
});

test('any texts give rows that begin and end in their marks', async () => {
  const tower = await jsonTower(clipLike, { tokenizer: clipMarks });
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (texts) => {
      const { data, dims } = tower.encode(texts).input_ids!;
      assert.ok(dims[0] === texts.length && dims[1] <= 8 && data.length === dims[0] * dims[1]);
      for (let row = 0; row < dims[0]; row++) {
        assert.equal(data[row * dims[1]], 522n);
        assert.equal(data[(row + 1) * dims[1] - 1], 523n);
      }
    }),
  );
});

test('a tokenizer.json without a mark that the card names is refused', async () => {
  await assert.rejects(jsonTower(gemmaLike, { tokenizer: clipMarks }), named('<|startoftext|>'));
  await assert.rejects(jsonTower({ model: {} }, { tokenizer: clipMarks }), named('tokenizer.json'));
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
