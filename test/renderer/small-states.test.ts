import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { Job } from '../../src-main/contract/jobs.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { Toasts } = await import('../../src-renderer/state/toasts.svelte.ts');
const { Jobs } = await import('../../src-renderer/state/jobs.svelte.ts');
const { SettingsState } = await import('../../src-renderer/state/settings.svelte.ts');
const { LibraryStatus } = await import('../../src-renderer/state/status.svelte.ts');

const titles = (toasts: InstanceType<typeof Toasts>) => toasts.all.map(({ title }) => title);

test('messages leave after six seconds, errors stay until they are closed, and there are at most three', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const toasts = new Toasts();
  toasts.show({ kind: 'info', title: 'one' });
  toasts.error(new LikenessError('disk-full', 'The disk is full.', 'Free some space.'));
  mock.timers.tick(5999);
  assert.deepEqual(titles(toasts), ['one', 'The disk is full.']);
  mock.timers.tick(1);
  assert.deepEqual(titles(toasts), ['The disk is full.']);
  for (const title of ['two', 'three', 'four']) toasts.show({ kind: 'done', title });
  assert.deepEqual(titles(toasts), ['two', 'three', 'four']);
  mock.timers.reset();
});

test('no message leaves while the pointer rests on them', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const toasts = new Toasts();
  toasts.show({ kind: 'info', title: 'one' });
  toasts.hold();
  mock.timers.tick(60_000);
  assert.deepEqual(titles(toasts), ['one']);
  toasts.release();
  mock.timers.tick(6000);
  assert.deepEqual(titles(toasts), []);
  mock.timers.reset();
});

const job = (id: number, state: Job['state']): Job => ({
  id,
  kind: 'index',
  state,
  folders: [],
  phase: 'looking',
  done: 0,
  total: 0,
  failed: 0,
  photosPerSecond: 0,
  secondsLeft: null,
  startedAtMs: null,
  endedAtMs: null,
  reason: null,
});

test('the tray shows what runs before what is paused before what waits, and nothing that has ended', () => {
  const jobs = new Jobs(fakeClient({}));
  const current = () => jobs.current?.id ?? null;
  assert.equal(current(), null);
  jobs.take([job(1, 'done'), job(2, 'waiting'), job(3, 'paused'), job(4, 'running')]);
  assert.equal(current(), 4);
  jobs.take([job(1, 'done'), job(2, 'waiting'), job(3, 'paused')]);
  assert.equal(current(), 3);
  jobs.take([job(1, 'failed')]);
  assert.equal(current(), null);
});

test('pausing shows at once what main answered', async () => {
  const jobs = new Jobs(fakeClient({ 'jobs.pause': ({ id }) => ({ job: job(id, 'paused') }) }));
  jobs.take([job(1, 'done'), job(2, 'running')]);
  await jobs.pause(2);
  assert.deepEqual(
    jobs.all.map(({ id, state }) => [id, state]),
    [
      [2, 'paused'],
      [1, 'done'],
    ],
  );
});

test('a setting shows before it is kept, and goes back when it cannot be', async () => {
  let fail = false;
  let kept: Settings | undefined;
  const settings: InstanceType<typeof SettingsState> = new SettingsState(
    fakeClient({
      'settings.set': (change): Settings => {
        if (fail) throw new LikenessError('disk-full', 'The disk is full.', 'Free some space.');
        return (kept = { ...settings.now, ...change } as Settings);
      },
    }),
  );
  const saving = settings.set({ theme: 'dark' });
  assert.equal(settings.now.theme, 'dark');
  await saving;
  assert.equal(kept?.theme, 'dark');
  fail = true;
  await assert.rejects(settings.set({ theme: 'light' }), { code: 'disk-full' });
  assert.equal(settings.now.theme, 'dark');
});

test('settings that an event told of are not undone by an older answer', async () => {
  const answer = Promise.withResolvers<Settings>();
  const settings = new SettingsState(fakeClient({ 'settings.get': () => answer.promise }));
  const old: Settings = { ...settings.now, theme: 'dark' };
  const loading = settings.load();
  settings.take({ ...old, theme: 'light' });
  answer.resolve(old);
  await loading;
  assert.equal(settings.now.theme, 'light');
});

test('counts that are asked for while they are being read are read once more, not once each', async () => {
  let read = 0;
  const status = new LibraryStatus(
    fakeClient({
      status: async () => {
        read += 1;
        await Promise.resolve();
        return { failed: 2, missing: 3, unsupported: { HEIC: 4, RAW: 1 }, folders: [] } as never;
      },
    }),
  );
  await Promise.all(Array.from({ length: 10 }, () => status.load()));
  assert.equal(read, 2);
  assert.equal(status.problems, 10);
});
