/** What a person wants to be learned, and the runs and their looks as the window keeps them. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { Run, RunDetails } from '../../src-main/contract/learn.ts';
import { job, learned, looks, offer, run } from '../e2e/learn-answers.ts';
import type { AppEvent } from '../../src-main/contract/api.ts';
import { fakeClient } from './fake-client.ts';
import { FakeWindow } from './fake-window.ts';
import './runes.ts';

const { AppState } = await import('../../src-renderer/state/app.svelte.ts');
const { Learn } = await import('../../src-renderer/state/learn.svelte.ts');
const { LearnRuns } = await import('../../src-renderer/state/learn-runs.svelte.ts');
const { RunView } = await import('../../src-renderer/state/learn-run.svelte.ts');
const { WishState, morningAfter } = await import('../../src-renderer/state/learn-wish.svelte.ts');
const { trayOfRun } = await import('../../src-renderer/state/tray-lines.ts');

const evening = new Date(2026, 2, 2, 23, 30).getTime();
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('three answers become a request, with the times that their names promise', () => {
  const wish = new WishState();
  assert.deepEqual(wish.request(evening), {
    from: { kind: 'all' },
    goal: 'likeness',
    start: 'adapter',
    classes: false,
    minutes: 10,
    engine: 'auto',
    options: {},
  });
  wish.length = 'hour';
  assert.equal(wish.request(evening).minutes, 60);
  wish.length = 'night';
  assert.equal(wish.request(evening).minutes, 450);
  assert.equal(wish.readyMs(evening), new Date(2026, 2, 3, 7, 0).getTime());
  wish.setMinutes(1);
  assert.equal(wish.request(evening).minutes, 1);
});

test('overnight ends at the next seven in the morning, which is never now', () => {
  const seven = new Date(2026, 2, 3, 7, 0).getTime();
  assert.equal(morningAfter(seven - 1), seven);
  assert.ok(morningAfter(seven) > seven);
  const wish = new WishState();
  wish.length = 'night';
  assert.equal(wish.minutes(seven - 10_000), 1);
});

test('folders: none is a fault, and what lies in a chosen one counts once', () => {
  const wish = new WishState();
  wish.from = 'folders';
  assert.equal(wish.fault, 'no-folder');
  for (const path of ['/p/Trips', '/p/Trips/2023', '/p/Tripsters', '/p/Garden']) wish.folders.add(path);
  assert.equal(wish.fault, null);
  assert.ok(wish.isInside('/p/Trips/2023'));
  assert.ok(!wish.isInside('/p/Tripsters'));
  assert.deepEqual(wish.request(0).from, {
    kind: 'folders',
    folders: ['/p/Garden', '/p/Trips', '/p/Tripsters'],
  });
});

test('dates: both days are in the range, and a turned one is a fault', () => {
  const wish = new WishState();
  wish.from = 'dates';
  assert.equal(wish.fault, 'no-dates');
  wish.fit(offer);
  assert.equal(wish.fault, null);
  assert.deepEqual(wish.request(0).from, {
    kind: 'dates',
    fromMs: Date.UTC(2009, 4, 1),
    toMs: Date.UTC(2026, 2, 1) - 1,
  });
  wish.lastDayMs = Date.UTC(2008, 0, 1);
  assert.equal(wish.fault, 'turned');
});

test('what cannot be had is not asked for', () => {
  const wish = new WishState();
  wish.goal = 'words';
  wish.start = 'tower';
  wish.fit({ ...offer, refused: { words: 'No captions.', tower: 'It is closed.' } });
  assert.deepEqual([wish.goal, wish.start], ['likeness', 'adapter']);
});

test('back to defaults forgets the expert and keeps the three answers', () => {
  const wish = new WishState();
  wish.goal = 'everything';
  wish.start = 'tower';
  wish.engine = 'cpu';
  wish.set({ temperature: 0.2 });
  wish.set({ mirror: false });
  wish.setMinutes(3);
  assert.deepEqual(wish.request(0).options, { temperature: 0.2, mirror: false });
  wish.toDefaults();
  const { goal, start, engine, options, minutes } = wish.request(0);
  assert.deepEqual(
    { goal, start, engine, options, minutes },
    {
      goal: 'everything',
      start: 'adapter',
      engine: 'auto',
      options: {},
      minutes: 10,
    },
  );
});

test('the views of a photo are drawn anew with another seed, or of another photo', async () => {
  const asked: { photo?: number | undefined; seed?: number | undefined }[] = [];
  const learn = new Learn(
    fakeClient({
      'learn.views': (request) => {
        asked.push({ photo: request.photo, seed: request.seed });
        return { photo: { id: request.photo ?? 40 + (request.seed ?? 0), contentId: 1 }, views: [] };
      },
    }),
  );
  await learn.draw();
  await learn.drawAgain();
  await learn.drawAnother();
  assert.deepEqual(asked, [
    { photo: undefined, seed: 1 },
    { photo: 41, seed: 2 },
    { photo: undefined, seed: 3 },
  ]);
  assert.equal(learn.views?.photo.id, 43);
});

test('while a slider moves views are asked for once it rests', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const learn = new Learn(
    fakeClient({ 'learn.views': () => ({ photo: { id: ++asked, contentId: 1 }, views: [] }) }),
  );
  for (let step = 0; step < 5; step++) learn.drawSoon();
  assert.equal(asked, 0);
  mock.timers.tick(1000);
  assert.equal(asked, 1);
  mock.timers.reset();
});

test('a start that is refused is told, and the button works again', async () => {
  const learn = new Learn(
    fakeClient({
      'learn.start': () => {
        throw new LikenessError('bad-input', 'There are too few photos.', 'Add more.');
      },
    }),
  );
  const starting = learn.start();
  assert.ok(learn.starting);
  await assert.rejects(starting, { code: 'bad-input' });
  assert.ok(!learn.starting);
});

test('of several runs the one that runs is shown, then a paused one, then one that waits', () => {
  const runs = new LearnRuns(fakeClient({}));
  runs.take([run({ id: 1, state: 'waiting' }), run({ id: 2, state: 'paused' }), run({ id: 3 })]);
  assert.equal(runs.learning?.id, 3);
  assert.deepEqual(
    runs.all.map(({ id }) => id),
    [3, 2, 1],
  );
  runs.take([run({ id: 1, state: 'waiting' }), run({ id: 2, state: 'paused' })]);
  assert.equal(runs.learning?.id, 2);
  runs.take([learned({ id: 4, use: 'in-use' }), learned({ id: 5, use: 'preparing' })]);
  assert.deepEqual([runs.learning, runs.inUse?.id, runs.preparing?.id], [null, 4, 5]);
});

test('a look tells how far a run is, and how long it may still take', () => {
  const runs = new LearnRuns(fakeClient({}));
  const [half] = looks(0.5).slice(-1);
  runs.takeLook(7, half!);
  const progress = runs.progressOf(7)!;
  assert.ok(Math.abs(progress.share - 0.5) < 0.01);
  assert.ok(Math.abs(progress.secondsLeft! - half!.seconds) < 60);
  assert.equal(runs.progressOf(8), null);
});

test('rolling back reads the list again, as other runs change with it', async () => {
  let now: Run[] = [learned({ id: 2, use: 'in-use' }), learned({ id: 1 })];
  const runs = new LearnRuns(
    fakeClient({
      'runs.list': () => ({ runs: now }),
      'runs.rollback': () => {
        now = [learned({ id: 2, use: 'rolled-back' }), learned({ id: 1, use: 'in-use' })];
        return { run: now[1]! };
      },
      'runs.remove': () => ({ removed: true }),
    }),
  );
  await runs.load();
  await runs.rollBack();
  assert.equal(runs.inUse?.id, 1);
  await runs.remove(2);
  assert.deepEqual(
    runs.all.map(({ id }) => id),
    [1],
  );
});

test('an encoder that was ready before the answer came stays in use', async () => {
  const { promise, resolve } = Promise.withResolvers<{ run: Run }>();
  const runs = new LearnRuns(fakeClient({ 'runs.apply': () => promise }));
  runs.take([learned({ id: 1 })]);
  const using = runs.use(1, false);
  runs.take([learned({ id: 1, use: 'in-use' })]);
  resolve({ run: learned({ id: 1, use: 'preparing' }) });
  await using;
  assert.equal(runs.inUse?.id, 1);
});

test('a run grows by the looks that events tell, and reads its map at once, then every few seconds', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const all = looks(1);
  let read = 0;
  let map: RunDetails['map'] = null;
  const view = new RunView(
    fakeClient({
      'runs.show': () => {
        read++;
        return { run: run(), looks: all.slice(0, 3), map, neighbours: [] };
      },
    }),
    7,
  );
  await view.load();
  assert.equal(view.looks.length, 3);
  map = { photos: [], before: [], now: [] };
  view.takeLook(all[3]!);
  view.takeLook(all[3]!);
  await settled();
  assert.deepEqual([view.looks.length, read], [4, 2], 'a look that is known already adds nothing');
  view.takeLook(all[4]!);
  view.takeLook(all[5]!);
  assert.equal(read, 2);
  mock.timers.tick(5000);
  await settled();
  assert.deepEqual([view.looks.length, read], [6, 3], 'an older answer takes no look away');
  view.close();
  mock.timers.reset();
});

test('a curve of many looks is thinned, and keeps its last one', async () => {
  const all = looks(1, 20, 900);
  const view = new RunView(
    fakeClient({ 'runs.show': () => ({ run: run(), looks: [], map: null, neighbours: [] }) }),
    7,
  );
  for (const look of all) view.takeLook(look);
  assert.ok(view.looks.length <= 400);
  assert.equal(view.looks.at(-1)?.step, all.at(-1)?.step);
  view.close();
});

test('a run that is not there is told apart from one that cannot be read', async () => {
  let code: 'not-found' | 'internal' = 'not-found';
  const view = new RunView(
    fakeClient({
      'runs.show': () => {
        throw new LikenessError(code, 'There is no run 7.', 'Look at the list.');
      },
    }),
    7,
  );
  await view.load();
  assert.ok(view.gone);
  code = 'internal';
  await view.load();
  assert.ok(!view.gone);
  assert.equal(view.failure?.message, 'There is no run 7.');
});

test('the tray says what a run is at', () => {
  const [look] = looks(0.68).slice(-1);
  const progress = { look: look!, share: 0.68, secondsLeft: 1920 };
  const line = (one: Run, at: typeof progress | null, change: object | null) => {
    const { title, line: text, share } = trayOfRun(one, at, change && (job(change) as never));
    return [title, text, share === null ? null : Math.round(share * 100)];
  };
  assert.deepEqual(line(run(), null, { phase: 'preparing', done: 30, total: 120, secondsLeft: 200 }), [
    'Looking at photos',
    '30 of 120 · 4 min left',
    25,
  ]);
  assert.deepEqual(line(run(), progress, {}), ['Learning from photos', 'Pass 14 of 20 · 32 min left', 68]);
  assert.deepEqual(line(run({ state: 'paused' }), progress, {}), ['Paused', 'Pass 14 of 20', 68]);
  assert.deepEqual(line(run(), progress, { phase: 'measuring', done: 0, total: 0 }), [
    'Checking the result',
    'Garden and birds',
    null,
  ]);
  assert.deepEqual(
    line(learned({ use: 'preparing' }), null, {
      kind: 'apply',
      phase: 'preparing',
      done: 1,
      total: 4,
      secondsLeft: null,
    }),
    ['Preparing the new encoder', '1 of 4', 25],
  );
  assert.equal(
    line(learned({ use: 'preparing' }), null, { kind: 'apply', state: 'paused', phase: 'preparing' })[0],
    'Paused',
  );
});

/** The state of a whole window that hears what the test says. */
function openWindow() {
  let tell: (event: AppEvent) => void = () => assert.fail('nobody listens');
  const client = {
    ...fakeClient({}),
    events: (onEvent: (event: AppEvent) => void) => {
      tell = onEvent;
      return () => undefined;
    },
  };
  const app = new AppState(client, new FakeWindow('#/photos') as never);
  app.start();
  return { app, tell: (event: AppEvent) => tell(event) };
}

