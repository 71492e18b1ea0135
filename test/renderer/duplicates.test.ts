import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DuplicateClass } from '../../src-main/contract/duplicate-kinds.ts';
import type { DuplicateGroup, DuplicateMember } from '../../src-main/contract/duplicates.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { Duplicates } = await import('../../src-renderer/state/duplicates.svelte.ts');
const { DuplicateGroups } = await import('../../src-renderer/state/duplicate-groups.svelte.ts');
const { DuplicateEdits } = await import('../../src-renderer/state/duplicate-edits.svelte.ts');
const { Toasts } = await import('../../src-renderer/state/toasts.svelte.ts');

const member = (photo: number, of: DuplicateClass = 'identical') =>
  ({
    photo,
    contentId: photo,
    path: `/photos/${photo}.jpg`,
    bytes: 10,
    class: of,
  }) as unknown as DuplicateMember;
const group = (id: string, of: DuplicateClass, ...members: DuplicateMember[]): DuplicateGroup => ({
  id,
  class: of,
  keeper: members[0]!.photo,
  reason: 'It is the sharpest.',
  chosen: false,
  members,
  bytesToGain: 10,
});
const paged = (all: readonly DuplicateGroup[]) => ({
  'duplicates.list': ({
    limit = 100,
    offset = 0,
  }: {
    limit?: number | undefined;
    offset?: number | undefined;
  }) => ({
    groups: all.slice(offset, offset + limit),
    total: all.length,
  }),
});

test('copies are marked for the bin, other kinds only by a person; the keeper never is', async () => {
  const copies = new DuplicateGroups(
    fakeClient(paged([group('a', 'identical', member(1), member(2), member(3))])),
    'identical',
  );
  await copies.load();
  assert.deepEqual(
    copies.marked.map(({ photo }) => photo),
    [2, 3],
  );
  copies.turnMark();
  assert.deepEqual(
    copies.marked.map(({ photo }) => photo),
    [3],
  );
  copies.turnMark(copies.keeper);
  assert.deepEqual(
    copies.marked.map(({ photo }) => photo),
    [3],
  );
  const shots = new DuplicateGroups(
    fakeClient(paged([group('b', 'burst', member(1), member(2, 'burst'))])),
    'burst',
  );
  await shots.load();
  assert.deepEqual(shots.marked, []);
  shots.turnMark();
  assert.deepEqual(
    shots.marked.map(({ photo }) => photo),
    [2],
  );
});

test('what the group is about stands beside the keeper, until a person chooses another photo', async () => {
  const groups = new DuplicateGroups(
    fakeClient(paged([group('a', 'edited', member(1), member(2), member(3, 'edited'))])),
    'edited',
  );
  await groups.load();
  assert.equal(groups.other?.photo, 3);
  groups.compareWith(2);
  assert.equal(groups.other?.photo, 2);
  groups.compareWith(1);
  assert.equal(groups.other?.photo, 2, 'the keeper is not compared with itself');
  assert.deepEqual([groups.nextKeeper(1)?.photo, groups.nextKeeper(-1)?.photo], [2, 3]);
});

test('pages follow as one goes on, and a group that is gone leaves its place to the next', async () => {
  let all = Array.from({ length: 250 }, (_, i) =>
    group(`g${i}`, 'identical', member(2 * i), member(2 * i + 1)),
  );
  const client = fakeClient({
    'duplicates.list': (input) => paged(all)['duplicates.list'](input as never),
  });
  const groups = new DuplicateGroups(client, 'identical');
  await groups.load();
  assert.deepEqual([groups.groups.length, groups.total], [100, 250]);
  await groups.more();
  assert.equal(groups.groups.length, 200);
  groups.goTo(150);
  all = all.filter(({ id }) => id !== 'g150');
  await groups.load();
  assert.deepEqual([groups.at, groups.current?.id, groups.groups.length], [150, 'g151', 200]);
  all = all.filter(({ id }) => id !== 'g3');
  await groups.load();
  assert.deepEqual([groups.at, groups.current?.id], [149, 'g151'], 'it stays with its group');
  groups.goTo(-5);
  assert.equal(groups.at, 0);
});

test('a failure is told, and the old groups stay', async () => {
  let fails = false;
  const client = fakeClient({
    'duplicates.list': (input) => {
      if (fails) throw new LikenessError('internal', 'It broke.', 'Try again.');
      return paged([group('a', 'identical', member(1), member(2))])['duplicates.list'](input as never);
    },
  });
  const groups = new DuplicateGroups(client, 'identical');
  await groups.load();
  fails = true;
  await groups.load();
  assert.deepEqual([groups.failure?.message, groups.total], ['It broke.', 1]);
});

test('copies that may go without loss are counted, once the library was searched', async () => {
  const counts = (['identical', 're-encoded', 'edited'] as const).map((name) => ({
    class: name,
    groups: 1,
    photos: 3,
    bytesToGain: 5,
  }));
  let searchedAtMs: number | null = null;
  const client = fakeClient({
    'duplicates.state': () => ({ searchedAtMs, fresh: 0, job: null, counts }),
  });
  const duplicates = new Duplicates(client);
  assert.equal(duplicates.toGain, null);
  await duplicates.load();
  assert.equal(duplicates.toGain, null);
  searchedAtMs = 1;
  await duplicates.load();
  assert.equal(duplicates.toGain, 6);
});

test('a deed is told with its way back, which works once; what stayed is told with its reason', async () => {
  const asked: string[] = [];
  const binned = {
    id: 7,
    atMs: 0,
    photos: 1,
    bytes: 10,
    restored: 0,
    failed: [{ path: '/b', reason: 'It has changed.' }],
  };
  const client = fakeClient({
    'duplicates.bin': () => (asked.push('bin'), binned),
    'duplicates.restore': () => (asked.push('restore'), { ...binned, restored: 1, failed: [] }),
    'duplicates.dismiss': () => (asked.push('dismiss'), { id: 3 }),
    'duplicates.undismiss': () => (asked.push('undismiss'), { undone: true }),
  });
  const toasts = new Toasts();
  const edits = new DuplicateEdits({ client, toasts, onChange: () => {} });
  assert.ok(await edits.bin([1, 2]));
  const told = toasts.all.at(-1)!;
  assert.match(
    `${told.title} ${told.text}`,
    /1 photo moved to the bin 1 photo stayed where they were\. It has changed\./,
  );
  told.action!.run();
  told.action!.run();
  await new Promise((resolve) => setTimeout(resolve));
  await edits.dismiss([1, 2]);
  assert.ok(edits.undoLast());
  await new Promise((resolve) => setTimeout(resolve));
  assert.ok(!edits.undoLast());
  assert.deepEqual(asked, ['bin', 'restore', 'dismiss', 'undismiss']);
});

test('counts that could not be read say why, and the old ones stay', async () => {
  let fails = true;
  const client = fakeClient({
    'duplicates.state': () => {
      if (fails) throw new LikenessError('internal', 'It broke.', 'Try again.');
      return { searchedAtMs: 1, fresh: 0, job: null, counts: [] };
    },
  });
  const duplicates = new Duplicates(client);
  await duplicates.load();
  assert.deepEqual([duplicates.failure?.message, duplicates.state], ['It broke.', null]);
  fails = false;
  await duplicates.load();
  assert.deepEqual([duplicates.failure, duplicates.toGain], [null, 0]);
  fails = true;
  await duplicates.load();
  assert.equal(duplicates.toGain, 0);
});
