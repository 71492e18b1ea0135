import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseQuestions, outcomesOf } from '../../../training/adapt/measure-features.ts';
import { rowsOf, takeRows } from '../../../training/evaluate/rows.ts';
import { unitRowsOf } from './adapters.ts';

const angles = (...degrees: readonly number[]) =>
  rowsOf(
    Float32Array.from(
      degrees.flatMap((at) => [Math.cos((at * Math.PI) / 180), Math.sin((at * Math.PI) / 180)]),
    ),
    2,
  );

test('halves, moments and classes are asked among the photos held out and those learned from', () => {
  //                    held out        learned from
  const whole = angles(0, 10, 90, /**/ 2, 95, 180);
  const half = angles(1.5, 10, 90, 2, 95, 180);
  const questions = chooseQuestions({
    heldOut: Int32Array.of(0, 1, 2),
    train: Int32Array.of(3, 4, 5),
    groups: Int32Array.of(7, 7, 8, 1, 2, 3),
    labels: Int32Array.of(0, -1, 1, 0, 1, 0),
    classes: 2,
    seed: 1,
  });
  const { half: halves, mates, class: classes, knn } = outcomesOf(whole, half, questions);
  assert.deepEqual(halves, [1 / 2, 1, 1]); // the half of the first lies nearer to the fourth
  assert.deepEqual(mates, [1 / 2, 1 / 2]); // the fourth lies between or before
  assert.deepEqual(
    classes.map((value) => Number(value.toFixed(4))),
    [Number(((1 + 2 / 3) / 2).toFixed(4)), 1],
  );
  assert.deepEqual(knn, [1, 1]);
});

test('a library without classes and bursts has neither figure', () => {
  const rows = rowsOf(unitRowsOf(30, 4), 4);
  const all = Int32Array.from({ length: 30 }, (_, at) => at);
  const questions = chooseQuestions({
    heldOut: all.slice(0, 10),
    train: all.slice(10),
    groups: all,
    labels: new Int32Array(30).fill(-1),
    classes: 0,
    seed: 1,
  });
  assert.deepEqual(
    questions.bank.toSorted((a, b) => a - b),
    [...all],
  );
  const outcomes = outcomesOf(rows, takeRows(rows, [...all]), questions);
  assert.deepEqual(outcomes, { half: Array(10).fill(1), mates: [], class: [], knn: [] });
});
