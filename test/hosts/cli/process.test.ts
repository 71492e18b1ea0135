/** The real command line as a program, on a real library of made pictures: what a shell and a script see of it. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import type { Status } from '../../../src-main/contract/api.ts';
import type { IndexReport } from '../../../src-main/contract/jobs.ts';
import { openLibrary } from '../../../src-main/store/open.ts';

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'scripts/likeness.mjs');
const folder = mkdtempSync(join(tmpdir(), 'likeness-process-'));
const library = join(folder, 'library');
const pictures = join(folder, 'pictures');
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function likeness(args: readonly string[], node = process.execPath): Promise<Ended> {
  return new Promise((resolve) => {
    const all = [script, '--library', library, ...args];
    const child = execFile(node, all, { cwd: folder }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** The one JSON document on stdout of a command that does what it should. */
async function answer<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await likeness(['--json', ...args]);
  assert.equal(code, 0, stderr + stdout);
  return JSON.parse(stdout) as T;
}

const paint = (name: string, background: string) =>
  sharp({ create: { width: 200, height: 150, channels: 3, background } })
    .jpeg()
    .toFile(join(pictures, name));

before(async () => {
  mkdirSync(pictures);
  await paint('sunset.jpg', '#e72');
  await paint('sea.jpg', '#06a');
  await paint('meadow with a very long name.jpg', '#4a2');
  writeFileSync(join(pictures, 'broken.jpg'), 'not a picture');
  writeFileSync(join(pictures, 'later.heic'), 'ftypheic');
});

test('an empty library answers everything, with nothing', async () => {
  const status = await answer<Status>(['status']);
  assert.deepEqual([status.photos, status.host, status.library], [0, 'cli', library]);
  const found = await answer<{ results: unknown[]; total: number }>(['search', 'dogs']);
  assert.deepEqual([found.results, found.total], [[], 0]);
});

test('index, then index again: the second finds nothing new', async () => {
  const first = await answer<IndexReport>(['index', 'pictures']);
  assert.deepEqual(
    [first.added, first.photos, first.failed.length, first.unsupported],
    [3, 3, 1, { HEIC: 1 }],
  );
  assert.deepEqual(
    first.failed.map(({ path }) => path),
    [join(pictures, 'broken.jpg')],
  );
  const second = await answer<IndexReport>(['index', 'pictures']);
  assert.deepEqual([second.added, second.updated, second.photos], [0, 0, 3]);
});

test('search and similar answer absolute paths, best first', async () => {
  interface Results {
    readonly results: { path: string; score: number; relevance: number }[];
    readonly total: number;
    readonly encoder: string;
  }
  for (const args of [
    ['search', 'the sea'],
    ['similar', 'pictures/sea.jpg'],
  ]) {
    const { results, total } = await answer<Results>(args);
    assert.ok(total > 0 && results.length === total, args.join(' '));
    assert.deepEqual(
      results,
      results.toSorted((a, b) => b.score - a.score),
    );
    for (const result of results) {
      assert.ok(result.path.startsWith(pictures));
      assert.deepEqual(Object.keys(result), ['path', 'score', 'relevance']);
      assert.ok(result.relevance >= 0 && result.relevance <= 1);
    }
  }
  const outside = join(folder, 'outside.jpg');
  copyFileSync(join(pictures, 'sea.jpg'), outside);
  const { results } = await answer<Results>(['similar', outside, '--limit', '1']);
  assert.equal(results[0]?.path, join(pictures, 'sea.jpg'));
});

test('photo knows a photo of the library and one outside it', async () => {
  const inside = await answer<{ width: number; state: string; hash: string }>(['photo', 'pictures/sea.jpg']);
  assert.deepEqual([inside.width, inside.state, inside.hash.length], [200, 'ready', 64]);
  const outside = await answer<{ id: null; height: number; hash: string }>(['photo', 'outside.jpg']);
  assert.deepEqual([outside.id, outside.height, outside.hash], [null, 150, inside.hash]);
});

