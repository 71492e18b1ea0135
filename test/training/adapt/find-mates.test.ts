import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMates } from '../../../training/adapt/find-mates.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';

/** Directions in the plane, by their angle in degrees. */
const angles = (...degrees: readonly number[]) =>
  rowsOf(
    Float32Array.from(
      degrees.flatMap((at) => [Math.cos((at * Math.PI) / 180), Math.sin((at * Math.PI) / 180)]),
    ),
    2,
  );

test('mates are of one group and as like as halves are like their photo', () => {
  const whole = angles(0, 5, 90, 3);
  const half = angles(20, 25, 110, 23);
  assert.deepEqual(findMates(Int32Array.of(0, 0, 0, 1), whole, half), [[1], [0], [], []]);
  assert.deepEqual(findMates(Int32Array.of(0, 1, 2, 3), whole, half), [[], [], [], []]);
});

test('a photo that could not be read is nobody’s mate', () => {
  const rows = angles(0, Number.NaN, 1);
  assert.deepEqual(findMates(Int32Array.of(0, 0, 0), rows, angles(5, Number.NaN, 6)), [[2], [], [0]]);
});

test('in a day of shots without a pause, each is compared with its neighbours only', () => {
  const count = 2000;
  const rows = angles(...Array.from({ length: count }, () => 0));
  const mates = findMates(new Int32Array(count), rows, rows);
  assert.equal(Math.max(...mates.map(({ length }) => length)), 40);
});
