/**
 * Imports point one way. Two tables say which folder may import which, and which file is the door to a native
 * library; one loop over every import of the sources keeps them. A file that no row covers fails too.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');

/** Layer → the layers it may import, besides itself. Longest prefix wins. */
const layers: Record<string, readonly string[]> = {
  'src-main/contract/': [],
  'models/': ['src-main/contract/'],
  'training/': ['models/', 'src-main/contract/'],
  'src-main/store/': ['src-main/contract/', 'models/'],
  'src-main/jobs/': ['src-main/contract/', 'models/', 'src-main/store/'],
  ...Object.fromEntries(
    ['library', 'encode', 'search', 'people', 'duplicates', 'collections', 'learn'].map((service) => [
      `src-main/${service}/`,
      ['src-main/contract/', 'models/', 'src-main/store/', 'src-main/jobs/'],
    ]),
  ),
  // The composition roots: app.ts, engine.ts and what they are made of.
  'src-main/': [
    'src-main/contract/',
    'models/',
    'src-main/store/',
    'src-main/jobs/',
    'src-main/library/',
    'src-main/encode/',
    'src-main/search/',
    'src-main/people/',
    'src-main/duplicates/',
    'src-main/collections/',
    'src-main/learn/',
  ],
  ...Object.fromEntries(
    ['electron', 'web', 'cli'].map((host) => [
      `src-main/hosts/${host}/`,
      ['src-main/', 'src-main/contract/', 'src-main/jobs/'],
    ]),
  ),
  'src-renderer/layout/': [],
  'src-renderer/parts/': ['src-renderer/layout/', 'src-renderer/styles/', 'src-main/contract/'],
  'src-renderer/state/': ['src-renderer/layout/', 'src-main/contract/'],
  'src-renderer/screens/': [
    'src-renderer/',
    'src-renderer/parts/',
    'src-renderer/state/',
    'src-renderer/layout/',
    'src-main/contract/',
  ],
  'src-renderer/': [
    'src-renderer/parts/',
    'src-renderer/state/',
    'src-renderer/layout/',
    'src-renderer/screens/',
    'src-renderer/styles/',
    'src-main/contract/',
  ],
};

/** Single files with more rights than their folder: every one has its reason. */
const exceptions: Record<string, readonly string[]> = {
  // Words and the client are shared by all screens and states; they import the contract alone.
  'src-renderer/parts/': ['src-renderer/words.ts'],
  'src-renderer/state/': ['src-renderer/client.ts', 'src-renderer/words.ts'],
  'src-renderer/layout/': [],
};

/** Package, or scope of packages → the only places that may import it. */
const doors: Record<string, readonly string[]> = {
  electron: ['src-main/hosts/electron/'],
  'better-sqlite3': ['src-main/store/'],
  'onnxruntime-node': ['src-main/encode/session.ts', 'training/engines/'],
  '@tensorflow/*': ['training/engines/'],
  '@huggingface/*': ['models/json-tokenizer.ts'],
  sharp: ['models/pixels.ts', 'src-main/library/thumbnail.ts'],
  '@parcel/watcher': ['src-main/library/watch.ts'],
  exifreader: ['src-main/library/metadata', 'src-main/library/face-regions'],
  'ml-kmeans': ['src-main/collections/clusters'],
  trash: ['src-main/duplicates/system-bin'],
  'exiftool-vendored': ['src-main/people/write-names'],
  svelte: ['src-renderer/'],
};

interface Source {
  readonly path: string;
  readonly text: string;
}

function layerOf(path: string): string | null {
  const rows = Object.keys(layers).filter((prefix) => path.startsWith(prefix));
  return rows.sort((a, b) => b.length - a.length)[0] ?? null;
}

function importsOf({ path, text }: Source): string[] {
  const scripts = path.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '').join('\n')
    : text;
  return ts.preProcessFile(scripts, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Every import that breaks a table, as a sentence. */
function breaches(source: Source): string[] {
  const from = layerOf(source.path);
  if (from === null) return [`${source.path}: no row of the table covers it`];
  return importsOf(source).flatMap((name) => {
    if (name.startsWith('.')) {
      const target = normalize(join(dirname(source.path), name)).replaceAll('\\', '/');
      const to = layerOf(target);
      const allowed =
        to === from || (to !== null && layers[from]!.includes(to)) || exceptions[from]?.includes(target);
      if (target === 'package.json' || allowed) return [];
      return [`${source.path} (${from}) may not import ${target} (${to ?? 'no layer'})`];
    }
    const bare = name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/');
    const open = doors[bare] ?? doors[`${bare.split('/', 1)[0]}/*`];
    if (open && !open.some((door) => source.path.startsWith(door)))
      return [`${source.path} may not import ${bare}`];
    if (source.path.startsWith('src-renderer/') && name.startsWith('node:'))
      return [`${source.path} may not import ${name}`];
    return [];
  });
}

const sources: Source[] = globSync(
  ['src-main/**/*.ts', 'src-renderer/**/*.{ts,svelte}', 'models/**/*.ts', 'training/**/*.ts'],
  {
    cwd: root,
  },
).map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }));

test('imports point one way', () => {
  assert.ok(sources.length > 20, `only ${sources.length} sources were found`);
  assert.deepEqual(sources.flatMap(breaches), []);
});

test('a planted violation of every kind is caught', () => {
  const planted: Source[] = [
    { path: 'models/a.ts', text: "import { Store } from '../src-main/store/store.ts';" },
    { path: 'src-main/contract/a.ts', text: "import { x } from '../store/store.ts';" },
    { path: 'src-main/search/a.ts', text: "import type { X } from '../encode/text-encoder.ts';" },
    { path: 'src-main/jobs/a.ts', text: "export { x } from '../library/scan.ts';" },
    { path: 'src-main/library/a.ts', text: "const x = await import('../../training/train.ts');" },
    { path: 'src-main/hosts/web/a.ts', text: "import { x } from '../electron/main.ts';" },
    { path: 'src-main/app.ts', text: "import { x } from './hosts/cli/main.ts';" },
    {
      path: 'src-renderer/screens/A.svelte',
      text: '<script lang="ts">import x from "../../src-main/app.ts";</script>',
    },
    { path: 'src-renderer/parts/A.svelte', text: '<script lang="ts">import x from "../client.ts";</script>' },
    { path: 'src-renderer/state/a.ts', text: "import fs from 'node:fs';" },
    { path: 'src-main/library/b.ts', text: "import Database from 'better-sqlite3';" },
    { path: 'src-main/search/b.ts', text: "import * as ort from 'onnxruntime-node';" },
    { path: 'training/a.ts', text: "const tf = await import('@tensorflow/tfjs-core');" },
    { path: 'src-other/a.ts', text: '' },
  ];
  for (const source of planted) assert.equal(breaches(source).length, 1, `${source.path}: ${source.text}`);
});

test('the table of layers has no cycle', () => {
  const visit = (layer: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(layer), `a cycle: ${[...trail, layer].join(' → ')}`);
    // The window's own top level and its screens see each other: App draws screens, screens use client and words.
    for (const next of layers[layer]!) if (!next.startsWith('src-renderer/')) visit(next, [...trail, layer]);
  };
  for (const layer of Object.keys(layers)) visit(layer, []);
});
