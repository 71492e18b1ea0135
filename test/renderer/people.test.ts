import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type {
  Face,
  PeopleId,
  PeopleList,
  PeopleState,
  PersonCard,
  SamePerson,
} from '../../src-main/contract/people.ts';
import { fakeClient, type Answers } from './fake-client.ts';
import { FakeWindow } from './fake-window.ts';
import './runes.ts';

const { People } = await import('../../src-renderer/state/people.svelte.ts');
const { PeopleEdits } = await import('../../src-renderer/state/people-edits.svelte.ts');
const { FaceList } = await import('../../src-renderer/state/face-list.svelte.ts');
const { PersonState, Halves } = await import('../../src-renderer/state/person.svelte.ts');
const { PhotoFaces, isGuess } = await import('../../src-renderer/state/photo-faces.svelte.ts');
const { SamePersonQuestions } = await import('../../src-renderer/state/same-person.svelte.ts');
const { Router } = await import('../../src-renderer/state/router.svelte.ts');
const { Toasts } = await import('../../src-renderer/state/toasts.svelte.ts');

const state: PeopleState = { on: true, looked: 10, waiting: 2, faces: 7, people: 1 };
const card = (id: PeopleId, name: string | null = null): PersonCard => ({
  id,
  name,
  hidden: false,
  faces: 3,
  photos: 2,
  cover: 7,
  fan: [7],
  fromMs: null,
  toMs: null,
});
const list = (name: string): PeopleList => ({
  people: [card('p1', name)],
  groups: [],
  hidden: 0,
  unknown: 0,
  ignored: 0,
  questions: 0,
});
const face = (id: number, changes: Partial<Face> = {}): Face => ({
  id,
  photo: id,
  contentId: id,
  box: [0, 0, 0.5, 0.5],
  quality: 0.5,
  who: 'p1',
  name: 'Ana',
  sure: 1,
  confirmed: true,
  ignored: false,
  drawn: false,
  ...changes,
});
const taken = () => new LikenessError('bad-input', 'It has changed since.', 'Do it by hand.');

/** A promise that the test keeps when it wants to. */
function later<T>() {
  let keep!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (keep = resolve));
  return { promise, keep };
}

test('an answer that was asked for before a later question is never shown', async () => {
  const first = later<PeopleList>();
  const second = later<PeopleList>();
  const waiting = [first, second];
  const people = new People(fakeClient({ 'people.list': () => waiting.shift()!.promise }));
  const loads = [people.load(), people.load()];
  second.keep(list('new'));
  first.keep(list('old'));
  await Promise.all(loads);
  assert.equal(people.list?.people[0]?.name, 'new');
});

test('every change asks for another reading; what was forgotten is not shown by an answer under way', async () => {
  const late = later<PeopleList>();
  const people = new People(
    fakeClient({
      'people.state': () => state,
      'people.list': () => late.promise,
      'people.forget': () => ({ ...state, on: false, faces: 0, people: 0 }),
    }),
  );
  const before = people.version;
  people.changed();
  assert.equal(people.version, before + 1);
  const load = people.load();
  await people.forget();
  late.keep(list('Ana'));
  await load;
  assert.equal(people.list, null);
  assert.equal(people.state?.on, false);
});

test('a failure to list keeps what was known', async () => {
  let fails = false;
  const people = new People(
    fakeClient({
      'people.list': () => {
        if (fails) throw taken();
        return list('Ana');
      },
    }),
  );
  await people.load();
  fails = true;
  await people.load();
  assert.equal(people.list?.people.length, 1);
  assert.equal(people.failure?.message, 'It has changed since.');
});

function editing(answers: Answers, hash = '#/people') {
  const router = new Router(new FakeWindow(hash));
  const toasts = new Toasts();
  let changes = 0;
  const client = fakeClient(answers);
  const edits = new PeopleEdits({ client, toasts, router, onChange: () => (changes += 1) });
  const titles = () => toasts.all.map(({ title }) => title);
  return { edits, router, toasts, titles, changes: () => changes };
}
const named = (edits: InstanceType<typeof PeopleEdits>, id: PeopleId, name: string) =>
  edits.make({ title: `Named ${name}`, of: id }, (client) => client.call('people.name', { id, name }));

