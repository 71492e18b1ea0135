/** kill -9 of a program that looks for faces, at any moment: photos in flight are looked at again, nothing else is lost or done twice. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import type { PeopleReport } from '../../src-main/contract/people.ts';
import { People } from '../../src-main/people/people.ts';
import { openLibrary } from '../../src-main/store/open.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-kill-people-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const library = join(dir, 'library');
const photos = join(dir, 'photos');
const model = 'faces-by-name';
const count = 60;
const kills = 6;

/** Faces whose pictures the engine has written: it does so before it answers. */
function pictures(): number {
  const folder = join(library, 'faces');
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

/** @param killAt  killed once so many pictures are there. @returns what it printed; null when it was killed. */
function run(killAt: number | null): Promise<string | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'people-child.ts'), library, photos], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  const timer = setInterval(() => {
    if (killAt !== null && pictures() >= killAt) child.kill('SIGKILL');
  }, 5);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearInterval(timer);
      resolve(code === 0 ? printed : null);
    }),
  );
}

/** What is kept between two runs; the library is sound. */
function kept(): { looked: number; faces: number; named: number } {
  const store = openLibrary(library);
  try {
    assert.deepEqual(store.integrity().details, []);
    const { people, groups } = store.people.cards.list();
    const named = people.find(({ name }) => name === 'Ana')?.faces ?? 0;
    // As soon as there is a group somebody names it: decisions outlive the kills, too.
    const [group] = groups;
    if (named === 0 && group) new People(store.people, () => {}).name(group.id, 'Ana');
    return { looked: store.people.faces.lookedCount(model), faces: store.people.lists.counts().all, named };
  } finally {
    store.close();
  }
}

const skip = process.platform === 'win32' ? 'no kill -9 here' : false;
test(
  'killed again and again, every photo is looked at in the end and nothing is there twice',
  { skip },
  async () => {
    mkdirSync(photos);
    for (let i = 0; i < count; i++) {
      const background = { r: (i * 4) % 256, g: (i * 37) % 256, b: 255 - i };
      const file = join(
        photos,
        `slow ${'abcdefghij'[i % 10]}${'abcdefghij'[Math.floor(i / 10)]} ${1 + (i % 3)}.jpg`,
      );
      await sharp({ create: { width: 40, height: 30, channels: 3, background } })
        .jpeg()
        .toFile(file);
    }
    let before = { looked: 0, faces: 0, named: 0 };
    let cut = 0;
    for (let i = 0; i < kills; i++) {
      if ((await run(Math.ceil(((i + 0.5) * count) / kills))) === null) cut += 1;
      const now = kept();
      assert.ok(now.looked >= before.looked, `${now.looked} looked at, ${before.looked} before`);
      assert.equal(now.faces, now.looked, 'one face a photo');
      assert.ok(now.named >= before.named);
      before = now;
    }
    const report = JSON.parse((await run(null))!) as PeopleReport;
    const paths = report.people.flatMap(({ faces }) => faces.map(({ path }) => path));
    assert.deepEqual([paths.length, new Set(paths).size, report.unassigned.length], [count, count, 0]);
    assert.equal(report.people.length, 3);
    // Named between two runs once more: her faces stay hers.
    kept();
    const end = kept();
    assert.deepEqual([end.looked, end.faces], [count, count]);
    assert.ok(cut >= kills / 2, `${cut} runs were cut short`);
  },
);
