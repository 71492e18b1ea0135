import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { watchFolder } from '../../src-main/library/watch.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'likeness-watch-')));
after(() => rmSync(dir, { recursive: true, force: true }));

test('a folder that cannot be watched says why and stays quiet', async () => {
  const watcher = await watchFolder(join(dir, 'gone'), () => assert.fail('nothing can change there'));
  assert.ok(watcher.reason && watcher.reason.length > 3);
  await watcher.close();
});

test('many new photos are told once, after they have come; other files are not told', async () => {
  let told = 0;
  let tell: () => void = () => {};
  const watcher = await watchFolder(dir, () => {
    told += 1;
    tell();
  });
  assert.equal(watcher.reason, null);
  writeFileSync(join(dir, 'notes.txt'), 'x');
  for (const ours of ['library.db-wal', `${'a'.repeat(64)}.256.jpg`]) writeFileSync(join(dir, ours), 'x');
  mkdirSync(join(dir, 'in'));
  const changed = new Promise<void>((resolve) => (tell = resolve));
  for (let photo = 0; photo < 30; photo += 1) writeFileSync(join(dir, 'in', `${photo}.jpg`), 'x');
  await changed;
  assert.equal(told, 1);
  await watcher.close();
  writeFileSync(join(dir, 'after.jpg'), 'x');
  assert.equal(told, 1);
});
