import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeopleList, PersonCard } from '../../src-main/contract/people.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { KnownPeople } = await import('../../src-renderer/state/known-people.svelte.ts');

const card = (id: string, name: string | null, hidden = false): PersonCard => ({
  id,
  name,
  hidden,
  faces: 3,
  photos: 2,
  cover: 7,
  fan: [7],
  fromMs: null,
  toMs: null,
});
const list: PeopleList = {
  people: [card('p1', 'Ana'), card('p2', null), card('p3', 'Ben', true)],
  groups: [card('g9', null)],
  hidden: 1,
  unknown: 0,
  ignored: 0,
  questions: 0,
};

test('people are read once, and again after something has changed', async () => {
  let reads = 0;
  const known = new KnownPeople(fakeClient({ 'people.list': () => ((reads += 1), list) }));
  assert.equal(known.loaded, false);
  await Promise.all([known.want(), known.want()]);
  await known.want();
  assert.equal(reads, 1);
  known.changed();
  await known.want();
  assert.equal(reads, 2);
});

test('words may name whoever has a name and is not hidden; a question may be about anybody', async () => {
  const known = new KnownPeople(fakeClient({ 'people.list': () => list }));
  await known.want();
  assert.deepEqual(
    known.named.map(({ name }) => name),
    ['Ana'],
  );
  assert.deepEqual(
    ['p1', 'p3', 'g9', 'p77'].map((id) => known.card(id)?.id ?? null),
    ['p1', 'p3', 'g9', null],
  );
});

test('a failure leaves what was known, and is tried again after the next change', async () => {
  let fails = false;
  const known = new KnownPeople(
    fakeClient({
      'people.list': () => {
        if (fails) throw new Error('away');
        return list;
      },
    }),
  );
  await known.want();
  fails = true;
  known.changed();
  await known.want();
  assert.deepEqual([known.named.length, known.stale], [1, false]);
  fails = false;
  known.changed();
  await known.want();
  assert.deepEqual([known.named.length, known.stale], [1, false]);
});
