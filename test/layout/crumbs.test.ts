/** Paths as steps, for every system that Likeness runs on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { baseName, crumbs, folderOf } from '../../src-renderer/layout/crumbs.ts';

const names = (path: string) => crumbs(path).map(({ name }) => name);

test('a path is split at its folders, and its root is the first step', () => {
  assert.deepEqual(names('/home/ana/Pictures'), ['/', 'home', 'ana', 'Pictures']);
  assert.deepEqual(names('/'), ['/']);
  assert.deepEqual(names('C:\\Users\\Ana'), ['C:\\', 'Users', 'Ana']);
  assert.deepEqual(names('\\\\nas\\photos\\2024'), ['\\\\nas\\photos\\', '2024']);
});

test('each step carries the path that leads to it', () => {
  assert.deepEqual(
    crumbs('/home/ana').map(({ path }) => path),
    ['/', '/home', '/home/ana'],
  );
  assert.deepEqual(
    crumbs('D:\\Photos\\Sea').map(({ path }) => path),
    ['D:\\', 'D:\\Photos', 'D:\\Photos\\Sea'],
  );
});

test('the last step of any POSIX path is the path itself, and names may hold anything but a slash', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((one) => !/[/\\]/.test(one));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (parts) => {
      const path = `/${parts.join('/')}`;
      assert.deepEqual(names(path), ['/', ...parts]);
      assert.equal(crumbs(path).at(-1)?.path, path);
      assert.equal(baseName(path), parts.at(-1));
    }),
  );
});

test('a file lies in the step before its own', () => {
  assert.equal(folderOf('/home/ana/a.jpg'), '/home/ana');
  assert.equal(folderOf('/a.jpg'), '/');
  assert.equal(folderOf('C:\\a.jpg'), 'C:\\');
});
