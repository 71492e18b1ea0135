import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { People } from '../../src-main/people/people.ts';
import type { Store } from '../../src-main/store/store.ts';
import { anyEdit, carryOut } from './any-edit.ts';
import { claimedTwice, dump, face, groupByLooks, model, peopled, type Peopled } from './faces.ts';

/** Looks 1, 2, 3 are three groups; 4 stands alone. */
const photos = [[1, 2], [1, 3], [2, 3], [1, 4], [2], [3]];

function opened(given = photos): Peopled & { people: People } {
  const all = peopled(given);
  return { ...all, people: new People(all.store.people, () => {}) };
}

const groupOf = (store: Store, id: number) => store.people.lists.face(id)!.who!;
const cards = (store: Store) => {
  const { people, groups } = store.people.cards.list();
  return [...people, ...groups].map(({ name, faces }) => `${name}: ${faces}`);
};
const refused = (code: string) => (thrown: unknown) =>
  thrown instanceof LikenessError && thrown.code === code;

test('a group by looks becomes a person when it is named, and every face of it was said to be them', () => {
  const { store, people, faces } = opened();
  const [a] = faces[0]!;
  assert.match(groupOf(store, a!), /^g/);
  const { id } = people.name(groupOf(store, a!), 'Ana');
  assert.match(id!, /^p/);
  const shown = store.people.lists.faces(
    { person: Number(id!.slice(1)) },
    { order: 'best', limit: 10, offset: 0 },
  );
  assert.equal(shown.length, 3);
  assert.ok(shown.every(({ confirmed, sure, name }) => confirmed && sure === 1 && name === 'Ana'));
});

test('a name that somebody has, in whatever capitals, joins them', () => {
  const { store, people, faces } = opened([[1], [1], [2], [2]]);
  const { id } = people.name(groupOf(store, faces[0]![0]!), 'Åsa');
  const joined = people.name(groupOf(store, faces[2]![0]!), 'åSA');
  assert.equal(joined.id, id);
  assert.deepEqual(cards(store), ['Åsa: 4']);
});

test('a merge keeps the name and the cover of whom it goes into, and is taken back whole', () => {
  const { store, people, faces } = opened([[1], [1], [2], [2]]);
  const [one, two] = [groupOf(store, faces[0]![0]!), groupOf(store, faces[2]![0]!)];
  const named = people.name(two, 'Bea').id!;
  people.cover(named, faces[3]![0]!);
  const before = cards(store);
  const { edit, id } = people.merge([one, named]);
  assert.equal(id, named);
  assert.equal(store.people.cards.card(people.who(named))!.cover, faces[3]![0]!);
  assert.deepEqual(cards(store), ['Bea: 4']);
  people.undo(edit);
  assert.deepEqual(cards(store), before);
});

test('nobody is on a photo twice: a face by looks alone gives way, one that was said is not overruled', () => {
  const { store, people, faces } = opened([[1, 2], [1], [2]]);
  const [one, two] = faces[0]!;
  const ana = people.name(groupOf(store, one!), 'Ana').id!;
  people.name(groupOf(store, two!), 'Ana');
  assert.equal(groupOf(store, one!), ana);
  assert.equal(store.people.lists.face(two!)!.who, null, 'it was Ana by looks, and she stands beside it');
  assert.equal(groupOf(store, faces[2]![0]!), ana);
  const before = dump(store);
  assert.throws(() => people.move([two!], ana), refused('bad-input'));
  assert.deepEqual(dump(store), before, 'a refusal changes nothing');
  const other = opened([[1, 2], [1], [2]]);
  const both = [...other.faces[0]!];
  const anew = other.people.name(groupOf(other.store, both[0]!), 'Ana').id!;
  const bea = other.people.name(groupOf(other.store, both[1]!), 'Bea').id!;
  assert.throws(() => other.people.merge([anew, bea]), refused('bad-input'));
  assert.throws(() => other.people.move(both, null), refused('bad-input'));
});

