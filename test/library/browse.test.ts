import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { after, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { browse } from '../../src-main/library/browse.ts';
import { suggestFolders } from '../../src-main/library/suggest-folders.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'likeness-browse-')));
after(() => rmSync(dir, { recursive: true, force: true }));
const home = join(dir, 'home');
for (const folder of ['Pictures/10', 'Pictures/2', 'Pictures/.hidden', 'Pictures/@eaDir', 'DCIM', 'Videos'])
  mkdirSync(join(home, folder), { recursive: true });
for (const file of [
  'Pictures/a.jpg',
  'Pictures/b.txt',
  'Pictures/2/c.png',
  'DCIM/1.jpg',
  'DCIM/2.jpg',
  'DCIM/3.jpg',
])
  writeFileSync(join(home, file), 'x');

test('a folder shows its folders in the order people count, and how many pictures lie in it', async () => {
  const pictures = join(home, 'Pictures');
  assert.deepEqual(await browse(pictures), {
    path: pictures,
    parent: home,
    folders: ['2', '10'].map((name) => ({ path: join(pictures, name), name })),
    pictures: 1,
  });
});

test('the top of a disk has no parent, and no path means the home folder', async () => {
  const { root } = parse(dir);
  assert.equal((await browse(root)).parent, null);
  assert.equal((await browse()).path, realpathSync(homedir()));
});

test('what is no folder is refused in words', async () => {
  await assert.rejects(browse(join(home, 'gone')), LikenessError);
  await assert.rejects(browse(join(home, 'DCIM', '1.jpg')), LikenessError);
});

test('likely folders of the home are suggested, the fullest first', async () => {
  assert.deepEqual(await suggestFolders(home), [
    { path: join(home, 'DCIM'), name: 'DCIM', pictures: 3 },
    { path: join(home, 'Pictures'), name: 'Pictures', pictures: 2 },
  ]);
  assert.deepEqual(await suggestFolders(join(home, 'Videos')), []);
});
