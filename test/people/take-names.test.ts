import assert from 'node:assert/strict';
import { test } from 'node:test';
import { People } from '../../src-main/people/people.ts';
import { takeNames } from '../../src-main/people/take-names.ts';
import { face, model, peopled } from './faces.ts';

const nameOf = (store: ReturnType<typeof peopled>['store'], id: number) => store.people.lists.face(id)!.name;

test('a name in a file is a fact about its face, and joins whoever has that name', () => {
  const { store, contents, faces } = peopled([[1], [2], [3]]);
  assert.equal(takeNames(store.people, contents[0]!.id, [{ at: 0, name: 'Ana' }]), 1);
  assert.equal(takeNames(store.people, contents[1]!.id, [{ at: 0, name: 'ANA' }]), 1);
  assert.deepEqual([nameOf(store, faces[0]![0]!), nameOf(store, faces[1]![0]!)], ['Ana', 'Ana']);
  assert.equal(store.people.lists.face(faces[0]![0]!)!.confirmed, true);
  // Another model finds the faces anew: the name stays.
  const { id, hash } = contents[0]!;
  store.people.faces.save({ contentId: id, hash, model: 'another' }, [face(0, 5)]);
  const [again] = store.people.lists.ofContent(id);
  assert.equal(again!.name, 'Ana');
  assert.notEqual(model, 'another');
});

test('what was decided here goes before a name in a file', () => {
  const { store, contents, faces } = peopled([[1], [1], [2]]);
  const people = new People(store.people, () => {});
  const [first, second, third] = faces.map(([one]) => one!);
  people.name(store.people.lists.face(first!)!.who!, 'Bea');
  people.ignore([third!], true);
  assert.equal(takeNames(store.people, contents[0]!.id, [{ at: 0, name: 'Ana' }]), 0);
  assert.equal(takeNames(store.people, contents[2]!.id, [{ at: 0, name: 'Ana' }]), 0);
  people.reject([second!]);
  assert.equal(takeNames(store.people, contents[1]!.id, [{ at: 0, name: 'Bea' }]), 0);
  assert.equal(nameOf(store, first!), 'Bea');
  assert.equal(nameOf(store, third!), null);
});

test('nobody comes to stand on a photo twice, and a place without a face is passed over', () => {
  const { store, contents, faces } = peopled([[1, 2]]);
  const names = [
    { at: 0, name: 'Ana' },
    { at: 1, name: 'Ana' },
    { at: 7, name: 'Bea' },
  ];
  assert.equal(takeNames(store.people, contents[0]!.id, names), 1);
  assert.deepEqual([nameOf(store, faces[0]![0]!), nameOf(store, faces[0]![1]!)], ['Ana', null]);
});