test('a split parts for ever: no grouping brings the faces back, and the question is not asked', () => {
  const { store, people, faces } = opened([[1], [1], [1], [1]]);
  const [a, b, c] = faces.map(([first]) => first!);
  const fresh = people.split(groupOf(store, a!), [a!, b!]).id!;
  assert.deepEqual(cards(store), ['null: 2', 'null: 2']);
  const old = groupOf(store, c!);
  const all = faces.flat().map((id) => ({ id, sure: 0.9 }));
  for (const person of [old, fresh].map((id) => Number(id.slice(1)))) {
    const questions = [{ a: 0, b: 1, likeness: 0.9 }];
    store.people.grouping.write(model, {
      groups: [
        { person, faces: all },
        { person: null, faces: all },
      ],
      unknown: [],
      questions,
    });
    assert.equal(groupOf(store, a!), fresh);
    assert.equal(groupOf(store, c!), old);
  }
  const { isNot, is } = store.people.faces.groupable(model).faces.find(({ id }) => id === a)!;
  assert.deepEqual([isNot, is], [[Number(old.slice(1))], Number(fresh.slice(1))]);
});

test('a rejected face is unknown, and stays out of the person through every grouping', () => {
  const { store, people, faces } = opened([[1], [1], [1]]);
  const [a, b] = faces.map(([first]) => first!);
  const ana = people.name(groupOf(store, a!), 'Ana').id!;
  people.reject([b!]);
  assert.equal(store.people.lists.face(b!)!.who, null);
  groupByLooks(store, [[1], [1], [1]], faces);
  assert.equal(store.people.lists.face(b!)!.who, null);
  assert.equal(groupOf(store, a!), ana);
});

test('different, same and later: none of them is asked again', () => {
  const { store, people, faces } = opened([[1], [1], [2], [2], [3], [3], [4], [4]]);
  const open = () => store.people.grouping.questions().length;
  const who = (photo: number) => groupOf(store, faces[photo]![0]!);
  assert.equal(open(), 3);
  people.answer(who(0), who(2), 'different');
  assert.equal(open(), 2);
  assert.match(who(0), /^p/);
  people.answer(who(2), who(4), 'later');
  assert.equal(open(), 1);
  people.answer(who(4), who(6), 'same');
  assert.equal(open(), 0);
  assert.equal(who(4), who(6));
});

test('a question that was put off comes again when a grouping has changed one of the two', () => {
  const given = [[1], [1], [2], [2], [9]];
  const { store, people, faces } = opened(given);
  const open = () => store.people.grouping.questions().length;
  assert.equal(open(), 1);
  people.answer(groupOf(store, faces[0]![0]!), groupOf(store, faces[2]![0]!), 'later');
  groupByLooks(store, given, faces);
  assert.equal(open(), 0, 'the same groups');
  groupByLooks(store, [[1], [1], [2], [2], [1]], faces);
  assert.equal(open(), 1, 'the first group has one more');
});

test('an ignored face leaves the lists and comes back where it was said to be', () => {
  const { store, people, faces } = opened([[1], [1]]);
  const [a] = faces.map(([first]) => first!);
  const ana = people.name(groupOf(store, a!), 'Ana').id!;
  people.ignore([a!], true);
  assert.deepEqual([store.people.lists.counts().ignored, store.people.lists.face(a!)!.who], [1, null]);
  people.ignore([a!], false);
  assert.equal(groupOf(store, a!), ana);
  people.ignoreAll(ana);
  assert.deepEqual(cards(store), []);
});

test('an ignored face that comes back is not a second Ana on the photo', () => {
  const { store, people, faces } = opened([[1, 2], [1], [2]]);
  const [one, two] = faces[0]!;
  const ana = people.name(groupOf(store, one!), 'Ana').id!;
  people.ignore([one!], true);
  people.move([two!], ana);
  people.ignore([one!], false);
  assert.deepEqual([store.people.lists.face(one!)!.who, groupOf(store, two!)], [null, ana]);
});

test('a group of which one face is left is none', () => {
  const { store, people, faces } = opened([[1], [1]]);
  people.move([faces[0]![0]!], null);
  assert.equal(store.people.lists.face(faces[1]![0]!)!.who, null);
  assert.equal(store.people.lists.counts().unknown, 1);
});

