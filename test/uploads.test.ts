import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LikenessError } from '../src-main/contract/errors.ts';
import { Uploads } from '../src-main/uploads.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-uploads-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const stream = (...chunks: Uint8Array[]) =>
  new Blob(chunks as Uint8Array<ArrayBuffer>[]).stream() as ReadableStream<Uint8Array>;

test('a photo that was dropped in stands in a file until the program ends', async () => {
  const uploads = new Uploads(dir);
  const token = await uploads.add(stream(new Uint8Array([1, 2]), new Uint8Array([3])));
  assert.match(token, /^[0-9a-f]{32}$/);
  assert.deepEqual([...readFileSync(uploads.pathOf(token))], [1, 2, 3]);
  await uploads.close();
  assert.deepEqual(readdirSync(dir), []);
});

test('what a killed program left behind is swept at the next start', async () => {
  writeFileSync(join(dir, 'left-over'), 'x');
  const uploads = new Uploads(dir);
  await uploads.add(stream(new Uint8Array([1])));
  assert.ok(!existsSync(join(dir, 'left-over')));
});

test('a token that was made up leads nowhere', async () => {
  const uploads = new Uploads(dir);
  await uploads.add(stream(new Uint8Array([1])));
  for (const token of ['', '../library.db', 'x'.repeat(32), 'A'.repeat(32)])
    assert.throws(
      () => uploads.pathOf(token),
      (error: unknown) => error instanceof LikenessError && error.code === 'not-found',
    );
});

test('a photo over the bound is refused and leaves nothing behind', async () => {
  const maxBytes = 8 * 1024 * 1024;
  const uploads = new Uploads(dir, { maxBytes });
  const megabyte = new Uint8Array(1024 * 1024);
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += megabyte.length;
      controller.enqueue(megabyte);
    },
  });
  await assert.rejects(
    uploads.add(endless),
    (error: unknown) => error instanceof LikenessError && error.code === 'bad-input',
  );
  assert.ok(sent < 2 * maxBytes);
  assert.deepEqual(readdirSync(dir), []);
});

test('no body at all is a slip with a sentence', async () => {
  await assert.rejects(
    new Uploads(dir).add(null),
    (error: unknown) => error instanceof LikenessError && error.code === 'bad-input',
  );
});
