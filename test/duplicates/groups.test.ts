import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { duplicateClasses } from '../../src-main/contract/duplicate-kinds.ts';
import { type GroupPair, groupPairs } from '../../src-main/duplicates/groups.ts';

const pairsOf = fc
  .uniqueArray(
    fc.tuple(
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 11 }),
      fc.constantFrom(...duplicateClasses),
      fc.integer({ min: 0, max: 20 }),
    ),
    {
      maxLength: 40,
      selector: ([a, b]) => [a, b].sort((one, other) => one - other).join(),
    },
  )
  .map((all) =>
    all.flatMap(([a, b, name, distance]): GroupPair[] =>
      a === b ? [] : [{ a: `photo ${a}`, b: `photo ${b}`, class: name, distance: distance / 20 }],
    ),
  );
const rank = (name: string) => duplicateClasses.indexOf(name as never);

test('the order in which pairs come changes nothing', () => {
  fc.assert(
    fc.property(
      pairsOf.chain((pairs) =>
        fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
      ),
      ([pairs, shuffled]) => {
        const swapped = shuffled.map((pair, i) => (i % 2 ? pair : { ...pair, a: pair.b, b: pair.a }));
        assert.deepEqual(groupPairs(swapped), groupPairs(pairs));
      },
    ),
  );
});

test('every two photos of a group are alike by themselves, in the way of its class or a stricter one', () => {
  fc.assert(
    fc.property(pairsOf, (pairs) => {
      for (const { class: name, names } of groupPairs(pairs))
        for (const one of names)
          for (const other of names) {
            if (one >= other) continue;
            const pair = pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
            assert.ok(pair && rank(pair.class) <= rank(name));
          }
    }),
  );
});

test('a photo is in one group of identical and re-encoded ones at most, and in one of each other class at least', () => {
  fc.assert(
    fc.property(pairsOf, (pairs) => {
      const groups = groupPairs(pairs);
      for (const name of duplicateClasses) {
        const own = groups.filter((group) => group.class === name);
        const times = (photo: string) => own.filter(({ names }) => names.includes(photo)).length;
        for (const { a, b, class: of } of pairs) {
          if (rank(name) <= 1) assert.ok(times(a) <= 1 && times(b) <= 1);
          else if (of === name) assert.ok(times(a) >= 1 && times(b) >= 1);
        }
      }
    }),
  );
});

test('no pair of an original and an edit is lost', () => {
  fc.assert(
    fc.property(pairsOf, (pairs) => {
      const edited = groupPairs(pairs).filter((group) => group.class === 'edited');
      for (const { a, b, class: name } of pairs)
        if (name === 'edited') assert.ok(edited.some(({ names }) => names.includes(a) && names.includes(b)));
    }),
  );
});

test('a chain of small steps is no group', () => {
  const link = (a: string, b: string): GroupPair => ({ a, b, class: 'burst', distance: 0.1 });
  const groups = groupPairs([link('a', 'b'), link('b', 'c'), link('c', 'd')]);
  assert.deepEqual(
    groups.map(({ names }) => names),
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  );
});
