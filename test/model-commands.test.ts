/** From an offer to another encoder in use, through the whole application: the downloads come from a host on this computer. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import sharp from 'sharp';
import { encoderId } from '../models/catalog-card.ts';
import { downloadBytes } from '../models/catalog.ts';
import { createApp, type App } from '../src-main/app.ts';
import type { AppEvent, Encoder } from '../src-main/contract/api.ts';
import { LikenessError, type ErrorCode } from '../src-main/contract/errors.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { openFileHost, type FileHost } from './encode/file-host.ts';
import { smallEncoder } from './encode/small-encoders.ts';
import { temporaryFolder } from './store/temporary-library.ts';

const [siglip, clip] = [smallEncoder('siglip2'), smallEncoder('clip')];
const id = encoderId(siglip.entry);
const dir = temporaryFolder();
const library = join(dir, 'library');
let host: FileHost;
let app: App;
let heard: (readonly Encoder[])[];

before(async () => {
  host = await openFileHost({ ...siglip.files, ...clip.files });
  const photos = join(dir, 'photos');
  mkdirSync(photos);
  for (const [at, background] of ['#e72', '#06a', '#4a2'].entries())
    await sharp({ create: { width: 90, height: 60, channels: 3, background } })
      .jpeg()
      .toFile(join(photos, `${at}.jpg`));
  app = open();
  const { job } = await app.call('folders.add', { paths: [photos] });
  await app.indexed(job.id);
});
after(async () => {
  await app.close();
  await host.close();
});
beforeEach(() => {
  host.behaviour = {};
  host.asked.length = 0;
});

function open(): App {
  const opened = createApp({
    library,
    native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
    startChild: forkChild,
    built: join(dir, 'built'),
    hub: `${host.origin}/`,
    catalog: [clip.entry, siglip.entry],
  });
  heard = [];
  opened.onEvent((event: AppEvent) => {
    if (event.type === 'models') heard.push(event.models);
  });
  return opened;
}

const models = async () => (await app.call('models.list', {})).models;
const offered = async () => (await models()).find((one) => one.id === id)!;
const rejected = (code: ErrorCode) => (thrown: unknown) =>
  thrown instanceof LikenessError && thrown.code === code;
/** Resolves when the encoder's download looks like that. */
async function until(state: NonNullable<Encoder['download']>['state']): Promise<Encoder> {
  for (let tries = 0; tries < 400; tries++) {
    const one = await offered();
    if (one.download?.state === state) return one;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never ${state}: ${JSON.stringify(await offered())}`);
}

test('the built-in encoder is in use; the catalog stands behind it, the recommended one first', async () => {
  const all = await models();
  assert.deepEqual(
    all.map(({ installed, active, recommended }) => [installed, active, recommended]),
    [
      [true, true, false],
      [false, false, true],
      [false, false, false],
    ],
  );
  assert.deepEqual(await offered(), {
    id,
    name: 'Small SigLIP',
    licence: 'MIT',
    bytes: downloadBytes(siglip.entry),
    installed: false,
    active: false,
    recommended: true,
    from: new URL(host.origin).host,
    download: null,
  });
  assert.deepEqual(host.asked, [], 'nothing is asked of the network before a person asks');
});

test('names that are not in the catalog, and encoders that are not installed, are refused', async () => {
  await assert.rejects(app.call('models.install', { id: 'gpt' }), rejected('not-found'));
  await assert.rejects(app.call('models.use', { id: 'small-siglip2' }), rejected('not-found'));
});

test('stopped, it tells what was kept, also after the program was closed; discarded, nothing is left', async () => {
  host.behaviour = { slow: { bytes: 400, ms: 4 } };
  await app.call('models.install', { id: 'small-siglip2' });
  const ended = app.installed(id).catch((thrown: unknown) => thrown);
  while ((await until('downloading')).download!.doneBytes < 2000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await app.call('models.cancel', { id });
  assert.ok(rejected('cancelled')(await ended));
  const { download } = await until('stopped');
  assert.ok(download!.doneBytes >= 2000 && download!.doneBytes < download!.totalBytes);
  await app.close();
  app = open();
  assert.deepEqual((await offered()).download, download);
  await app.call('models.cancel', { id, discard: true });
  assert.equal((await offered()).download, null);
  assert.deepEqual(readdirSync(join(library, 'encoders', '.downloads')), []);
});

test('closing the program stops what runs; it is gone on with when asked for again', async () => {
  host.behaviour = { slow: { bytes: 400, ms: 4 } };
  await app.call('models.install', { id });
  await until('downloading');
  await app.close();
  app = open();
  assert.equal((await offered()).installed, false);
});

test('a failure is told with its sentences until it is tried again', async () => {
  host.behaviour = { status: 404 };
  await app.call('models.install', { id });
  await app.installed(id).catch(() => {});
  const { download } = await until('failed');
  assert.match(download!.failure!.message, /no longer has the file/);
  assert.equal(heard.at(-1)?.find((one) => one.id === id)?.download?.state, 'failed');
});

test('closed while the encoder is tried, the program does not wait, and nothing is installed', async () => {
  await app.call('models.install', { id });
  const ended = app.installed(id).catch((thrown: unknown) => thrown);
  await until('trying');
  await app.close();
  assert.ok(rejected('cancelled')(await ended));
  app = open();
  const one = await offered();
  assert.deepEqual([one.installed, one.download!.state], [false, 'stopped']);
});

test('installed, it was tried, stands among the encoders, and is whole; the one in use stays', async () => {
  await app.call('models.install', { id });
  await app.installed(id);
  const one = await offered();
  assert.deepEqual([one.installed, one.active, one.download], [true, false, null]);
  assert.ok(heard.some((all) => all.find((model) => model.id === id)?.download?.state === 'trying'));
  assert.ok(heard.at(-1)?.find((model) => model.id === id)?.installed, 'windows are told');
  assert.ok((await app.verifyModels()).every(({ ok }) => ok));
  assert.ok(!existsSync(join(library, 'encoders', id, 'try.png')));
  // Again: nothing to do, nothing to ask.
  host.asked.length = 0;
  await app.call('models.install', { id });
  await app.installed(id);
  assert.deepEqual(host.asked, []);
});

test('texts and photos have vectors of the installed encoder', async () => {
  const { encoder, dim, rows } = await app.embed({
    encoder: id,
    output: 'embedding',
    texts: ['a dog', 'a photo'],
  });
  assert.deepEqual([encoder, dim, rows.every(({ ok }) => ok)], [id, 4, true]);
});

test('put to use, every photo is looked at with it, and it answers the next search', async () => {
  const { job } = await app.call('models.use', { id: 'small-siglip2' });
  await app.ended(job!.id);
  assert.ok((await offered()).active);
  assert.ok(heard.at(-1)?.find((model) => model.id === id)?.active, 'windows are told');
  const found = await app.call('search', { query: 'a dog' });
  assert.deepEqual([found.encoder, found.total], [id, 3]);
  assert.equal((await app.call('models.use', { id })).job, null);
});

test('an encoder whose models cannot run is refused with the reason, and is not installed', async () => {
  // A text side with a bad token table: its ids lie outside, so that running it fails although it loads.
  const broken = smallEncoder('clip', { words: 10 });
  for (const [path, bytes] of Object.entries(broken.files)) host.files.set(path, bytes);
  await app.close();
  const opened = createApp({
    library,
    native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
    startChild: forkChild,
    built: join(dir, 'built'),
    hub: host.origin,
    catalog: [broken.entry],
  });
  try {
    await opened.call('models.install', { id: broken.entry.id });
    await assert.rejects(
      opened.installed(broken.entry.id),
      (thrown) => rejected('encoder-broken')(thrown) && /does not run on this computer/.test(String(thrown)),
    );
    const { models: all } = await opened.call('models.list', {});
    assert.equal(all.find((one) => one.id === encoderId(broken.entry))!.installed, false);
  } finally {
    await opened.close();
    app = open();
  }
});
