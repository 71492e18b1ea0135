import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { onThisDay, wallClock } from '../../src-renderer/layout/on-this-day.ts';

const at = (...parts: [number, number, number, number?]) =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3] ?? 12);

test('photos of the same day in other years, the latest year first, in the order of the timeline', () => {
  const times = Float64Array.of(
    at(2026, 11, 27, 9),
    at(2025, 11, 27, 23),
    at(2025, 11, 27, 0),
    at(2025, 11, 28, 0),
    at(2019, 11, 27),
    Number.NaN,
  );
  assert.deepEqual(onThisDay(times, at(2026, 11, 27, 8)), [
    { year: 2025, indexes: [1, 2] },
    { year: 2019, indexes: [4] },
  ]);
  assert.deepEqual(onThisDay(new Float64Array(), at(2026, 11, 27)), []);
});

test('who was photographed on 29 February is shown on the 28th where there is no 29th', () => {
  const times = Float64Array.of(at(2024, 3, 1), at(2024, 2, 29), at(2024, 2, 28));
  const indexes = (now: number) => onThisDay(times, now).map((year) => year.indexes);
  assert.deepEqual(indexes(at(2026, 2, 28)), [[1, 2]]);
  assert.deepEqual(indexes(at(2026, 3, 1)), [[0]]);
  assert.deepEqual(indexes(at(2028, 2, 28)), [[2]]);
  assert.deepEqual(indexes(at(2028, 2, 29)), [[1]]);
});

test('it is what taking every time apart says', () => {
  const moment = fc.integer({ min: at(1960, 1, 1), max: at(2030, 1, 1) });
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 60 }), moment, (times, now) => {
      const today = new Date(now);
      fc.pre(today.getUTCMonth() !== 1);
      const same = times.flatMap((ms, index) => {
        const taken = new Date(ms);
        const matches =
          taken.getUTCMonth() === today.getUTCMonth() &&
          taken.getUTCDate() === today.getUTCDate() &&
          taken.getUTCFullYear() < today.getUTCFullYear();
        return matches ? [index] : [];
      });
      const found = onThisDay(Float64Array.from(times), now).flatMap(({ indexes }) => indexes);
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        same,
      );
    }),
  );
});

test('now is what the clock on the wall says', () => {
  assert.equal(wallClock(new Date(2026, 10, 27, 13, 37)), Date.UTC(2026, 10, 27, 13, 37));
});
