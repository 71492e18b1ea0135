import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeopleBounds } from '../../src-renderer/state/people-bounds.ts';
import {
  isMention,
  suggestFaces,
  suggestPeople,
  withoutMention,
} from '../../src-renderer/state/suggest-people.ts';
import { suggestionsFor } from '../../src-renderer/state/suggestions.ts';

const names = ['Ana Kovač', 'Zoë', 'Anton', 'Ben', '田中太郎', null];
const people = names.map((name, i) => ({ id: `p${i + 1}`, name, photos: 100 - i, cover: i + 10 }));

/** “Ana Kovač” must be there, “-Ben” must not, “or Zoë”; behind a bar what stays of the words. */
function offered(text: string, bounds?: PeopleBounds): string[] {
  return suggestPeople(text, { people, bounds }).map((one) => {
    if (one.kind === 'faces') return `#${one.label}`;
    const sign = { all: '', any: 'any ', none: '-', or: 'or ' }[one.role];
    return `${sign}${one.label}${one.rest === '' ? '' : ` | ${one.rest}`}`;
  });
}

test('@ lists everybody who has a name, most photos first, then numbers of people', () => {
  assert.deepEqual(offered('@'), [
    'Ana Kovač',
    'Zoë',
    'Anton',
    'Ben',
    '田中太郎',
    '#No people',
    '#1 person',
    '#2 people',
    '#3 or more people',
  ]);
  assert.deepEqual(offered('@an'), ['Ana Kovač', 'Anton']);
  assert.deepEqual(offered('@ana k'), ['Ana Kovač']);
  assert.deepEqual(offered('@kovac'), ['Ana Kovač']);
  assert.deepEqual(offered('@zoe'), ['Zoë']);
  assert.deepEqual(offered('@田'), ['田中太郎']);
  assert.deepEqual(offered('@xyz'), []);
});

test('a minus leaves out, "or" joins with whoever is there', () => {
  assert.deepEqual(offered('-@be'), ['-Ben']);
  assert.deepEqual(offered('-ben'), ['-Ben']);
  assert.deepEqual(offered('or @be', { all: ['p1'] }), ['or Ben']);
  assert.deepEqual(offered('or be', { all: ['p1'] }), ['or Ben']);
  assert.deepEqual(offered('or @be'), ['Ben']);
  assert.deepEqual(offered('beach -ben'), ['-Ben | beach']);
});

test('who is in the question already is not offered again', () => {
  assert.deepEqual(offered('@an', { none: ['p1'] }), ['Anton']);
});

test('without @ a name is found at the beginning of the words or at their end, from two letters on', () => {
  assert.deepEqual(offered('a'), []);
  assert.deepEqual(offered('an'), ['Ana Kovač', 'Anton']);
  assert.deepEqual(offered('on the beach an'), ['Ana Kovač | on the beach', 'Anton | on the beach']);
  assert.deepEqual(offered('on the beach @be'), ['Ben | on the beach']);
  assert.deepEqual(offered('banana'), []);
});

test('a name that is being typed is not looked for yet', () => {
  assert.equal(withoutMention('on the beach @an'), 'on the beach');
  assert.equal(withoutMention('-@an'), '');
  assert.equal(withoutMention('beach or @an'), 'beach');
  assert.equal(withoutMention('me@home.org'), 'me@home.org');
  assert.deepEqual([isMention('@'), isMention('a @b c'), isMention('a@b')], [true, true, false]);
});

test('numbers of faces by what people call them', () => {
  const labels = (text: string) => suggestFaces(text).map(({ label }) => label);
  assert.deepEqual(labels('2'), ['2 people', '2 or more people']);
  assert.deepEqual(labels('5 people'), ['5 people']);
  assert.deepEqual(labels('12 or'), ['12 or more people']);
  assert.deepEqual(labels('0'), ['No people']);
  assert.deepEqual(labels('nobody'), ['No people']);
  assert.deepEqual(labels('alone'), ['1 person']);
  assert.deepEqual(labels('people'), ['No people', '2 people', '3 or more people']);
  assert.deepEqual(labels('2023'), []);
  assert.deepEqual(labels('dog'), []);
  assert.deepEqual(suggestFaces('3 or more')[0]?.filter, { faces: { min: 3 } });
  assert.deepEqual(suggestFaces('no people')[0]?.filter, { faces: { max: 0 } });
});

test('while faces are off nothing of people is offered', () => {
  const offers = { folders: [], months: [], recent: [], faces: null };
  for (const text of ['@', '@an', 'ana', '2 people', 'nobody'])
    assert.deepEqual(
      suggestionsFor(text, offers).map(({ kind }) => kind),
      ['words'],
    );
  const kinds = suggestionsFor('ben', { ...offers, faces: { people, bounds: undefined } });
  assert.deepEqual(
    kinds.map(({ kind, label }) => [kind, label]),
    [
      ['words', 'ben'],
      ['person', 'Ben'],
    ],
  );
});