test('embed agrees with itself: the file alone, in a list from stdin, and in a NumPy file', async () => {
  interface Embedded {
    readonly dim: number;
    readonly count: number;
    readonly failed: number;
    readonly vectors: (number[] | null)[];
  }
  const one = await answer<Embedded>(['embed', 'pictures/sea.jpg', '--text', 'the sea']);
  assert.deepEqual([one.count, one.failed, one.vectors.length], [2, 0, 2]);
  for (const vector of one.vectors)
    assert.ok(Math.abs(vector!.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-3, 'unit length');

  const child = spawn(
    process.execPath,
    [script, '--library', library, '--json', 'embed', '--photos-from', '-', '--npy', 'out.npy'],
    {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  child.stdin.end('pictures/broken.jpg\npictures/sea.jpg\n');
  const stdout = (await child.stdout.toArray()).join('');
  const { failed, count } = JSON.parse(stdout) as Embedded;
  assert.deepEqual([failed, count], [1, 2]);
  const npy = readFileSync(join(folder, 'out.npy'));
  const start = 10 + npy.readUInt16LE(8);
  assert.ok(Number.isNaN(npy.readFloatLE(start)));
  const row = Array.from({ length: one.dim }, (_, i) => npy.readFloatLE(start + 4 * (one.dim + i)));
  assert.ok(row.every((x, i) => Math.abs(x - one.vectors[0]![i]!) < 1e-6));
});

test('models list and verify know the built-in encoder, doctor the database', async () => {
  const { models } = await answer<{ models: { id: string; active: boolean; bytes: number }[] }>([
    'models',
    'list',
  ]);
  assert.ok(models.some(({ active, bytes }) => active && bytes > 1e6));
  const verified = await answer<{ models: { ok: boolean }[] }>(['models', 'verify']);
  assert.ok(verified.models.every(({ ok }) => ok));
  const doctor = await answer<{ integrity: { ok: boolean }; providers: { name: string; works: boolean }[] }>([
    'doctor',
  ]);
  assert.equal(doctor.integrity.ok, true);
  assert.ok(doctor.providers.some(({ name, works }) => name === 'cpu' && works));
});

test('bad input is a sentence and the right code', async () => {
  const cases: [args: string[], code: number, error: string][] = [
    [['index', 'no-such-folder'], 1, 'not-found'],
    [['index', 'pictures/sea.jpg'], 1, 'not-a-folder'],
    [['index', `/${'x'.repeat(300)}`], 1, 'path-too-long'],
    [['photo', 'no-such.jpg'], 1, 'not-found'],
    [['similar', 'pictures/broken.jpg'], 1, 'unreadable-photo'],
    [['embed', 'pictures/sea.jpg', '--encoder', 'nobody'], 1, 'not-found'],
    [['search', ''], 2, 'bad-input'],
    [['search', 'x', '--limit', '-1'], 2, 'bad-input'],
    [['frobnicate'], 2, 'bad-input'],
  ];
  for (const [args, code, error] of cases) {
    const ended = await likeness(['--json', ...args]);
    const data = JSON.parse(ended.stdout) as { error: { code: string; message: string; hint: string } };
    assert.deepEqual([ended.code, data.error.code], [code, error], args.join(' ').slice(0, 60));
    assert.ok(data.error.message.length > 10 && data.error.hint.length > 10, data.error.message);
  }
});

test('a library that is open elsewhere is refused with the one that has it', async () => {
  const store = openLibrary(library);
  const { code, stdout } = await likeness(['--json', 'status']);
  store.close();
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
  assert.deepEqual([code, error.code], [1, 'library-in-use']);
  assert.match(error.message, new RegExp(`process ${process.pid}`));
});

const skipWindows = process.platform === 'win32' ? 'signals and pipes are a shell’s of Unix' : false;

test('a reader that leaves early is no fault', { skip: skipWindows }, async () => {
  const command = `"${process.execPath}" "${script}" --help | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await new Promise<Ended>((resolve) => {
    execFile('bash', ['-c', command], (_error, out, err) => resolve({ code: 0, stdout: out, stderr: err }));
  });
  assert.match(stdout, /^Likeness finds photos[^\n]*\n0\n$/);
  assert.equal(stderr, '');
});

test('Ctrl+C puts an index down, and the next one goes on from there', { skip: skipWindows }, async () => {
  const many = join(folder, 'many');
  mkdirSync(many);
  for (let i = 0; i < 120; i++)
    await sharp({ create: { width: 640, height: 480, channels: 3, background: { r: i, g: 255 - i, b: 90 } } })
      .jpeg()
      .toFile(join(many, `${i}.jpg`));
  const child = spawn(process.execPath, [script, '--library', library, '--json', 'index', many], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = child.stdout.toArray();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // It has begun when the library is taken; interrupted at any later moment it has to end in the same way.
  while (!existsSync(join(library, 'library-owner.json')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGINT');
  assert.equal(await ended, 1);
  const { error } = JSON.parse((await out).join('')) as {
    error: { code: string; message: string; hint: string };
  };
  assert.equal(error.code, 'cancelled');
  assert.match(error.hint, /same command again/);
  const report = await answer<IndexReport>(['index', many]);
  assert.equal(report.photos, 3 + 120);
});

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (path) => existsSync(path) && path !== process.execPath,
);

test(
  'an older Node hands over to the one that npm brought',
  { skip: oldNode ? false : 'no other Node is installed' },
  async () => {
    const { code, stdout } = await likeness(['--version'], oldNode);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  },
);
