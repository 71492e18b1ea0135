import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TextSource, drawTexts, sharedIds } from '../../../training/adapt/draw-texts.ts';
import { viewsOf } from '../../../training/adapt/view-features.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';

/** 4 photos of 3 views, 10 photo + view; 3 texts, 100 + text. */
const source: TextSource = {
  embedding: viewsOf(
    Float32Array.from({ length: 12 }, (_, at) => 10 * Math.floor(at / 3) + (at % 3)),
    3,
    1,
  ),
  words: {
    texts: ['a', 'b', 'c'],
    ofPhoto: [[0, 1], [], [2], [1]],
    vectors: rowsOf(Float32Array.of(100, 101, 102), 1),
  },
  groups: Int32Array.of(0, 1, 2, 3),
};

test('each photo comes with a view and a text of its own, drawn by seed, epoch and photo alone', () => {
  const seen = new Set<number>();
  for (let epoch = 0; epoch < 100; epoch++) {
    const drawn = drawTexts(source, Int32Array.of(0, 2), { seed: 1, epoch });
    const [first, text] = [drawn['first'] as Float32Array, drawn['text'] as Float32Array];
    assert.deepEqual([Math.floor(first[0]! / 10), Math.floor(first[1]! / 10)], [0, 2]);
    assert.ok(text[0]! <= 101 && text[1] === 102);
    seen.add(first[0]!).add(text[0]!);
    const alone = drawTexts(source, Int32Array.of(2), { seed: 1, epoch });
    assert.equal((alone['first'] as Float32Array)[0], first[1]);
  }
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    [0, 1, 2, 100, 101],
  );
});

test('photos that share the text that was drawn, or a moment, are no negatives of each other', () => {
  const groups = Int32Array.of(0, 1, 2, 3, 2);
  const ofPhoto = [[0, 1], [1], [2], [3], [4]];
  const photos = Int32Array.of(0, 1, 2, 3, 4);
  const same = (chosen: readonly number[]) => [...sharedIds(photos, chosen, ofPhoto, groups)];
  assert.deepEqual(same([0, 1, 2, 3, 4]), [0, 0, 2, 3, 2]); // text 1 is written about photo 0 too
  assert.deepEqual(same([1, 1, 2, 3, 4]), [0, 0, 2, 3, 2]);
  assert.deepEqual(
    [...sharedIds(photos, [0, 1, 2, 3, 4], [[0], [1], [2], [3], [4]], groups)],
    [0, 1, 2, 3, 2],
  );
});
