import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import * as fc from 'fast-check';
import { LikenessError, type ErrorCode } from '../../src-main/contract/errors.ts';
import { downloadFile, type DownloadOptions } from '../../src-main/encode/download.ts';
import { temporaryFolder } from '../store/temporary-library.ts';
import { openFileHost, type FileHost } from './file-host.ts';

const content = Uint8Array.from({ length: 100_000 }, (_, at) => (at * at) % 251);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let host: FileHost;
const dir = temporaryFolder();
let to: string;
const freshPath = () => join(mkdtempSync(join(dir, 'one-')), 'model.onnx');
before(async () => {
  host = await openFileHost({ '/model.onnx': content });
});
after(() => host.close());
beforeEach(() => {
  host.behaviour = {};
  host.asked.length = 0;
  to = freshPath();
});

let arrivedBytes = 0;
const arrived = () => arrivedBytes;
const get = ({ onBytes, ...change }: Partial<DownloadOptions> = {}) =>
  downloadFile({
    onBytes: (bytes) => {
      arrivedBytes = bytes;
      onBytes?.(bytes);
    },
    address: `${host.origin}/model.onnx`,
    to,
    bytes: content.length,
    sha256: sha256(content),
    signal: new AbortController().signal,
    waitsMs: [1, 1, 1],
    ...change,
  });

const error = (code: ErrorCode, message: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof LikenessError, String(thrown));
  assert.equal(thrown.code, code);
  assert.match(thrown.message, message);
  return true;
};

/** The file is there, and nothing beside it. */
function assertWhole(): void {
  assert.deepEqual(readFileSync(to), Buffer.from(content));
  assert.deepEqual(readdirSync(join(to, '..')), ['model.onnx']);
}

test('a file comes whole, with its progress, also from where the host sends us on to', async () => {
  host.behaviour = { redirect: true };
  const seen: number[] = [];
  await get({ onBytes: (bytes) => seen.push(bytes) });
  assertWhole();
  assert.deepEqual([seen[0], seen.at(-1)], [0, content.length]);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});

test('a file that is there already is not asked for', async () => {
  writeFileSync(to, content);
  await get();
  assert.deepEqual(host.asked, []);
});

test('after a cut connection it goes on where it was, if the file is still the same', async () => {
  host.behaviour = { cutAfter: 40_000, arrived };
  await get();
  assertWhole();
  assert.deepEqual(host.asked, [
    '/model.onnx',
    '/model.onnx bytes=40000- if "one"',
    '/model.onnx bytes=80000- if "one"',
  ]);
});

test('wherever the connection is cut, the file comes whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 20_000, max: 120_000 }), fc.boolean(), async (cutAfter, ranges) => {
      to = freshPath();
      const before = host.asked.length;
      host.behaviour = {
        cutAfter,
        ignoreRanges: !ranges,
        arrived: () => {
          // A host that always begins anew and is always cut never gets to the end: this one is cut twice.
          if (!ranges && host.asked.length - before >= 2) host.behaviour = {};
          return arrived();
        },
      };
      await get();
      assertWhole();
    }),
    { numRuns: 12 },
  );
});

test('a part of another version is not gone on with', async () => {
  host.behaviour = { cutAfter: 40_000, arrived, tag: '"old"' };
  const stop = new AbortController();
  await assert.rejects(
    get({
      signal: stop.signal,
      onBytes: (bytes) => bytes >= 40_000 && stop.abort(new Error('stopped')),
    }),
    /stopped/,
  );
  assert.equal(statSync(`${to}.part`).size, 40_000);
  host.behaviour = {};
  await get();
  assertWhole();
  assert.deepEqual(host.asked, ['/model.onnx', '/model.onnx bytes=40000- if "old"']);
});

test('a part without a tag that is no beginning of the file costs one more time, no more', async () => {
  writeFileSync(`${to}.part`, new Uint8Array(1000));
  host.behaviour = { tag: null };
  await get();
  assertWhole();
  assert.deepEqual(host.asked, ['/model.onnx bytes=1000-', '/model.onnx']);
});

