/** kill -9 of a program that looks for duplicates, at any moment: it goes on, and finds what an undisturbed one finds. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLibrary } from '../../src-main/store/open.ts';
import { drawnPicture, settled } from './pictures.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-kill-duplicates-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const photos = join(dir, 'photos');
const kills = 5;

/** @param killMs  killed so long after the photos were indexed. @returns what it found; null when it was killed. */
function run(library: string, killMs: number | null): Promise<string | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'duplicates-child.ts'), library, photos], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => {
    const before = printed.length;
    printed += bytes.toString();
    if (before === 0 && killMs !== null) setTimeout(() => child.kill('SIGKILL'), killMs);
  });
  return new Promise((resolve) =>
    child.once('close', (code) => resolve(code === 0 ? printed.slice(printed.indexOf('\n') + 1) : null)),
  );
}

const skip = process.platform === 'win32' ? 'no kill -9 here' : false;
test('killed again and again, it finds the same in the end', { skip, timeout: 200_000 }, async () => {
  mkdirSync(photos);
  for (let seed = 0; seed < 8; seed++) {
    const drawn = await settled(drawnPicture(seed, { width: 320, height: 240 }));
    const file = (name: string) => join(photos, `${seed} ${name}.jpg`);
    await drawn.clone().jpeg({ quality: 95 }).toFile(file('as it is'));
    await drawn.clone().resize(200).jpeg({ quality: 70 }).toFile(file('small'));
    await drawn.clone().flop().jpeg().toFile(file('mirrored'));
    await drawn
      .clone()
      .extract({ left: 30, top: 20, width: 250, height: 190 })
      .jpeg()
      .toFile(file('cropped'));
  }
  const undisturbed = await run(join(dir, 'undisturbed'), null);
  assert.ok(undisturbed && JSON.parse(undisturbed).length >= 16);
  const library = join(dir, 'library');
  let cut = 0;
  for (let i = 0; i < kills; i++) {
    if ((await run(library, 60 + i * 350)) === null) cut += 1;
    const store = openLibrary(library);
    assert.deepEqual(store.integrity().details, []);
    store.close();
  }
  assert.equal(await run(library, null), undisturbed);
  assert.ok(cut >= 2, `${cut} runs were cut short`);
});
