import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { readEncoderCard, verifyEncoder } from '../../models/card.ts';
import { encoderId } from '../../models/catalog-card.ts';
import { downloadBytes } from '../../models/catalog.ts';
import { dot, isUnit } from '../../models/embedding.ts';
import { inputLength } from '../../models/preprocess.ts';
import { LikenessError, type ErrorCode } from '../../src-main/contract/errors.ts';
import {
  discardDownload,
  installModel,
  keptBytes,
  type InstallOptions,
} from '../../src-main/encode/install-model.ts';
import { installableEncoder } from '../../src-main/encode/installable-encoder.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { TextEncoder } from '../../src-main/encode/text-encoder.ts';
import { smallDisk } from '../small-disk.ts';
import { temporaryFolder } from '../store/temporary-library.ts';
import { openFileHost, type FileHost } from './file-host.ts';
import { smallEncoder } from './small-encoders.ts';

const [siglip, clip] = [smallEncoder('siglip2'), smallEncoder('clip')];
const imagePath = Object.keys(siglip.files)[0]!;
const dir = temporaryFolder();
let host: FileHost;
let encoders: string;
let tried: string[];
before(async () => {
  host = await openFileHost({ ...siglip.files, ...clip.files });
});
after(() => host.close());
beforeEach(() => {
  host.behaviour = {};
  host.asked.length = 0;
  tried = [];
  encoders = mkdtempSync(join(dir, 'encoders-'));
});

const install = ({ entry } = siglip, change: Partial<InstallOptions> = {}) =>
  installModel(installableEncoder(entry), {
    folder: encoders,
    hub: host.origin,
    signal: new AbortController().signal,
    waitsMs: [1, 1],
    tryOut: async (folder) => void tried.push(folder),
    ...change,
  });
const target = ({ entry } = siglip) => join(encoders, encoderId(entry));
/** What the application would see: folders with a card. */
const installed = () =>
  readdirSync(encoders).filter((name) => existsSync(join(encoders, name, 'encoder.json')));

const error = (code: ErrorCode, message: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof LikenessError, String(thrown));
  assert.equal(thrown.code, code);
  assert.match(thrown.message, message);
  return true;
};

for (const one of [siglip, clip])
  test(`${one.entry.name} is installed, whole, and finds photos by words`, async () => {
    assert.equal(await install(one), target(one));
    const card = await verifyEncoder(target(one));
    assert.deepEqual(readdirSync(target(one)).sort(), [
      'card.md',
      'encoder.json',
      'image.onnx',
      'text.onnx',
      'tokenizer.json',
    ]);
    assert.deepEqual(readdirSync(join(encoders, '.downloads')), []);
    // Tried where it lay before it was among the installed ones.
    assert.deepEqual(tried, [join(encoders, '.downloads', card.id)]);

    const photos = await PhotoEncoder.open(target(one), { threads: 1 });
    const batch = new Float32Array(2 * inputLength(card.image)).map((_, at) => Math.sin(at));
    const [first, second] = await photos.encode(batch, 2);
    assert.ok(isUnit(first!.features) && first!.features.length === 4);
    assert.notDeepEqual(first!.embedding, second!.embedding);
    const texts = await TextEncoder.open(target(one), { threads: 1 });
    const [dog, same, photo] = await texts.encode(['a dog', 'A DOG', 'a photo of a dog']);
    assert.deepEqual(dog, same);
    assert.ok(isUnit(dog!) && dot(dog!, photo!) < 0.9999);
    // Padding to the longest of a batch changes nothing where there is a mask, and is always the same where there is none.
    const [alone] = await texts.encode(['a dog']);
    assert.ok(dot(alone!, dog!) > 1 - 1e-6);
    await Promise.all([photos.close(), texts.close()]);
  });

test('its progress ends at the size that the catalog told', async () => {
  const seen: number[] = [];
  await install(siglip, { onBytes: (bytes) => seen.push(bytes) });
  assert.equal(seen.at(-1), downloadBytes(siglip.entry));
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});

test('one that is there and whole is left as it is, without a word to the network', async () => {
  await install();
  const before = statSync(target()).ino;
  host.asked.length = 0;
  await install();
  assert.deepEqual([host.asked, statSync(target()).ino], [[], before]);
});

test('one that is damaged is made whole; only what is damaged comes again', async () => {
  await install();
  writeFileSync(join(target(), 'text.onnx'), 'scratched');
  host.asked.length = 0;
  await install();
  await verifyEncoder(target());
  assert.deepEqual(host.asked, [Object.keys(siglip.files)[1]]);
  assert.deepEqual(readdirSync(join(encoders, '.downloads')), []);
});

