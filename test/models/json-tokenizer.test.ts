import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { JsonTokenizer } from '../../models/json-tokenizer.ts';
import { clipLike, gemmaLike } from './small-tokenizers.ts';

const [clip, gemma] = [new JsonTokenizer(clipLike), new JsonTokenizer(gemmaLike)];

// By the Rust library that these files were made for (tokenizers 0.23.2), without its special tokens.
const known: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['a photo of a dog', [353, 515, 518, 353, 517], [261, 260, 293, 295, 296, 289]],
  [
    "a  dog\n on the beach's edge",
    [353, 517, 111, 366, 116, 104, 357, 519, 521, 39, 371, 101, 100, 103, 357],
    [
      261, 260, 289, 14, 294, 274, 260, 280, 268, 265, 260, 262, 265, 261, 263, 268, 43, 279, 260, 265, 264,
      267, 265,
    ],
  ],
  [
    'ägypten 日本 🌸',
    [195, 164, 103, 121, 112, 116, 101, 366, 230, 151, 165, 230, 156, 428, 240, 159, 140, 440],
    [199, 168, 267, 285, 276, 280, 265, 274, 260, 234, 155, 169, 234, 160, 176, 260, 244, 163, 144, 188],
  ],
  ['', [], []],
  ['dogs, 12', [516, 103, 371, 300, 305, 306], [264, 288, 279, 48, 260, 53, 54]],
];

test('both kinds of BPE give the ids of the library that their files were made for', () => {
  for (const [text, byteLevel, fallBack] of known) {
    assert.deepEqual(clip.encode(text), byteLevel, `byte-level: ${text}`);
    assert.deepEqual(gemma.encode(text), fallBack, `bytes to fall back on: ${text}`);
  }
});

test('marks are found by their text, and by no other', () => {
  assert.deepEqual(
    [clip.idOf('<|startoftext|>'), clip.idOf('<|endoftext|>'), gemma.idOf('<eos>'), gemma.idOf('<pad>')],
    [522, 523, 1, 0],
  );
  assert.equal(gemma.idOf('<|endoftext|>'), null);
});

test('any text is pieces of the vocabulary', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(clip.encode(text).every((id) => Number.isInteger(id) && id >= 0 && id < 524));
      assert.ok(gemma.encode(text).every((id) => Number.isInteger(id) && id >= 0 && id < 297));
    }),
  );
});

test('a file without a part that it needs is refused', () => {
  const { model: _, ...without } = gemmaLike;
  assert.throws(() => new JsonTokenizer(without));
});
