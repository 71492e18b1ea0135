/** What every source file keeps to: a length that is read in one sitting, names that say something, no left-over marks. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const files = globSync(
  ['{src-main,src-renderer,models,training,test,bench,scripts}/**/*.{ts,svelte,css,mjs}'],
  { cwd: root },
)
  .filter((path) => !path.includes('node_modules'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('no file is longer than 400 lines', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 400).map(({ path }) => path);
  assert.deepEqual(long, []);
});

test('no file is called utils, helpers, common or manager', () => {
  const vague = files
    .map(({ path }) => path)
    .filter((path) => /^(utils?|helpers?|common|.*manager)\.\w+$/i.test(basename(path)));
  assert.deepEqual(vague, []);
});

test('sources are kebab-case, components PascalCase', () => {
  const odd = files
    .map(({ path }) => path)
    .filter((path) =>
      path.endsWith('.svelte')
        ? !/^[A-Z][A-Za-z]+\.svelte$/.test(basename(path))
        : !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|svelte|d|config))?\.(ts|css|mjs)$/.test(basename(path)),
    );
  assert.deepEqual(odd, []);
});

test('no left-over marks and no test that is narrowed to itself', () => {
  const marks = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK', String.raw`\.on` + String.raw`ly\(`].join('|'),
  );
  assert.deepEqual(
    files.filter(({ text }) => marks.test(text)).map(({ path }) => path),
    [],
  );
});