test('an edit is told with a way back, the last one goes back first, and each but once', async () => {
  let edit = 0;
  const undone: number[] = [];
  const { edits, toasts, titles, changes } = editing({
    'people.name': ({ id }) => ({ edit: ++edit, id }),
    'people.undo': ({ edit: which }) => (undone.push(which), { undone: true }),
  });
  assert.equal(edits.undoLast(), false);
  await named(edits, 'p1', 'Ana');
  await named(edits, 'p2', 'Ben');
  assert.deepEqual(titles(), ['Named Ana', 'Named Ben']);
  toasts.all[1]!.action!.run();
  await Promise.resolve();
  await new Promise((done) => setImmediate(done));
  assert.equal(await edits.undo(2), false);
  assert.ok(edits.undoLast());
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(undone, [2, 1]);
  assert.equal(edits.canUndo, false);
  assert.equal(changes(), 4);
  for (const { id } of toasts.all) toasts.close(id);
});

test('a second press while an edit is written decides nothing', async () => {
  const slow = later<{ edit: number; id: PeopleId }>();
  let asked = 0;
  const { edits, toasts } = editing({ 'people.name': () => ((asked += 1), slow.promise) });
  const first = named(edits, 'p1', 'Ana');
  assert.equal(await named(edits, 'p1', 'Ana'), null);
  slow.keep({ edit: 1, id: 'p1' });
  assert.ok(await first);
  assert.equal(asked, 1);
  for (const { id } of toasts.all) toasts.close(id);
});

test('a refusal says why, on the way there and on the way back', async () => {
  const { edits, titles, toasts } = editing({
    'people.name': ({ name }) => {
      if (name === 'Bad') throw taken();
      return { edit: 1, id: 'p1' };
    },
    'people.undo': () => {
      throw taken();
    },
  });
  assert.equal(await named(edits, 'p1', 'Bad'), null);
  assert.equal(edits.canUndo, false);
  assert.ok(await named(edits, 'p1', 'Ana'));
  assert.equal(await edits.undo(1), false);
  assert.deepEqual(titles(), ['It has changed since.', 'Named Ana', 'It has changed since.']);
  for (const { id } of toasts.all) toasts.close(id);
});

test('the page of a group leads on to the person it became, and back', async () => {
  const { edits, router, toasts } = editing(
    { 'people.name': () => ({ edit: 1, id: 'p12' }), 'people.undo': () => ({ undone: true }) },
    '#/people?who=g45&tab=faces',
  );
  await named(edits, 'g45', 'Ana');
  assert.deepEqual(router.place, { screen: 'people', who: 'p12', tab: 'faces' });
  await edits.undo(1);
  assert.deepEqual(router.place, { screen: 'people', who: 'g45', tab: 'faces' });
  for (const { id } of toasts.all) toasts.close(id);
});

test('whoever was split off leads back to those who stayed, once that is taken back', async () => {
  const { edits, router, toasts } = editing(
    { 'people.split': () => ({ edit: 1, id: 'p13' }), 'people.undo': () => ({ undone: true }) },
    '#/people?who=p12&tab=faces',
  );
  await edits.make({ title: 'Split', back: 'p12' }, (client) =>
    client.call('people.split', { id: 'p12', faces: [1] }),
  );
  assert.equal(router.place.screen === 'people' && router.place.who, 'p12');
  router.go({ screen: 'people', who: 'p13', tab: 'faces' });
  await edits.undo(1);
  assert.deepEqual(router.place, { screen: 'people', who: 'p12', tab: 'faces' });
  for (const { id } of toasts.all) toasts.close(id);
});

test('faces come by the page; more are asked for on, and a reading keeps as many as are shown', async () => {
  const all = Array.from({ length: 1300 }, (_, id) => face(id + 1));
  const asked: (number | undefined)[][] = [];
  const faces = new FaceList(
    fakeClient({
      'people.faces': ({ limit, offset }) => {
        asked.push([limit, offset]);
        return { faces: all.slice(offset ?? 0, (offset ?? 0) + (limit ?? 500)), total: all.length };
      },
    }),
  );
  await faces.load('p1');
  assert.deepEqual([faces.faces?.length, faces.total], [500, 1300]);
  await faces.more();
  assert.equal(faces.faces?.length, 1000);
  await faces.load('p1');
  assert.equal(faces.faces?.length, 1000);
  await faces.more();
  assert.equal(faces.faces?.length, 1300);
  assert.deepEqual(asked, [
    [500, 0],
    [1000, 0],
    [1000, 0],
    [1500, 0],
  ]);
  await faces.load('unknown');
  assert.equal(faces.faces?.length, 500);
});

test('more faces than one answer may hold are read in parts', async () => {
  const all = Array.from({ length: 4500 }, (_, id) => face(id + 1));
  const faces = new FaceList(
    fakeClient({
      'people.faces': ({ limit, offset }) => {
        assert.ok((limit ?? 0) <= 2000);
        return { faces: all.slice(offset ?? 0, (offset ?? 0) + (limit ?? 0)), total: all.length };
      },
    }),
  );
  await faces.load('p1');
  for (let page = 0; page < 8; page++) await faces.more();
  assert.deepEqual(
    faces.faces?.map(({ id }) => id),
    all.map(({ id }) => id),
  );
});

