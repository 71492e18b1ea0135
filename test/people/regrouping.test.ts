import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Grouping } from '../../src-main/contract/people.ts';
import { People } from '../../src-main/people/people.ts';
import { groupFaces, Regrouping } from '../../src-main/people/regrouping.ts';
import { model, peopled } from './faces.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const nothing: Grouping = { groups: [], unknown: [], questions: [] };
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));

test('a grouping that has not seen the latest decision is not written; the next one is', async () => {
  const { store, faces } = peopled([[1], [1], [2], [2]]);
  const people = new People(store.people, () => {});
  const [a] = faces.map(([first]) => first!);
  let named: string | null = null;
  const engine = new ScriptedEngine({
    group: () => {
      // While the first one is made, somebody names a group of it.
      named ??= people.name(store.people.lists.face(a!)!.who!, 'Ana').id;
      return {
        groups: [{ person: null, faces: faces.flat().map((id) => ({ id, sure: 0.5 })) }],
        unknown: [],
        questions: [],
      };
    },
  });
  let grouped = 0;
  await groupFaces({
    people: store.people,
    engine: engine.process,
    model: { id: model, dir: '/model' },
    signal: new AbortController().signal,
    onGrouped: () => (grouped += 1),
  });
  assert.deepEqual([engine.groupings, grouped], [2, 1]);
  assert.equal(store.people.lists.face(a!)!.name, 'Ana');
});

test('whoever goes on deciding is never overruled, and the waiting ends', async () => {
  const { store, faces } = peopled([[1], [1]]);
  const people = new People(store.people, () => {});
  const engine = new ScriptedEngine({
    group: () => {
      people.ignore([faces[0]![0]!], engine.groupings % 2 === 0);
      return nothing;
    },
  });
  let grouped = 0;
  await groupFaces({
    people: store.people,
    engine: engine.process,
    model: { id: model, dir: '/model' },
    signal: new AbortController().signal,
    onGrouped: () => (grouped += 1),
  });
  assert.deepEqual([engine.groupings, grouped], [5, 0]);
});

test('decisions one after the other are grouped once, when there is quiet; dropped, not at all', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { store } = peopled([[1], [1]]);
  const engine = new ScriptedEngine({ group: () => nothing });
  let grouped = 0;
  const regrouping = new Regrouping({
    people: store.people,
    engine: engine.process,
    model: () => ({ id: model, dir: '/model' }),
    onGrouped: () => (grouped += 1),
    onError: (thrown) => assert.fail(String(thrown)),
  });
  for (let i = 0; i < 3; i++) {
    regrouping.soon();
    t.mock.timers.tick(2000);
  }
  await settled();
  assert.equal(engine.groupings, 0);
  t.mock.timers.tick(2000);
  await settled();
  assert.deepEqual([engine.groupings, grouped], [1, 1]);
  regrouping.soon();
  regrouping.drop();
  t.mock.timers.tick(10_000);
  await settled();
  assert.equal(engine.groupings, 1);
  regrouping.soon();
  t.mock.timers.tick(10_000);
  await settled();
  assert.equal(engine.groupings, 2, 'after it was dropped it may begin anew');
  regrouping.close();
  regrouping.soon();
  t.mock.timers.tick(10_000);
  await settled();
  assert.equal(engine.groupings, 2);
});

test('a head that is used while faces are grouped without it: they are grouped anew, with it', async () => {
  const { store } = peopled([[1], [1]]);
  const { heads, edits } = store.people;
  const head = heads.add(
    model,
    {
      persons: 12,
      faces: 48,
      before: 0.9,
      after: 0.95,
      low: 0.01,
      high: 0.09,
      found: { before: 0.8, after: 0.9 },
      thresholds: { before: 0.5, after: 0.4 },
      verdict: 'better',
      seconds: 1,
      head: Uint8Array.of(1),
    },
    0,
  );
  assert.equal(heads.isBehind(model), false);
  const engine = new ScriptedEngine({
    group: () => {
      if (heads.inUse(model) === null) {
        heads.use(model, head);
        edits.version += 1;
      }
      return nothing;
    },
  });
  await groupFaces({
    people: store.people,
    engine: engine.process,
    model: { id: model, dir: '/model' },
    signal: new AbortController().signal,
    onGrouped: () => {},
  });
  assert.equal(engine.groupings, 2);
  assert.deepEqual([heads.inUse(model), heads.isBehind(model)], [head, false]);
});
