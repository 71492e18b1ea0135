import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { halve, type HalvedFace } from '../../src-main/people/halves.ts';
import { face } from './faces.ts';

const of = (id: number, looks: number, contentId = id): HalvedFace => ({
  id,
  contentId,
  descriptor: face(id % 10, looks).descriptor,
});

test('two who were muddled fall apart, the one with more faces first', () => {
  const muddled = [of(1, 1), of(2, 2), of(3, 1), of(4, 2), of(5, 2)];
  assert.deepEqual(halve(muddled), [
    [2, 4, 5],
    [1, 3],
  ]);
});

test('two faces of one photo fall into different halves, even where they look alike', () => {
  const [first, second] = halve([of(1, 1, 7), of(2, 1, 7), of(3, 1)]);
  assert.notEqual(first.includes(1), first.includes(2));
  assert.equal(first.length + second.length, 3);
});

test('each face is in one half, neither is empty from two faces on, and the order of faces does not matter', () => {
  const faces = fc.uniqueArray(
    fc.record({ id: fc.integer({ min: 1, max: 60 }), looks: fc.nat(7), contentId: fc.nat(30) }),
    { selector: ({ id }) => id, minLength: 2, maxLength: 30 },
  );
  fc.assert(
    fc.property(faces, fc.nat(), (given, turn) => {
      const all = given.map(({ id, looks, contentId }) => of(id, looks, contentId));
      const [first, second] = halve(all);
      assert.deepEqual(
        [...first, ...second].sort((a, b) => a - b),
        all.map(({ id }) => id).sort((a, b) => a - b),
      );
      assert.ok(first.length >= second.length && second.length > 0);
      const at = turn % all.length;
      assert.deepEqual(halve([...all.slice(at), ...all.slice(0, at)]), [first, second]);
    }),
  );
});

test('one face has no other half', () => {
  assert.deepEqual(halve([of(1, 1)]), [[1], []]);
  assert.deepEqual(halve([]), [[], []]);
});
