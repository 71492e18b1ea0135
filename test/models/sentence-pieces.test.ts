import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SentencePieces, type ScoredPiece } from '../../models/sentence-pieces.ts';

const marks: ScoredPiece[] = ['�', '<s>', '</s>', 'm1', 'm2', 'm3'].map((mark) => [mark, 0]);
const few: ScoredPiece[] = [
  ...marks,
  ['▁', -2],
  ['a', -3],
  ['b', -3],
  ['ab', -4],
  ['▁a', -3.5],
  ['aba', -5.5],
  ['🐕', -4],
];
const scoreOf = new Map(few.slice(marks.length).map(([piece, score]) => [piece, score ?? 0]));
const small = new SentencePieces(few);

const builtIn = join(import.meta.dirname, '../../models/built-in/pieces.json');
const pieces: ScoredPiece[] = JSON.parse(readFileSync(builtIn, 'utf8'));
const real = new SentencePieces(pieces);

/** The highest sum over all splits, by trying each: the judge for short texts. */
function bestSum(characters: readonly string[]): number {
  if (characters.length === 0) return 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let end = 1; end <= characters.length; end++) {
    const score = scoreOf.get(characters.slice(0, end).join('')) ?? (end === 1 ? 0 : null);
    if (score !== null) best = Math.max(best, score + bestSum(characters.slice(end)));
  }
  return best;
}

test('no split of a text has a higher sum than the one that is taken', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '▁', '🐕', 'x', 'é'), { maxLength: 10 });
  fc.assert(
    fc.property(text, (characters) => {
      const split = small.split(characters.join(''));
      const sum = split.reduce((total, { piece }) => total + (scoreOf.get(piece) ?? 0), 0);
      assert.ok(Math.abs(sum - bestSum(characters)) < 1e-9);
    }),
  );
});

test('of equal splits the one with the shorter last piece is taken', () => {
  // a b c, ab c and a bc all come to -6.
  const tie = new SentencePieces([...marks, ['a', -2], ['b', -2], ['c', -2], ['ab', -4], ['bc', -4]]);
  assert.deepEqual(
    tie.split('abc').map(({ piece }) => piece),
    ['a', 'b', 'c'],
  );
});

test('pieces joined give the normalised text back, for any string', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const normal = real.normalise(text);
      assert.equal(
        real
          .split(normal)
          .map(({ piece }) => piece)
          .join(''),
        normal,
      );
    }),
  );
});

test('ids are those of pieces, and two unknown ones never stand side by side', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const ids = real.encode(text);
      for (const [at, id] of ids.entries()) {
        assert.ok(id === 0 || (id >= marks.length && id < pieces.length));
        assert.ok(id !== 0 || ids[at - 1] !== 0);
      }
    }),
  );
});

test('marks are never read out of a text', () => {
  assert.ok(real.encode('<s> </s> extra_token_id_1').every((id) => id === 0 || id >= marks.length));
});

test('half a surrogate pair is an unknown character like any other', () => {
  assert.deepEqual(small.encode('a\ud800\ud800b'), [10, 0, 8]);
});

test('an empty text has no pieces', () => {
  assert.deepEqual(real.encode(''), []);
});

// From the encoder's reference examples.
test('known sentences split as the encoder was taught', () => {
  assert.deepEqual(real.encode('a photo of a dog'), [11, 2129, 14, 11, 959]);
  assert.deepEqual(
    real.encode('A child and a woman are at waters edge in a big city .'),
    [74, 807, 12, 11, 961, 31, 38, 473, 7, 3969, 15, 11, 462, 752, 30, 6],
  );
});

test('wide letters are read as plain ones, capitals as capitals', () => {
  assert.deepEqual(real.encode('ａ ｄｏｇ'), real.encode('a dog'));
  assert.notDeepEqual(real.encode('A dog'), real.encode('a dog'));
});