test('a face that was drawn is whom it was named, and goes with its way back', () => {
  const { store, people, contents } = opened([[1], [1]]);
  const { id: contentId, hash } = contents[0]!;
  const before = dump(store);
  const drawn = people.draw(
    { look: { contentId, hash, model }, box: face(5).box, face: face(5, 6), n: 1 },
    'Ana',
  );
  const shown = store.people.lists.face(drawn.face)!;
  assert.deepEqual([shown.drawn, shown.name, shown.who], [true, 'Ana', drawn.id]);
  people.undo(drawn.edit);
  assert.deepEqual(dump(store), before);
});

test('an edit is not taken back where a later one changed the same; it is after that one', () => {
  const { store, people, faces } = opened([[1], [1], [2], [2]]);
  const [a] = faces.map(([first]) => first!);
  const named = people.name(groupOf(store, a!), 'Ana');
  const elsewhere = people.name(groupOf(store, faces[2]![0]!), 'Bea');
  const moved = people.move([a!], null);
  assert.throws(() => people.undo(named.edit), refused('bad-input'));
  people.undo(elsewhere.edit);
  people.undo(moved.edit);
  people.undo(named.edit);
  assert.throws(() => people.undo(named.edit), refused('not-found'));
  assert.deepEqual(cards(store), ['null: 2', 'null: 2']);
});

test('a name is not given back to somebody when another one has it by now', () => {
  const { store, people, faces } = opened([[1], [1], [2], [2]]);
  const ana = people.name(groupOf(store, faces[0]![0]!), 'Ana').id!;
  const renamed = people.name(ana, 'Anna');
  people.name(groupOf(store, faces[2]![0]!), 'Ana');
  const before = dump(store);
  assert.throws(() => people.undo(renamed.edit), refused('bad-input'));
  assert.deepEqual(dump(store), before);
});

test('a face that was added to a person after their naming keeps the naming from being taken back', () => {
  const { store, people, faces } = opened([[1], [1], [2]]);
  const named = people.name(groupOf(store, faces[0]![0]!), 'Ana');
  people.move([faces[2]![0]!], named.id);
  assert.throws(() => people.undo(named.edit), refused('bad-input'));
});

test('a grouping between an edit and its way back loses neither', () => {
  const given = [[1], [1], [2], [2]];
  const { store, people, faces } = opened(given);
  const { edit, id } = people.name(groupOf(store, faces[0]![0]!), 'Ana');
  const all = faces.flat().map((one) => ({ id: one, sure: 0.9 }));
  store.people.grouping.write(model, {
    groups: [{ person: Number(id!.slice(1)), faces: all }],
    unknown: [],
    questions: [],
  });
  assert.deepEqual(cards(store), ['Ana: 4']);
  people.undo(edit);
  groupByLooks(store, given, faces);
  assert.deepEqual(cards(store), ['null: 2', 'null: 2']);
});

test('any edits, taken back the last one first, give every table back byte for byte', () => {
  let done = 0;
  fc.assert(
    fc.property(fc.array(anyEdit, { minLength: 1, maxLength: 12 }), (edits) => {
      const library = opened();
      try {
        const before = [dump(library.store)];
        const numbers: number[] = [];
        for (const edit of edits) {
          try {
            const number = carryOut(library, edit);
            if (number === null) continue;
            numbers.push(number);
            before.push(dump(library.store));
            done += 1;
          } catch (thrown) {
            if (!(thrown instanceof LikenessError)) throw thrown;
            assert.deepEqual(dump(library.store), before.at(-1), 'a refusal changes nothing');
          }
          assert.deepEqual(library.store.integrity().details, []);
          assertNobodyTwice(library);
        }
        for (const number of numbers.toReversed()) {
          before.pop();
          library.people.undo(number);
          assert.deepEqual(dump(library.store), before.at(-1));
        }
      } finally {
        library.store.close();
      }
    }),
    { numRuns: 60 },
  );
  assert.ok(done > 150, `only ${done} edits were carried out`);
});

function assertNobodyTwice({ store, contents }: Peopled): void {
  for (const { id } of contents) {
    const whos = store.people.lists.ofContent(id).flatMap(({ who }) => who ?? []);
    assert.equal(new Set(whos).size, whos.length, `photo ${id}: ${whos.join(' ')}`);
  }
  assert.equal(claimedTwice(store), 0);
}
