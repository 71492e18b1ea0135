import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandName, Folder } from '../../src-main/contract/api.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import './runes.ts';

const { Folders } = await import('../../src-renderer/state/folders.svelte.ts');
const { Jobs } = await import('../../src-renderer/state/jobs.svelte.ts');

const folder = (path: string): Folder => ({
  id: path.length,
  path,
  present: true,
  photos: 3,
  addedAtMs: 0,
  scannedAtMs: null,
});

/** @param disk  the folders of the computer: path → the names in it. */
function make(
  options: { dialog?: readonly string[]; disk?: Readonly<Record<string, readonly string[]>> } = {},
) {
  const calls: [CommandName, unknown][] = [];
  const watched: Folder[] = [];
  const toasts: { title: string; action?: { run: () => void } | null }[] = [];
  const answers: Partial<Record<CommandName, (input: never) => unknown>> = {
    'folders.pick': () => ({ paths: options.dialog ?? [], available: options.dialog !== undefined }),
    'folders.suggest': () => ({ folders: [{ path: '/home/Pictures', name: 'Pictures', pictures: 5 }] }),
    'folders.browse': ({ path = '/home' }: { path?: string }) => {
      const names = options.disk?.[path];
      if (!names) throw new LikenessError('not-found', `“${path}” does not exist.`, 'Check the path.');
      const folders = names.map((name) => ({ name, path: `${path}/${name}` }));
      return { path, parent: path === '/home' ? null : '/home', folders, pictures: 0 };
    },
    'folders.add': ({ paths }: { paths: string[] }) => {
      if (paths.includes('/locked'))
        throw new LikenessError('no-permission', 'Likeness may not read it.', 'Allow it.');
      const added = paths.map((path) => watched.find((one) => path.startsWith(one.path)) ?? folder(path));
      for (const one of added) if (!watched.includes(one)) watched.push(one);
      return { folders: added };
    },
    'folders.remove': ({ id }: { id: number }) => {
      watched.splice(watched.findIndex((one) => one.id === id));
      return { removed: true };
    },
  };
  const app = {
    client: {
      call: async (name: CommandName, input: never) => {
        calls.push([name, input]);
        return answers[name]?.(input);
      },
    },
    status: { load: async () => undefined, folders: watched },
    toasts: { show: (toast: { title: string }) => toasts.push(toast) },
    attempt: async (work: () => Promise<unknown>) => work().then(() => true),
  };
  return { folders: new Folders(app as unknown as AppState), calls, watched, toasts };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('what the system’s dialog gives is added; closing it changes nothing', async () => {
  const chosen = make({ dialog: ['/home/Pictures'] });
  assert.equal(await chosen.folders.choose(), true);
  assert.equal(chosen.watched[0]?.path, '/home/Pictures');
  const closed = make({ dialog: [] });
  assert.equal(await closed.folders.choose(), false);
  assert.equal(closed.folders.browser, null);
});

test('where the host has no dialog the folders are browsed in the window', async () => {
  const { folders } = make({ disk: { '/home': ['Music', 'Pictures'], '/home/Pictures': [] } });
  assert.equal(await folders.choose(), false);
  await settled();
  assert.equal(folders.browser?.here?.path, '/home');
  await folders.browser?.open('/home/Pictures');
  await folders.browser?.open('/home');
  assert.equal(folders.browser?.firstFocus, 1, 'the folder that was left keeps the focus');
  await folders.add(['/home/Pictures']);
  assert.equal(folders.browser, null);
});

test('a folder that cannot be opened leaves the one before in view, with the reason', async () => {
  const { folders } = make({ disk: { '/home': [] } });
  folders.browse(null);
  await settled();
  await folders.browser?.open('/nowhere');
  assert.equal(folders.browser?.here?.path, '/home');
  assert.match(folders.browser?.failure?.message ?? '', /does not exist/);
  await folders.browser?.open('/home');
  assert.equal(folders.browser?.failure, null);
});

test('a folder that cannot be added says why, and the next try starts clean', async () => {
  const { folders } = make();
  assert.equal(await folders.add(['/locked']), false);
  assert.equal(folders.failure?.message, 'Likeness may not read it.');
  assert.equal(folders.adding, false);
  assert.equal(await folders.add(['/open']), true);
  assert.equal(folders.failure, null);
});

test('a folder inside a watched one is not added twice, and that is said', async () => {
  const { folders, toasts } = make();
  await folders.add(['/photos']);
  assert.equal(toasts.length, 0);
  await folders.add(['/photos/2024']);
  assert.match(toasts[0]?.title ?? '', /part of \/photos$/);
});

test('a suggestion that is watched by now is no longer made', async () => {
  const { folders } = make();
  assert.equal(folders.suggestions ?? 'not looked for', 'not looked for');
  await folders.suggest();
  assert.equal(folders.suggestions?.length, 1);
  await folders.add(['/home/Pictures']);
  assert.deepEqual(folders.suggestions, []);
});

test('a removed folder comes back by the toast', async () => {
  const { folders, watched, toasts } = make();
  await folders.add(['/photos']);
  await folders.remove(watched[0]!);
  assert.equal(watched.length, 0);
  toasts.at(-1)?.action?.run();
  await settled();
  assert.equal(watched[0]?.path, '/photos');
});

test('the time left of a job is calm wherever it is shown, and gone once it stands still', () => {
  const jobs = new Jobs(make() as never);
  const job = { id: 1, state: 'running', secondsLeft: 100 } as const;
  jobs.take([job as never]);
  jobs.take([{ ...job, secondsLeft: 1000 } as never]);
  assert.ok(jobs.current!.secondsLeft! <= 120);
  jobs.take([{ ...job, state: 'paused', secondsLeft: null } as never]);
  assert.equal(jobs.current!.secondsLeft, null);
});
