import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { bestFirst } from '../../src-main/search/best-first.ts';

interface Entry {
  readonly score: number;
  readonly takenAtMs: number;
  readonly path: string;
}

/** Few distinct values, so that ties of every kind occur. */
const entries = fc.uniqueArray(
  fc.record({
    score: fc.integer({ min: -3, max: 3 }).map((step) => step / 4),
    takenAtMs: fc.integer({ min: 0, max: 2 }),
    path: fc.string({ minLength: 1, maxLength: 3 }),
  }),
  { selector: ({ path }) => path, maxLength: 60 },
);

const ranked = (of: readonly Entry[]) => ({
  scores: Float32Array.from(of, ({ score }) => score),
  takenAtMs: (index: number) => of[index]!.takenAtMs,
  path: (index: number) => of[index]!.path,
});

/** The judge: sorts everything, then cuts. */
function plainly(of: readonly Entry[], limit: number, offset: number): Entry[] {
  const rest = [...of];
  const sorted: Entry[] = [];
  while (rest.length > 0) {
    let best = 0;
    for (let index = 1; index < rest.length; index += 1)
      if (precedes(rest[index]!, rest[best]!)) best = index;
    sorted.push(...rest.splice(best, 1));
  }
  return sorted.slice(offset, offset + limit);
}
function precedes(a: Entry, b: Entry): boolean {
  if (a.score !== b.score) return a.score > b.score;
  if (a.takenAtMs !== b.takenAtMs) return a.takenAtMs > b.takenAtMs;
  return a.path < b.path;
}

test('any page is the slice of the whole order: score, then newer, then path', () => {
  fc.assert(
    fc.property(
      entries,
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 0, max: 70 }),
      (of, limit, offset) => {
        const page = bestFirst(ranked(of), { limit, offset }).map((index) => of[index]);
        assert.deepEqual(page, plainly(of, limit, offset));
      },
    ),
  );
});

test('pages together hold every entry exactly once', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 9 }), (of, limit) => {
      const seen: number[] = [];
      for (let offset = 0; offset < of.length; offset += limit)
        seen.push(...bestFirst(ranked(of), { limit, offset }));
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        of.map((_, index) => index),
      );
    }),
  );
});

test('paths are asked for ties alone', () => {
  const asked: number[] = [];
  const scores = Float32Array.of(0.5, 0.9, 0.5, 0.1, 0.1);
  const page = bestFirst(
    { scores, takenAtMs: () => 7, path: (index) => (asked.push(index), String(9 - index)) },
    { limit: 3, offset: 0 },
  );
  assert.deepEqual(page, [1, 2, 0]);
  assert.deepEqual(asked, [0, 2]);
});
