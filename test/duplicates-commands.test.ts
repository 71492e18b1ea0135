/** Duplicates in the whole application: found, decided about, thrown away and brought back. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApp, type App } from '../src-main/app.ts';
import type { DuplicateClass } from '../src-main/contract/duplicate-kinds.ts';
import { LikenessError } from '../src-main/contract/errors.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { drawnPicture, settled } from './duplicates/pictures.ts';

const native = { host: 'cli', pickFolders: async () => null, reveal: async () => false } as const;
let dir: string;
let photos: string;
let app: App;

/** A bin that is a folder: files lie there under their bytes' name. */
const bin = {
  async moveTo(path: string) {
    if (path.endsWith('stuck.jpg')) throw new LikenessError('no-permission', 'It may not be moved.', 'Ask.');
    renameSync(path, join(dir, 'bin', basename(path)));
  },
  async takeFrom({ path }: { readonly path: string }) {
    renameSync(join(dir, 'bin', basename(path)), path);
  },
};

function open(): App {
  return createApp({
    library: join(dir, 'library'),
    native,
    startChild: forkChild,
    built: join(dir, 'built'),
    bin,
  });
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-duplicates-'));
  photos = join(dir, 'photos');
  for (const folder of [photos, join(dir, 'bin')]) mkdirSync(folder);
  const lake = await settled(drawnPicture(1));
  await lake.clone().jpeg({ quality: 95 }).toFile(join(photos, 'lake.jpg'));
  copyFileSync(join(photos, 'lake.jpg'), join(photos, 'lake (1).jpg'));
  await lake.clone().resize(240).jpeg({ quality: 70 }).toFile(join(photos, 'chat.jpg'));
  await lake.clone().flop().jpeg({ quality: 90 }).toFile(join(photos, 'mirrored.jpg'));
  await drawnPicture(2).jpeg({ quality: 95 }).toFile(join(photos, 'hill.jpg'));
  copyFileSync(join(photos, 'hill.jpg'), join(photos, 'hill copy.jpg'));
  await drawnPicture(3).jpeg().toFile(join(photos, 'alone.jpg'));
  app = open();
  await index();
  await find();
});
after(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

async function index(): Promise<void> {
  const { job } = await app.call('folders.add', { paths: [photos] });
  await app.indexed(job.id);
}
async function find(): Promise<void> {
  const { job } = await app.call('duplicates.find', {});
  await app.ended(job.id);
}
const groups = async (name: DuplicateClass) => (await app.call('duplicates.list', { class: name })).groups;
const names = async (name: DuplicateClass) =>
  (await groups(name))
    .map(({ members }) =>
      members
        .map(({ path }) => basename(path))
        .sort()
        .join(', '),
    )
    .sort();

test('each kind is found, and the keeper is told with its reason', async () => {
  assert.deepEqual(await names('identical'), ['hill copy.jpg, hill.jpg', 'lake (1).jpg, lake.jpg']);
  assert.deepEqual(await names('re-encoded'), ['chat.jpg, lake (1).jpg, lake.jpg']);
  const [edited] = await names('edited');
  assert.match(edited!, /mirrored\.jpg/);
  const [group] = await groups('re-encoded');
  assert.equal(basename(group!.members[0]!.path), 'lake.jpg');
  assert.match(group!.reason, /most pixels/);
  const { counts, searchedAtMs, fresh } = await app.call('duplicates.state', {});
  assert.ok(searchedAtMs);
  assert.equal(fresh, 0);
  assert.deepEqual(
    counts.slice(0, 2).map(({ groups: count, photos: others }) => [count, others]),
    [
      [2, 2],
      [1, 2],
    ],
  );
});

test('a keeper that a person chose stays the keeper, and is never thrown away by accepting', async () => {
  const chat = (await groups('re-encoded'))[0]!.members.find(({ path }) => path.endsWith('chat.jpg'))!;
  await app.call('duplicates.keep', { photo: chat.photo });
  const [group] = await groups('re-encoded');
  assert.equal(group!.keeper, chat.photo);
  assert.equal(group!.chosen, true);
  const lake = group!.members.find(({ path }) => path.endsWith('lake.jpg'))!;
  await new Promise((resolve) => setTimeout(resolve, 5));
  await app.call('duplicates.keep', { photo: lake.photo });
  assert.equal((await groups('re-encoded'))[0]!.keeper, lake.photo);
});

test('a dismissed pair never comes back: found again, indexed again, opened again; until it is taken back', async () => {
  const hill = (await groups('identical')).find(({ members }) =>
    members.some(({ path }) => path.endsWith('hill.jpg')),
  )!;
  const { id } = await app.call('duplicates.dismiss', { photos: hill.members.map(({ photo }) => photo) });
  assert.deepEqual(await names('identical'), ['lake (1).jpg, lake.jpg']);
  await find();
  const { folders } = await app.call('status', {});
  await app.call('folders.remove', { id: folders[0]!.id });
  await app.close();
  app = open();
  await index();
  await find();
  assert.deepEqual(await names('identical'), ['lake (1).jpg, lake.jpg']);
  await app.call('duplicates.undismiss', { id });
  assert.deepEqual(await names('identical'), ['hill copy.jpg, hill.jpg', 'lake (1).jpg, lake.jpg']);
});

test('accepting says first what would go, keeps every keeper, and is undone after a restart byte for byte', async () => {
  const before_ = readFileSync(join(photos, 'lake (1).jpg'));
  const preview = await app.call('duplicates.accept', { class: 'identical', preview: true });
  assert.deepEqual([preview.groups, preview.photos, preview.binned], [2, 2, null]);
  assert.ok(existsSync(join(photos, 'lake (1).jpg')));
  const [hill] = (await groups('identical')).filter(({ members }) =>
    members.some(({ path }) => path.endsWith('hill.jpg')),
  );
  const done = await app.call('duplicates.accept', { class: 'identical', except: [hill!.id] });
  assert.equal(done.binned!.photos, 1);
  assert.ok(!existsSync(join(photos, 'lake (1).jpg')) && existsSync(join(photos, 'lake.jpg')));
  assert.ok(existsSync(join(photos, 'hill copy.jpg')), 'a group that was left out');
  assert.deepEqual(await names('identical'), ['hill copy.jpg, hill.jpg']);
  await app.close();
  app = open();
  const { binned } = await app.call('duplicates.binned', {});
  assert.equal(binned[0]!.id, done.binned!.id);
  const restored = await app.call('duplicates.restore', { id: binned[0]!.id });
  assert.deepEqual([restored.restored, restored.failed], [1, []]);
  assert.deepEqual(readFileSync(join(photos, 'lake (1).jpg')), before_);
  await index();
  assert.deepEqual(await names('identical'), ['hill copy.jpg, hill.jpg', 'lake (1).jpg, lake.jpg']);
});

test('nothing goes whose keeper has changed, or that has changed itself', async () => {
  const lake = join(photos, 'lake.jpg');
  const kept = readFileSync(lake);
  writeFileSync(lake, 'something else');
  const { binned } = await app.call('duplicates.accept', { class: 'identical' });
  assert.deepEqual(
    binned!.failed.map(({ path, reason }) => [basename(path), /has changed/.test(reason)]),
    [['lake (1).jpg', true]],
  );
  assert.ok(existsSync(join(photos, 'lake (1).jpg')));
  const [group] = (await groups('identical')).filter(({ members }) =>
    members.some(({ path }) => path.endsWith('lake.jpg')),
  );
  const other = group!.members.find(({ photo }) => photo !== group!.keeper)!;
  const byHand = await app.call('duplicates.bin', { photos: [other.photo] });
  assert.equal(byHand.photos, 0);
  assert.ok(existsSync(join(photos, 'lake (1).jpg')), 'by hand neither');
  writeFileSync(lake, kept);
  await app.call('duplicates.restore', { id: binned!.id });
  await index();
});

test('a photo that cannot go stays, with the reason, and the others go', async () => {
  copyFileSync(join(photos, 'alone.jpg'), join(photos, 'stuck.jpg'));
  copyFileSync(join(photos, 'alone.jpg'), join(photos, 'free.jpg'));
  await index();
  const [group] = (await groups('identical')).filter(({ members }) =>
    members.some(({ path }) => path.endsWith('alone.jpg')),
  );
  const others = group!.members.filter(({ path }) => !path.endsWith('alone.jpg')).map(({ photo }) => photo);
  const binned = await app.call('duplicates.bin', { photos: others });
  assert.equal(binned.photos, 1);
  assert.deepEqual(
    binned.failed.map(({ path, reason }) => [basename(path), reason]),
    [['stuck.jpg', 'It may not be moved.']],
  );
  assert.ok(existsSync(join(photos, 'stuck.jpg')) && !existsSync(join(photos, 'free.jpg')));
});

test('a merely similar photo is in no class that can be accepted', async () => {
  for (const name of ['edited', 'burst', 'similar'])
    await assert.rejects(
      app.call('duplicates.accept', { class: name as 'identical' }),
      (thrown) => thrown instanceof LikenessError && thrown.code === 'bad-input',
    );
});

test('what is not there is refused with a way on', async () => {
  const refused = (code: string) => (thrown: unknown) =>
    thrown instanceof LikenessError && thrown.code === code;
  await assert.rejects(app.call('duplicates.bin', { photos: [9_999_999] }), refused('photo-gone'));
  await assert.rejects(app.call('duplicates.keep', { photo: 9_999_999 }), refused('photo-gone'));
  await assert.rejects(app.call('duplicates.restore', { id: 9_999_999 }), refused('not-found'));
  assert.deepEqual(await app.call('duplicates.undismiss', { id: 9_999_999 }), { undone: false });
});
