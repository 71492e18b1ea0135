import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LikenessError, systemError, toErrorData } from '../../src-main/contract/errors.ts';

test('an error for people keeps its code and both sentences', () => {
  const error = new LikenessError('photo-gone', 'This photo is no longer in the library.', 'Look again.');
  assert.deepEqual(toErrorData(error), {
    code: 'photo-gone',
    message: 'This photo is no longer in the library.',
    hint: 'Look again.',
  });
});

test('the file system’s own errors become sentences that name the file', () => {
  let thrown: unknown;
  try {
    readFileSync('/nowhere/at all.jpg');
  } catch (error) {
    thrown = error;
  }
  const error = systemError(thrown);
  assert.equal(error?.code, 'not-found');
  assert.match(error.message, /“\/nowhere\/at all\.jpg” does not exist/);
});

for (const [code, expected] of Object.entries({
  ENOSPC: 'disk-full',
  SQLITE_FULL: 'disk-full',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  ENAMETOOLONG: 'path-too-long',
  ENOTDIR: 'not-a-folder',
})) {
  test(`${code} is told as ${expected}`, () => {
    const data = toErrorData(Object.assign(new Error(code), { code, path: '/photos' }));
    assert.equal(data.code, expected);
    assert.match(data.hint, /\.$/);
  });
}

test('a fault of the program says that it is one', () => {
  assert.equal(toErrorData(new TypeError('x is not a function')).code, 'internal');
  assert.equal(toErrorData('a string').code, 'internal');
  assert.equal(systemError(new Error('plain')), null);
  assert.equal(systemError(new DOMException('stopped', 'AbortError')), null);
});