test('a run that is done is told in a message with the way to its result', () => {
  const { app, tell } = openWindow();
  tell({ type: 'runs', runs: [run()] });
  assert.equal(app.toasts.all.length, 0);
  tell({ type: 'runs', runs: [learned()] });
  assert.equal(app.toasts.all[0]?.title, '“Garden and birds” is done');
  assert.equal(app.news, '“Garden and birds” is done: its result can be seen.');
  app.toasts.all[0]?.action?.run();
  assert.deepEqual(app.router.place, { screen: 'learn', run: 7 });
  for (const { id } of app.toasts.all) app.toasts.close(id);
});

test('who looks at the run is told by its screen alone', () => {
  const { app, tell } = openWindow();
  app.router.go({ screen: 'learn', run: 7 });
  tell({ type: 'runs', runs: [run()] });
  tell({ type: 'look', run: 7, look: looks(0.5).at(-1)! });
  assert.ok(app.runs.progressOf(7)!.share > 0.4);
  tell({ type: 'runs', runs: [learned()] });
  assert.equal(app.toasts.all.length, 0);
  tell({ type: 'runs', runs: [learned({ use: 'preparing', job: 41 })] });
  tell({ type: 'runs', runs: [learned({ use: 'in-use' })] });
  assert.equal(app.news, '“Garden and birds” is in use now.');
});
