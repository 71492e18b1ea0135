/** Collections in the whole application, on drawn photos that say when and where they were taken. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApp, type App } from '../src-main/app.ts';
import { LikenessError } from '../src-main/contract/errors.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { drawnPicture } from './duplicates/pictures.ts';

let dir: string;
let app: App;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-collections-'));
  const photos = join(dir, 'photos');
  mkdirSync(photos);
  for (const [i, taken] of [
    '2014:05:03 10:00:00',
    '2014:05:03 10:05:00',
    '2014:08:09 18:00:00',
    null,
  ].entries()) {
    const picture = drawnPicture(i, { width: 120, height: 90 }).jpeg();
    const named = taken ? picture.withExif({ IFD2: { DateTimeOriginal: taken } }) : picture;
    await named.toFile(join(photos, `${i}.jpg`));
  }
  app = createApp({
    library: join(dir, 'library'),
    native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
    startChild: forkChild,
    built: join(dir, 'built'),
  });
  const { job } = await app.call('folders.add', { paths: [photos] });
  await app.indexed(job.id);
});
after(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

test('photos that say when they were taken fall into events; one that does not is in none', async () => {
  const { events } = await app.call('events', {});
  assert.deepEqual(
    events.map(({ title, paths }) => [title, paths.map((path) => basename(path))]),
    [
      ['Saturday 3 May 2014', ['0.jpg', '1.jpg']],
      ['Saturday 9 August 2014', ['2.jpg']],
    ],
  );
});

test('every photo is answered for, each word once, with scores in their range', async () => {
  const { labels, results } = await app.call('classify', { labels: ['dog', 'coloured shapes', 'dog'] });
  assert.deepEqual(labels, ['dog', 'coloured shapes']);
  assert.deepEqual(
    results.map(({ path }) => basename(path)),
    ['0.jpg', '1.jpg', '2.jpg', '3.jpg'],
  );
  for (const { tags } of results)
    for (const { label, score } of tags) assert.ok(labels.includes(label) && score >= 0.5 && score <= 1);
});

test('clusters hold every photo once, and are the same ones when they are asked for again', async () => {
  const first = await app.call('clusters', { k: 2 });
  const all = [...first.clusters.flatMap(({ paths }) => paths), ...first.noise].map((path) => basename(path));
  assert.deepEqual(all.sort(), ['0.jpg', '1.jpg', '2.jpg', '3.jpg']);
  const usual = await app.call('clusters', {});
  assert.deepEqual(await app.call('clusters', {}), usual);
});

test('windows are told the same clusters by the ids of their photos', async () => {
  const { clusters } = await app.call('clusters', {});
  const shown = await app.call('clusters.photos', {});
  const named = await Promise.all(
    shown.clusters.map(async ({ id, label, photos }) => ({
      id,
      label,
      paths: await Promise.all(photos.map(async (photo) => (await app.call('photo', { id: photo })).path)),
    })),
  );
  for (const { paths } of named) paths.sort();
  assert.deepEqual(named, clusters);
});

test('no words are refused', async () => {
  for (const labels of [[], ['  ']])
    await assert.rejects(
      app.call('classify', { labels }),
      (thrown) => thrown instanceof LikenessError && thrown.code === 'bad-input',
    );
});
