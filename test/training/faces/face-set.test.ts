import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaceLessons } from '../../../src-main/contract/learn-faces.ts';
import { Random } from '../../../training/random.ts';
import { FaceSet, dealFolds, facesEach } from '../../../training/faces/face-set.ts';

const lessons = (persons: number[], contents: number[], isNot: number[] = []): FaceLessons => ({
  dim: 1,
  descriptors: new Float32Array(persons.length).fill(1),
  persons: Int32Array.from(persons),
  contents: Int32Array.from(contents),
  isNot: Int32Array.from(isNot),
});

test('two faces are known to be two by their names, by one photo, by a decision', () => {
  // 0 and 1 are of person 5, 2 is of person 6; 3 stands beside 0, 4 is not person 6, of 5 nothing is known.
  const set = new FaceSet(lessons([5, 5, 6, -1, -1, -1], [1, 2, 3, 1, 4, 5], [4, 6]));
  assert.ok(set.areTwo(0, 2) && set.areTwo(2, 0));
  assert.ok(!set.areTwo(0, 1) && !set.areTwo(0, 0));
  assert.ok(set.areTwo(0, 3) && set.areTwo(3, 0));
  assert.ok(!set.areTwo(1, 3), 'nothing is said of another photo');
  assert.ok(set.areTwo(4, 2) && set.areTwo(2, 4));
  assert.ok(!set.areTwo(4, 0) && !set.areTwo(4, 3));
  assert.deepEqual(set.unknown, [3, 4]);
  assert.deepEqual(
    set.people.map(({ person, rows }) => [person, rows]),
    [
      [5, [0, 1]],
      [6, [2]],
    ],
  );
});

test('a batch holds some faces of each of many people, none twice, and strangers beside', () => {
  const persons = Array.from({ length: 90 }, (_, row) => (row < 80 ? Math.floor(row / 8) : -1));
  const set = new FaceSet(
    lessons(
      persons,
      [...persons.keys()].map((row) => (row < 80 ? row : row - 80)),
    ),
  );
  assert.equal(set.unknown.length, 10);
  const random = new Random(1);
  for (let i = 0; i < 20; i++) {
    const rows = set.draw(set.people, 32, random);
    assert.equal(rows.length, 32);
    assert.equal(new Set(rows).size, 32);
    const strangers = rows.filter((row) => persons[row] === -1);
    assert.ok(strangers.length >= 8, `${strangers.length} strangers`);
    const each = Map.groupBy(
      rows.filter((row) => persons[row]! >= 0),
      (row) => persons[row]!,
    );
    assert.ok(each.size >= 6);
    assert.ok([...each.values()].every((own) => own.length <= facesEach));
  }
  const all = set.draw(set.people, 500, random);
  assert.equal(new Set(all).size, 90, 'where there are fewer, all of them');
});

test('people are dealt so that each is in one fold, and folds have like many faces', () => {
  const people = Array.from({ length: 23 }, (_, person) => ({
    person,
    rows: Array.from({ length: 1 + (person % 9) }, (_face, row) => row),
  }));
  const folds = dealFolds(people, 5, new Random(3));
  assert.deepEqual(
    folds
      .flat()
      .map(({ person }) => person)
      .toSorted((a, b) => a - b),
    people.map(({ person }) => person),
  );
  const faces = folds.map((fold) => fold.reduce((sum, { rows }) => sum + rows.length, 0));
  assert.ok(Math.max(...faces) - Math.min(...faces) <= 9, faces.join());
});
