/** New pictures out of parts of others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../../training/random.ts';
import { pasteViews } from '../../../../training/recipes/built-in/paste-views.ts';
import { unitRows } from './tiny-run.ts';

const [batch, side] = [4, 12];
const parts = [3, 2];
const width = 5;

/** Every view is of one colour, its number. */
function views() {
  const planes = Uint8Array.from({ length: batch * 3 * side * side }, (_, i) =>
    Math.floor(i / (3 * side * side)),
  );
  const target = new Float32Array(batch * width);
  const [first, second] = [unitRows('first', batch, 3), unitRows('second', batch, 2)];
  for (let view = 0; view < batch; view++) {
    target.set(first.subarray(view * 3, view * 3 + 3), view * width);
    target.set(second.subarray(view * 2, view * 2 + 2), view * width + 3);
  }
  return { planes, target, side, parts };
}

test('what the teacher said is mixed as the areas are', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const [before, after] = [views(), views()];
      pasteViews(after, 1, new Random(seed));
      for (let view = 0; view < batch; view++) {
        const pixels = after.planes.subarray(view * 3 * side * side, (view + 1) * 3 * side * side);
        const foreign = pixels.filter((value) => value !== view);
        const share = foreign.length / pixels.length;
        assert.ok(share > 0 && share <= 0.6);
        const other = foreign[0]!;
        assert.ok(foreign.every((value) => value === other));
        let start = 0;
        for (const part of parts) {
          const row = (from: Float32Array, at: number) =>
            from.subarray(at * width + start, at * width + start + part);
          const mixed = row(before.target, view).map(
            (value, d) => (1 - share) * value + share * row(before.target, other)[d]!,
          );
          const length = Math.hypot(...mixed);
          for (const [d, value] of row(after.target, view).entries())
            assert.ok(Math.abs(value - mixed[d]! / length) < 1e-5);
          start += part;
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('views that are not chosen stay as they were', () => {
  const [before, after] = [views(), views()];
  pasteViews(after, 0, new Random(1));
  assert.deepEqual(after, before);
});
