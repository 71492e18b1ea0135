import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf, orPerson, withoutPerson, withPerson } from '../../src-renderer/state/people-bounds.ts';

test('somebody has one role at a time, and no list is empty', () => {
  const one = withPerson(undefined, 'p1', 'all');
  assert.deepEqual(one, { all: ['p1'] });
  const two = withPerson(one, 'p2', 'all');
  assert.deepEqual(two, { all: ['p1', 'p2'] });
  assert.deepEqual(withPerson(two, 'p1', 'none'), { all: ['p2'], none: ['p1'] });
  assert.deepEqual(withPerson(one, 'p1', 'none'), { none: ['p1'] });
  assert.deepEqual(withPerson(one, 'p1', 'all'), one);
  assert.deepEqual(withoutPerson(two, 'p2'), one);
  assert.equal(withoutPerson(one, 'p1'), undefined);
  assert.deepEqual(withoutPerson(one, 'p9'), one);
});

test('"or" joins whoever was named last', () => {
  assert.deepEqual(orPerson({ all: ['p1', 'p2'], none: ['p3'] }, 'g4'), {
    all: ['p1'],
    none: ['p3'],
    any: ['p2', 'g4'],
  });
  assert.deepEqual(orPerson({ any: ['p1', 'p2'] }, 'p3'), { any: ['p1', 'p2', 'p3'] });
  assert.deepEqual(orPerson(undefined, 'p3'), { any: ['p3'] });
  assert.deepEqual(orPerson({ all: ['p3'] }, 'p3'), { any: ['p3'] });
});

test('chips stand by role: those that must be there, that may, that must not', () => {
  assert.deepEqual(
    boundsOf({ none: ['p1'], all: ['p2'], any: ['g3', 'p4'] }).map(({ id, role }) => `${role} ${id}`),
    ['all p2', 'any g3', 'any p4', 'none p1'],
  );
  assert.deepEqual(boundsOf(undefined), []);
});
