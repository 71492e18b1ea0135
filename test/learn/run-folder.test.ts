import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropUnused, newRunFolder, takeRunFolder } from '../../src-main/learn/run-folder.ts';
import { temporaryFolder } from '../store/temporary-library.ts';

test('a new run’s folder is called by method and day, and never one that is there', () => {
  const runs = join(temporaryFolder(), 'library/runs');
  const day = new Date(2026, 0, 5, 23, 59);
  const names = [1, 2, 3].map(() => newRunFolder(runs, 'moco-v2', day));
  assert.deepEqual(names, [
    join(runs, 'moco-v2-2026-01-05'),
    join(runs, 'moco-v2-2026-01-05-2'),
    join(runs, 'moco-v2-2026-01-05-3'),
  ]);
});

test('a named folder may be new or empty; one with anything in it is refused', () => {
  const folder = temporaryFolder();
  const deep = join(folder, 'a/b');
  assert.equal(takeRunFolder(deep), deep);
  assert.equal(takeRunFolder(deep), deep);
  assert.throws(() => takeRunFolder(folder), { code: 'bad-input', message: /is not empty/ });
});

test('a folder goes again when nothing but our list is in it', () => {
  const [empty, listed, used] = ['a', 'b', 'c'].map((name) => join(temporaryFolder(), name)) as [
    string,
    string,
    string,
  ];
  for (const dir of [empty, listed, used]) mkdirSync(dir);
  for (const dir of [listed, used]) writeFileSync(join(dir, 'photos.jsonl'), '');
  writeFileSync(join(used, 'run.json'), '');
  for (const dir of [empty, listed, used]) dropUnused(dir);
  assert.deepEqual([empty, listed, used].map(existsSync), [false, false, true]);
});