test('a weak tag is not relied on', async () => {
  host.behaviour = { cutAfter: 40_000, arrived, tag: 'W/"one"' };
  await get();
  assertWhole();
  assert.equal(host.asked[1], '/model.onnx bytes=40000-');
});

test('a host that knows no ranges is heard from the start', async () => {
  writeFileSync(`${to}.part`, content.subarray(0, 50_000));
  host.behaviour = { ignoreRanges: true };
  await get();
  assertWhole();
});

test('an answer for another range than was asked for is not used', async () => {
  writeFileSync(`${to}.part`, content.subarray(0, 50_000));
  host.behaviour = { wrongRange: true };
  await get();
  assertWhole();
  assert.deepEqual(host.asked, ['/model.onnx bytes=50000-', '/model.onnx']);
});

test('a host whose file ends before the part does is asked from the start (416)', async () => {
  writeFileSync(`${to}.part`, content.subarray(0, 50_000));
  const files = new Map(host.files);
  host.files.set('/model.onnx', content.subarray(0, 40_000));
  await assert.rejects(get(), error('download-failed', /another size/));
  host.files.set('/model.onnx', files.get('/model.onnx')!);
  assert.deepEqual(host.asked, ['/model.onnx bytes=50000-', '/model.onnx']);
  await get();
  assertWhole();
});

test('a part that is all there is only checked', async () => {
  writeFileSync(`${to}.part`, content);
  await get();
  assertWhole();
  assert.deepEqual(host.asked, []);
});

test('a part that is longer than the file is thrown away', async () => {
  writeFileSync(`${to}.part`, new Uint8Array(content.length + 1));
  await get();
  assertWhole();
  assert.deepEqual(host.asked, ['/model.onnx']);
});

test('a file with other bytes never gets its name, and leaves no part that would be gone on with', async () => {
  await assert.rejects(
    get({ sha256: 'ab'.repeat(32) }),
    error('download-failed', /not the one that Likeness knows/),
  );
  assert.ok(!existsSync(to));
  assert.equal(statSync(`${to}.part`).size, 0);
  assert.equal(host.asked.length, 1);
});

test('a page in place of the file, as a sign-in asks for, is told by its size', async () => {
  await assert.rejects(get({ bytes: content.length + 5 }), error('download-failed', /another size/));
});

test('each refusal has its sentence; only what may pass is tried again', async () => {
  for (const [status, message, tries] of [
    [404, /no longer has the file “model.onnx”/, 1],
    [403, /does not hand out/, 1],
    [503, /answers with an error \(503\)/, 2],
    [429, /answers with an error \(429\)/, 2],
  ] as const) {
    host.asked.length = 0;
    host.behaviour = { status };
    await assert.rejects(get(), error('download-failed', message));
    assert.equal(host.asked.length, tries, String(status));
  }
});

test('nobody at the address: said at once, with what to do', async () => {
  const gone = await openFileHost();
  await gone.close();
  await assert.rejects(
    get({ address: `${gone.origin}/model.onnx`, waitsMs: [1, 60_000] }),
    error('no-network', /127\.0\.0\.1:\d+ cannot be reached/),
  );
});

test('a connection that falls silent counts as cut', async () => {
  host.behaviour = { stall: true };
  const came = get({ stallMs: 60 });
  setTimeout(() => (host.behaviour = {}), 90);
  await came;
  assertWhole();
  assert.match(host.asked[1]!, /bytes=\d+-/);
});

test('stopping keeps what has come, and rejects with the reason', async () => {
  host.behaviour = { slow: { bytes: 10_000, ms: 5 } };
  const stop = new AbortController();
  const reason = new Error('the person said so');
  await assert.rejects(
    get({ signal: stop.signal, onBytes: (bytes) => bytes >= 30_000 && stop.abort(reason) }),
    reason,
  );
  assert.ok(!existsSync(to));
  const kept = statSync(`${to}.part`).size;
  assert.ok(kept >= 30_000 && kept < content.length);
  assert.deepEqual(readFileSync(`${to}.part`), Buffer.from(content.subarray(0, kept)));
});
