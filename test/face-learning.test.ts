/** Learning from corrections, over a real store and the real trainer: people who do not exist, told apart by what they are. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { FaceLearner } from '../src-main/face-learning.ts';
import { forkChild, type StartChild } from '../src-main/jobs/child-link.ts';
import { People } from '../src-main/people/people.ts';
import type { Regrouping } from '../src-main/people/regrouping.ts';
import { face, model } from './people/faces.ts';
import { addPhotos, hashOf, temporaryLibrary } from './store/temporary-library.ts';
import { drawFaces } from './training/faces/drawn-faces.ts';

const entry = join(import.meta.dirname, '../training/trainer.ts');

interface Given {
  readonly persons?: number;
  readonly each?: number;
  /** Dimensions that have nothing to do with who somebody is, out of 16. */
  readonly nuisance?: number;
  readonly startChild?: StartChild;
}

/** A library in which everybody is named, but one face of each, and somebody unknown beside each first face. */
function peopled({ persons = 12, each = 5, nuisance = 5, startChild = forkChild }: Given = {}) {
  const store = temporaryLibrary();
  const lessons = drawFaces({ persons, each, dim: 16, nuisance, strength: 3, noise: 0.5, seed: 4 });
  const path = (i: number) => `/photos/${i}.jpg`;
  addPhotos(store, '/photos', Object.fromEntries(Array.from(lessons.persons, (_, i) => [path(i), {}])));
  const ids = Array.from(lessons.persons, (_, i) => {
    const hash = hashOf(path(i));
    const contentId = store.contents.byHash(hash)!.id as number;
    const descriptor = lessons.descriptors.slice(16 * i, 16 * (i + 1));
    const beside = i % each === 0 ? [face(5, 0, { descriptor: lessons.descriptors.slice(0, 16) })] : [];
    store.people.faces.save({ contentId, hash, model }, [face(0, 0, { descriptor }), ...beside]);
    return store.people.lists.ofContent(contentId)[0]!.id;
  });
  const people = new People(store.people, () => {});
  for (let person = 0; person < persons; person += 1) {
    const own = ids.slice(person * each, (person + 1) * each);
    const { id } = people.move(own.slice(0, -1), null);
    people.name(id!, `Person ${person}`);
  }
  store.settings.set({ people: true });
  let regrouped = 0;
  let changes = 0;
  const closing = new AbortController();
  const learner = new FaceLearner({
    store,
    model: () => ({ id: model, dir: '/model' }),
    trainer: { startChild, entry },
    regrouping: { soon: () => (regrouped += 1) } as unknown as Regrouping,
    closing: closing.signal,
    onChange: () => (changes += 1),
  });
  return { store, people, learner, closing, regrouped: () => regrouped, changes: () => changes };
}

test('what was learned waits until a person uses it, and can be given up again', async () => {
  const { store, learner, regrouped, changes } = peopled();
  assert.deepEqual(
    { ...learner.state(), heads: 0 },
    { running: false, persons: 12, missing: null, heads: 0 },
  );
  const learning = learner.learn();
  assert.equal(learner.learn(), learning, 'one at a time');
  assert.equal(learner.state().running, true);
  const head = await learning;
  assert.equal(head.verdict, 'better');
  assert.ok(head.after > head.before && head.low > 0);
  assert.deepEqual([head.persons, head.inUse, head.model], [12, false, model]);
  assert.match(head.words, /^Of pairs of 12 people, .* are told rightly instead of .* points more\.$/);
  assert.deepEqual(learner.state().heads, [head]);
  assert.deepEqual([regrouped(), learner.state().running], [0, false]);

  const before = store.people.edits.version;
  assert.equal(learner.use(head.id).heads[0]!.inUse, true);
  assert.equal(store.people.heads.inUse(model), head.id);
  assert.ok(store.people.edits.version > before, 'a grouping under way is not written');
  assert.equal(regrouped(), 1);
  assert.ok(store.people.heads.isBehind(model));
  store.people.heads.grouped(model, head.id);
  assert.equal(store.people.heads.isBehind(model), false);

  assert.equal(learner.use(null).heads[0]!.inUse, false);
  assert.deepEqual([store.people.heads.inUse(model), regrouped()], [null, 2]);
  // Ended before faces were grouped without it: the next start does it.
  learner.resume();
  assert.equal(regrouped(), 3);
  store.people.heads.grouped(model, null);
  learner.resume();
  assert.equal(regrouped(), 3);
  assert.ok(changes() >= 4);

  const opened = store.people.heads.open(head.id)!;
  assert.ok(opened.head.length > 1000 && opened.thresholds.after > 0);
  store.people.edits.forgetAll();
  assert.deepEqual([learner.state().heads, store.people.heads.open(head.id)], [[], null]);
});