test('whoever is not there any more is told as gone; their faces tell who they are now', async () => {
  const person = new PersonState(
    fakeClient({
      'people.show': () => {
        throw new LikenessError('not-found', 'Not there.', 'Look again.');
      },
      'people.photos': () => ({ photos: [] }),
      'faces.of': ({ photo }) => {
        if (photo === 1) throw new LikenessError('not-found', 'No photo.', 'Look again.');
        return { faces: [face(8, { who: null }), face(2, { who: 'p44' })] };
      },
    }),
  );
  await person.load('g7');
  assert.equal(person.gone, true);
  assert.equal(await person.whoseNow([face(1), face(2)]), 'p44');
  assert.equal(await person.whoseNow([face(8)]), null);
});

test('halves: a press moves a face over; neither side may be empty', () => {
  const halves = new Halves([[face(1), face(2)], [face(3)]]);
  assert.equal(halves.ready, true);
  halves.toggle(3);
  assert.equal(halves.ready, false);
  halves.toggle(1);
  halves.toggle(2);
  assert.deepEqual([halves.staying.map(({ id }) => id), halves.leaving.map(({ id }) => id)], [[3], [1, 2]]);
  halves.toggle(3);
  assert.equal(halves.ready, false);
});

test('a guess is somebody by looks alone, and not by far; who was said to be is none', () => {
  assert.equal(isGuess(face(1)), false);
  assert.equal(isGuess(face(1, { confirmed: false, sure: 0.6 })), true);
  assert.equal(isGuess(face(1, { confirmed: false, sure: 0.99 })), false);
  assert.equal(isGuess(face(1, { confirmed: false, sure: 0.6, name: null })), false);
});

test('the faces of the photo before are not shown on this one', async () => {
  const slow = later<{ faces: Face[] }>();
  const faces = new PhotoFaces(
    fakeClient({
      'faces.of': ({ photo }) =>
        photo === 1 ? slow.promise : { faces: [face(2), face(3, { ignored: true })] },
    }),
  );
  const first = faces.load(1);
  await faces.load(2);
  slow.keep({ faces: [face(1)] });
  await first;
  assert.deepEqual(
    faces.faces?.map(({ id }) => id),
    [2],
  );
});

const question = (key: number): SamePerson => ({
  a: card('p1', 'Ana'),
  b: card(`g${key}`),
  likeness: 0.5,
});

test('questions count on with each answer, and back with each way back', async () => {
  let open = [question(1), question(2), question(3)];
  let edit = 0;
  const answers: Answers = {
    'people.questions': () => ({ questions: open, total: open.length }),
    'people.answer': () => ({ edit: ++edit, id: 'p1' }),
    'people.undo': () => ({ undone: true }),
  };
  const { edits, titles, toasts } = editing(answers);
  const questions = new SamePersonQuestions({ client: fakeClient(answers), edits });
  await questions.load();
  assert.deepEqual([questions.at, questions.total, questions.current?.b.id], [1, 3, 'g1']);
  assert.ok(await questions.answer('same'));
  assert.deepEqual([questions.at, questions.total, questions.current?.b.id], [2, 3, 'g2']);
  open = [question(3), question(2)];
  await questions.load();
  assert.equal(questions.current?.b.id, 'g2', 'it stays, though another is more useful now');
  open = [question(1), question(2), question(3)];
  await edits.undo(1);
  await questions.load();
  assert.deepEqual([questions.at, questions.total, questions.current?.b.id], [1, 3, 'g1']);
  await questions.answer('later');
  await questions.answer('different');
  await questions.answer('different');
  assert.equal(questions.current, null);
  assert.equal(await questions.answer('same'), false);
  assert.equal(titles().at(-1), 'Kept apart, for good');
  for (const { id } of toasts.all) toasts.close(id);
});

test('a refused answer leaves the question', async () => {
  const answers: Answers = {
    'people.questions': () => ({ questions: [question(1)], total: 1 }),
    'people.answer': () => {
      throw taken();
    },
  };
  const { edits, toasts } = editing(answers);
  const questions = new SamePersonQuestions({ client: fakeClient(answers), edits });
  await questions.load();
  assert.equal(await questions.answer('same'), false);
  assert.deepEqual([questions.at, questions.current?.b.id], [1, 'g1']);
  for (const { id } of toasts.all) toasts.close(id);
});
