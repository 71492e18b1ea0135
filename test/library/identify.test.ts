import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { limits } from '../../src-main/contract/limits.ts';
import { identify } from '../../src-main/library/identify.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-identify-'));
after(() => rmSync(dir, { recursive: true, force: true }));

async function code(path: string): Promise<string> {
  const thrown: unknown = await identify(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof LikenessError, String(thrown));
  return thrown.code;
}

test('a file’s name is the SHA-256 of its bytes, at any length', async () => {
  for (const length of [0, 1, 1024 * 1024 - 1, 1024 * 1024, 3 * 1024 * 1024 + 7]) {
    const bytes = Buffer.alloc(length, 'photo');
    const path = join(dir, `${length}.jpg`);
    writeFileSync(path, bytes);
    const hash = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(await identify(path), { hash, sizeBytes: length });
  }
});

test('what is no file, is not there, or is too large is refused', async () => {
  assert.equal(await code(dir), 'unreadable-photo');
  assert.equal(await code(join(dir, 'gone.jpg')), 'not-found');
  const huge = join(dir, 'huge.jpg');
  writeFileSync(huge, '');
  truncateSync(huge, limits.photoBytes + 1);
  assert.equal(await code(huge), 'unreadable-photo');
});

test('a file that is written to meanwhile is refused', async () => {
  const path = join(dir, 'growing.jpg');
  writeFileSync(path, Buffer.alloc(8 * 1024 * 1024));
  const identified = identify(path);
  const grow = setInterval(() => writeFileSync(path, 'more', { flag: 'a' }), 0);
  await assert.rejects(identified, /still being written/).finally(() => clearInterval(grow));
});
