/** Models for faces from the catalog to their use, in the real application; the networks see colours (people/families). */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { type App, createApp } from '../src-main/app.ts';
import type { Encoder } from '../src-main/contract/api.ts';
import { LikenessError } from '../src-main/contract/errors.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { type FileHost, openFileHost } from './encode/file-host.ts';
import { smallFaceModel } from './people/families/small-networks.ts';
import { temporaryFolder } from './store/temporary-library.ts';

const dir = temporaryFolder();
const [library, photos] = [join(dir, 'library'), join(dir, 'photos')];
const { entry, files } = smallFaceModel();
const bytes = entry.files.reduce((sum, file) => sum + file.bytes, 0);
let host: FileHost;
let app: App;

before(async () => {
  host = await openFileHost(files);
  mkdirSync(photos);
  // A blue square where the detector's cell of 32 px lies, on the whole photo.
  const patch = await sharp({ create: { width: 96, height: 96, channels: 3, background: '#00f' } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 1280, height: 960, channels: 3, background: '#141414' } })
    .composite([{ input: patch, left: 304, top: 176 }])
    .png()
    .toFile(join(photos, 'face.png'));
  app = open();
  const { job } = await app.call('folders.add', { paths: [photos] });
  await app.indexed(job.id);
});
after(async () => {
  await app.close();
  await host.close();
});

const open = () =>
  createApp({
    library,
    native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
    startChild: forkChild,
    built: join(dir, 'built'),
    hub: host.origin,
    faceCatalog: [entry],
  });
const faces = async () => (await app.call('models.list', {})).faces;
const offered = async () => (await faces()).at(-1)!;
const shown = ({ installed, active, recommended }: Encoder) => [installed, active, recommended];
async function looked(): Promise<void> {
  for (;;) {
    const { jobs } = await app.call('jobs.list', {});
    const job = jobs.find(({ kind, state }) => kind === 'people' && /running|waiting/.test(state));
    if (!job) return;
    await app.ended(job.id).catch(() => {});
  }
}
async function facesOn(): Promise<readonly { readonly id: number; readonly who: string | null }[]> {
  const { id } = await app.call('photo', { path: join(photos, 'face.png') });
  return (await app.call('faces.of', { photo: id! })).faces;
}

test('the built-in one is in use, the catalog stands behind it, and nothing is asked of the network', async () => {
  assert.deepEqual((await faces()).map(shown), [
    [true, true, false],
    [false, false, true],
  ]);
  const { id, bytes: size, from } = await offered();
  assert.match(id, /^small-faces-[0-9a-f]{8}$/);
  assert.deepEqual([size, from], [bytes, new URL(host.origin).host]);
  assert.deepEqual(host.asked, []);
  await assert.rejects(
    app.call('models.use', { id: 'small-faces' }),
    (thrown) => thrown instanceof LikenessError && thrown.code === 'not-found' && /install/.test(thrown.hint),
  );
});

test('bytes with another hash are refused and leave nothing that could be used', async () => {
  const path = '/somebody/faces/resolve/main/descriptor.onnx';
  host.files.set(path, new Uint8Array(files[path]!.length));
  await app.call('models.install', { id: 'small-faces' });
  await assert.rejects(app.installed('small-faces'), { code: 'download-failed' });
  host.files.set(path, files[path]!);
  assert.deepEqual(
    readdirSync(join(library, 'face-models')).filter((name) => !name.startsWith('.')),
    [],
  );
  assert.equal((await offered()).download?.state, 'failed');
});

test('installed, it can be used: photos are looked at again, and a name goes back and forth with its face', async () => {
  await app.call('models.install', { id: 'small-faces' });
  await app.installed('small-faces');
  const { id, installed, active } = await offered();
  assert.deepEqual([installed, active], [true, false]);
  assert.match(
    readFileSync(join(library, 'face-models', id, 'card.md'), 'utf8'),
    /Licence: MIT, Apache-2\.0/,
  );

  await app.call('people.turnOn', {});
  await looked();
  assert.equal((await facesOn()).length, 0, 'the built-in one sees no face in a blue square');

  const { job } = await app.call('models.use', { id: 'small-faces' });
  assert.equal(job?.kind, 'people');
  await looked();
  assert.deepEqual((await faces()).map(shown), [
    [true, false, false],
    [true, true, true],
  ]);
  const [face] = await facesOn();
  assert.ok(face);
  const moved = await app.call('faces.move', { faces: [face.id], to: null });
  await app.call('people.name', { id: (await facesOn())[0]!.who!, name: 'Blue' });
  assert.ok(moved);
  assert.equal((await app.call('models.use', { id })).job, null, 'it is in use already');

  // The built-in one does not see it, but what a person named stays.
  const [builtIn] = await faces();
  await app.call('models.use', { id: builtIn!.id });
  await looked();
  const named = async () => (await app.call('people.list', {})).people.map(({ name }) => name);
  assert.deepEqual(await named(), ['Blue']);
  assert.equal((await facesOn()).length, 1);
  await app.close();
  app = open();
  await app.call('models.use', { id });
  await looked();
  assert.deepEqual(await named(), ['Blue']);
  assert.deepEqual(
    (await faces()).map(({ active: used }) => used),
    [false, true],
  );
});

test('verifying reads every file; one that was damaged is named, and comes whole again', async () => {
  const { id } = await offered();
  const check = async () => (await app.verifyModels()).find((one) => one.id === id)!;
  assert.ok((await check()).ok);
  const path = join(library, 'face-models', id, 'detector.onnx');
  writeFileSync(path, readFileSync(path).fill(1, 100, 200));
  const { ok, details } = await check();
  assert.ok(!ok && /detector\.onnx.*damaged/.test(details[0]!));
  await app.call('models.install', { id });
  await app.installed(id);
  assert.ok((await check()).ok);
});
