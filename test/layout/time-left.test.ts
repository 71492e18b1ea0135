/** The time left that a person looks at: calm, whatever the rate of the job does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { TimeLeft } from '../../src-renderer/layout/time-left.ts';

test('the time shown never moves by more than a fifth from one reading to the next', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 2, maxLength: 60 }),
      (readings) => {
        const left = new TimeLeft();
        let before = left.read(readings[0]!)!;
        for (const reading of readings.slice(1)) {
          const shown = left.read(reading)!;
          assert.ok(shown <= before * 1.2 + 1e-9 && shown >= before * 0.8 - 1e-9, `${before} → ${shown}`);
          before = shown;
        }
      },
    ),
  );
});

test('a single slow photo changes nothing', () => {
  const left = new TimeLeft();
  for (const reading of [100, 99, 98, 97]) left.read(reading);
  const before = left.read(96)!;
  assert.ok(left.read(5000)! <= before);
});

test('it follows a steady job down to its end', () => {
  const left = new TimeLeft();
  let shown: number | null = null;
  for (let seconds = 300; seconds >= 0; seconds--) shown = left.read(seconds);
  assert.ok(shown! < 10, `${shown} s are shown at the end`);
});

test('it rises when the work is clearly behind', () => {
  const left = new TimeLeft();
  left.read(100);
  let shown = 0;
  for (let count = 0; count < 20; count++) shown = left.read(400)!;
  assert.equal(shown, 400);
});

test('a small rise is held back', () => {
  const left = new TimeLeft();
  left.read(100);
  let shown = 0;
  for (let count = 0; count < 20; count++) shown = left.read(105)!;
  assert.equal(shown, 100);
});

test('while there is no forecast nothing is shown, and the next one starts afresh', () => {
  const left = new TimeLeft();
  left.read(1000);
  assert.equal(left.read(null), null);
  assert.equal(left.read(10), 10);
});