test('stopped in the middle, nothing is installed, and the next time goes on', async () => {
  host.behaviour = { slow: { bytes: 500, ms: 2 } };
  const stop = new AbortController();
  const reason = new Error('enough');
  const half = downloadBytes(siglip.entry) / 2;
  await assert.rejects(
    install(siglip, { signal: stop.signal, onBytes: (bytes) => bytes > half && stop.abort(reason) }),
    reason,
  );
  assert.deepEqual(installed(), []);
  const kept = keptBytes(installableEncoder(siglip.entry), encoders);
  assert.ok(kept > half && kept < downloadBytes(siglip.entry));
  host.behaviour = {};
  host.asked.length = 0;
  await install();
  assert.ok(!host.asked.includes(imagePath), 'the image side was there already');
  assert.ok(host.asked.some((line) => line.includes('bytes=')));
  assert.equal(keptBytes(installableEncoder(siglip.entry), encoders), 0);
  await verifyEncoder(target());
});

test('what has come can be thrown away', async () => {
  host.files.set(imagePath, new Uint8Array(3));
  await assert.rejects(install(), error('download-failed', /another size/));
  host.files.set(imagePath, siglip.files[imagePath]!);
  await discardDownload(installableEncoder(siglip.entry), encoders);
  assert.equal(keptBytes(installableEncoder(siglip.entry), encoders), 0);
  await discardDownload(installableEncoder(siglip.entry), encoders);
});

test('a file with other bytes of the right size is refused, and nothing is installed', async () => {
  const other = Uint8Array.from(siglip.files[imagePath]!);
  other[40]! ^= 1;
  host.files.set(imagePath, other);
  await assert.rejects(install(), error('download-failed', /not the one that Likeness knows/));
  host.files.set(imagePath, siglip.files[imagePath]!);
  assert.deepEqual([installed(), tried], [[], []]);
  await install();
  await verifyEncoder(target());
});

test('an encoder that does not run here is not installed, and its files are kept', async () => {
  const refusal = new LikenessError('encoder-broken', 'It does not run.', 'Choose another.');
  await assert.rejects(install(siglip, { tryOut: () => Promise.reject(refusal) }), refusal);
  assert.deepEqual(installed(), []);
  host.asked.length = 0;
  await install();
  assert.deepEqual(host.asked, []);
});

test('too little room is told before the first byte comes, with what is needed', async () => {
  const free = downloadBytes(siglip.entry) + 99_000_000;
  await assert.rejects(
    install(siglip, { freeBytes: async () => free }),
    error('disk-full', /needs 101 MB, and the disk that holds the library has 100 MB left/),
  );
  assert.deepEqual(host.asked, []);
});

const disk = smallDisk(1);
test(
  'a disk that fills up on the way is told, and what has come is kept',
  { skip: disk ? false : 'no small disk can be mounted here' },
  async () => {
    const large = smallEncoder('siglip2', { spareBytes: 3_000_000 });
    const big = await openFileHost(large.files);
    const onDisk = join(disk!, 'encoders');
    mkdirSync(onDisk);
    const options = { folder: onDisk, hub: big.origin, freeBytes: async () => 1e9 };
    await assert.rejects(
      install(large, options),
      error('disk-full', /became full while Small SigLIP was downloaded/),
    );
    assert.ok(keptBytes(installableEncoder(large.entry), onDisk) > 0);
    await big.close();
  },
);

test(
  'killed wherever it is, it installs the encoder whole in the end, and nothing broken before',
  { skip: process.platform === 'win32' ? 'no kill -9 here' : false },
  async () => {
    const spareBytes = 1_500_000;
    const large = smallEncoder('siglip2', { spareBytes });
    const slow = await openFileHost(large.files);
    slow.behaviour = { slow: { bytes: 20_000, ms: 4 } };
    const script = join(import.meta.dirname, 'install-child.mjs');
    const run = () =>
      spawn(process.execPath, [script, slow.origin, encoders, String(spareBytes)], { stdio: 'inherit' });
    const grown: number[] = [];
    for (let kill = 0; kill < 3; kill++) {
      const child = run();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const from = keptBytes(installableEncoder(large.entry), encoders);
      while (child.exitCode === null && keptBytes(installableEncoder(large.entry), encoders) < from + 200_000)
        await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill('SIGKILL');
      await ended;
      assert.deepEqual(installed(), []);
      grown.push(keptBytes(installableEncoder(large.entry), encoders));
    }
    assert.ok(grown[0]! > 0 && grown[1]! > grown[0]! && grown[2]! > grown[1]!, grown.join(', '));
    slow.behaviour = {};
    const last = run();
    assert.equal(await new Promise((resolve) => last.once('exit', resolve)), 0);
    assert.equal((await verifyEncoder(target(large))).id, readEncoderCard(target(large)).id);
    const sizes = [...new Set(slow.asked.filter((line) => line.includes('bytes=')))];
    assert.ok(sizes.length >= 3, slow.asked.join('\n'));
    await slow.close();
  },
);

test('the card tells people where the files come from', async () => {
  await install();
  const text = readFileSync(join(target(), 'card.md'), 'utf8');
  assert.match(text, new RegExp(host.origin));
  for (const { sha256 } of siglip.entry.files) assert.ok(text.includes(sha256));
});