test('what tells people apart no better is kept for its figures, and never used', async () => {
  const { store, learner, regrouped } = peopled({ nuisance: 0, each: 4 });
  const head = await learner.learn();
  assert.notEqual(head.verdict, 'better');
  assert.match(head.words, /not used\.$/);
  assert.throws(() => learner.use(head.id), { name: 'LikenessError', code: 'bad-input' });
  assert.throws(() => learner.use(99), { name: 'LikenessError', code: 'not-found' });
  assert.deepEqual([store.people.heads.inUse(model), regrouped()], [null, 0]);
});

test('too few people say how many are missing, and nothing is learned while faces are off', async () => {
  const { learner, store } = peopled({ persons: 9, each: 4 });
  const { missing, persons } = learner.state();
  assert.equal(persons, 9);
  assert.match(missing!, /10 people with a name and 3 confirmed faces each; 1 more person is missing\./);
  await assert.rejects(learner.learn(), { code: 'bad-input', message: missing! });
  assert.match(peopled({ persons: 12, each: 3 }).learner.state().missing!, /there is nobody yet\.$/);
  store.settings.set({ people: false });
  await assert.rejects(learner.learn(), { code: 'bad-input', message: 'Faces are turned off.' });
});

test('a trainer that is killed leaves nothing, and can be started again; forgetting stops it', async () => {
  let pid = 0;
  const startChild: StartChild = (path) => {
    const child = forkChild(path);
    pid = child.pid ?? 0;
    return child;
  };
  const { learner, store } = peopled({ startChild });
  const killed = learner.learn();
  setTimeout(() => process.kill(pid, 'SIGKILL'), 300);
  await assert.rejects(killed, { code: 'engine-failed' });
  assert.deepEqual([learner.state().heads, learner.state().running], [[], false]);
  const forgotten = learner.learn();
  setTimeout(() => learner.drop(), 300);
  await assert.rejects(forgotten);
  assert.deepEqual(store.people.heads.list(model), []);
  assert.equal((await learner.learn()).verdict, 'better');
});

test('old heads go, the one in use stays', () => {
  const { store } = peopled();
  const { heads } = store.people;
  const figures = {
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
  } as const;
  const made = Array.from({ length: 3 }, (_, i) =>
    heads.add(model, { ...figures, head: Uint8Array.of(i) }, i),
  );
  heads.use(model, made[0]!);
  for (let i = 0; i < 9; i += 1) heads.add(model, { ...figures, head: Uint8Array.of(i) }, i);
  const kept = heads.list(model);
  assert.equal(kept.length, 6);
  assert.deepEqual(
    kept.filter(({ inUse }) => inUse).map(({ id }) => id),
    [made[0]],
  );
  assert.deepEqual(heads.list('another'), []);
});

test('a lesson holds who was named, whoever stands beside them, and who was said not to be whom', () => {
  const { store, people } = peopled();
  const unknown = store.people.lists.faces('unknown', { order: 'best', limit: 500, offset: 0 });
  const named = store.people.cards.list().people[0]!;
  const last = unknown.find(({ box }) => box[0] === 0)!;
  people.move([last.id], named.id);
  people.reject([last.id]);
  const lessons = store.people.heads.lessons(model);
  const persons = [...lessons.persons];
  assert.equal(persons.filter((person) => person >= 0).length, 48);
  // One beside each of the twelve, and the one that was said not to be somebody.
  assert.equal(persons.filter((person) => person === -1).length, 13);
  assert.equal(lessons.isNot.length, 2);
  assert.equal(persons[lessons.isNot[0]!], -1);
  assert.equal(`p${lessons.isNot[1]}`, named.id);
  assert.equal(lessons.descriptors.length, 61 * 16);
});
