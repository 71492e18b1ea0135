import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, monthsOf } from '../../src-renderer/layout/days.ts';
import { monthAt, scrubberMarks, type ScrubberMonth } from '../../src-renderer/layout/scrubber.ts';

const at = (text: string) => Date.parse(`${text}Z`);

test('photos of one day stand together, whatever the hour', () => {
  const days = daysOf(
    Float64Array.from(
      ['2024-06-15T23:59:59', '2024-06-15T00:00:00', '2024-06-14T23:59:59', '1969-12-31T12:00:00'].map(at),
    ),
  );
  assert.deepEqual([...days.starts], [0, 2, 3]);
  assert.deepEqual([...days.dayMs], ['2024-06-15T00:00', '2024-06-14T00:00', '1969-12-31T00:00'].map(at));
});

test('no photos have no days and no months', () => {
  const days = daysOf(new Float64Array(0));
  assert.equal(days.starts.length, 0);
  assert.deepEqual(monthsOf(days, 0), []);
});

test('months count the photos of their days', () => {
  const days = daysOf(
    Float64Array.from(
      ['2024-06-15T10:00', '2024-06-02T10:00', '2024-06-02T09:00', '2023-12-31T10:00'].map(at),
    ),
  );
  assert.deepEqual(monthsOf(days, 4), [
    { ms: at('2024-06-01T00:00'), firstDay: 0, start: 0, photos: 3 },
    { ms: at('2023-12-01T00:00'), firstDay: 2, start: 3, photos: 1 },
  ]);
});

/** One month after another, each as tall as its photos. */
function scale(months: readonly (readonly [string, number])[]): ScrubberMonth[] {
  let start = 0;
  return months.map(([month, photos], firstDay) => {
    const made = { ms: at(`${month}-01T00:00`), firstDay, start, photos, topPx: start * 10 };
    start += photos;
    return made;
  });
}

test('years that would print over one another are left out, the rest stand where they begin', () => {
  const months = scale([
    ['2024-06', 100],
    ['2023-06', 1],
    ['2022-06', 1],
    ['2021-06', 98],
  ]);
  const labels = scrubberMarks(months, { contentPx: 2000, scalePx: 500 }).filter(
    ({ weight }) => weight === null,
  );
  assert.deepEqual(
    labels.map(({ ms, y }) => [new Date(ms).getUTCFullYear(), y]),
    [
      [2024, 0],
      [2023, 250],
    ],
  );
});

test('marks lie inside the scale, and no tick hides behind a label', () => {
  const months = scale(
    Array.from({ length: 60 }, (_, back) => {
      const date = new Date(Date.UTC(2024, 11 - back));
      return [date.toISOString().slice(0, 7), 1 + ((back * 37) % 50)] as const;
    }),
  );
  const contentPx = months.reduce((sum, { photos }) => sum + photos * 10, 0);
  const marks = scrubberMarks(months, { contentPx, scalePx: 700 });
  const labels = marks.filter(({ weight }) => weight === null);
  assert.equal(labels.length, 5);
  for (const mark of marks) {
    assert.ok(mark.y >= 0 && mark.y <= 700);
    if (mark.weight !== null) {
      assert.ok(mark.weight > 0 && mark.weight <= 1);
      assert.ok(labels.every(({ y }) => Math.abs(y - mark.y) >= 10));
    }
  }
});

test('the month under a place of the scale is the one that lies there', () => {
  const months = scale([
    ['2024-06', 3],
    ['2024-05', 2],
  ]);
  assert.equal(monthAt(months, 0)?.ms, at('2024-06-01T00:00'));
  assert.equal(monthAt(months, 29)?.ms, at('2024-06-01T00:00'));
  assert.equal(monthAt(months, 30)?.ms, at('2024-05-01T00:00'));
  assert.equal(monthAt([], 5), null);
});
