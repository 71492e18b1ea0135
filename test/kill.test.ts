/**
 * The promise behind every indexing: kill -9 of the program or of its engine at any moment loses nothing,
 * corrupts nothing, and makes nothing twice that had been kept.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLibrary, openLibraryReader } from '../src-main/store/open.ts';

const root = join(import.meta.dirname, '..');
const archive = join(root, '../shared/photos/flickr8k/dev/photos.tar');
const reason =
  process.platform === 'win32' ? 'no kill -9 here' : existsSync(archive) ? false : 'no ../shared here';
const kills = 20;
const photos = 1000;

let dir: string;
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-kill-'));
});
after(() => rmSync(dir, { recursive: true, force: true }));

/** mulberry32: the same moments in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function startIndexing(library: string, folder: string): ChildProcess {
  const script = join(root, 'scripts/likeness.mjs');
  return spawn(process.execPath, [script, '--library', library, '--json', 'index', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Processes of the engine that `pid` started. */
function childrenOf(pid: number): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split(/\s+/)
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Photos that can be shown, asked beside whoever holds the library; 0 while there is none. */
function kept(library: string): number {
  if (!existsSync(join(library, 'library.db'))) return 0;
  try {
    const reader = openLibraryReader(library);
    try {
      return reader.photos.tallies().ready;
    } finally {
      reader.close();
    }
  } catch {
    return 0; // Its tables are being made.
  }
}

/** A random moment: every third one while the program starts, the others after a random number of further photos. */
async function randomMoment(library: string, over: Promise<unknown>, random: () => number): Promise<void> {
  let running = true;
  void over.then(() => (running = false));
  if (random() < 1 / 3) {
    await Promise.race([over, pause(random() * 1000)]);
    return;
  }
  const target = kept(library) + Math.floor(random() * 80);
  while (running && kept(library) < target) await pause(20);
  await pause(random() * 100);
}

test(
  `killed ${kills} times while indexing ${photos} photos, every photo is there once`,
  { skip: reason, timeout: 600_000 },
  async () => {
    const folder = join(dir, 'photos');
    const library = join(dir, 'library');
    mkdirSync(folder);
    execFileSync('tar', ['xf', archive, '-C', folder]);
    assert.equal(readdirSync(folder).length, photos);
    const random = seeded(9);

    let killedMain = 0;
    let killedEngine = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const run = startIndexing(library, folder);
      const over = ended(run);
      await randomMoment(library, over, random);
      const engine = run.exitCode === null ? childrenOf(run.pid!)[0] : undefined;
      if (kill % 2 === 0 || engine === undefined) {
        run.kill('SIGKILL');
        killedMain += 1;
        await over;
      } else {
        process.kill(engine, 'SIGKILL');
        killedEngine += 1;
        await pause(200 + random() * 600);
        run.kill('SIGKILL');
        await over;
      }
    }
    const before = kept(library);
    assert.ok(before > 0 && before < photos, `${before} photos were kept before the last run`);

    const last = startIndexing(library, folder);
    let answer = '';
    last.stdout!.on('data', (chunk) => (answer += String(chunk)));
    assert.equal(await ended(last), 0, answer);
    const report = JSON.parse(answer) as { photos: number; failed: unknown[] };
    assert.equal(report.photos, photos);
    assert.deepEqual(report.failed, []);

    const store = openLibrary(library);
    try {
      assert.deepEqual(store.integrity(), { ok: true, details: [] });
      const timeline = store.photos.timeline();
      assert.equal(timeline.length, photos);
      assert.equal(new Set(timeline.id).size, photos);
      const contents = new Set(timeline.contentId).size;
      const encoder = store.settings.encoder();
      for (const output of ['features', 'embedding'] as const)
        assert.equal(store.vectors.count(encoder, output), contents);
      // Every write of a vector takes a new number: more numbers than vectors would mean that one was made twice.
      const numbers = ['features', 'embedding'] as const;
      const highest = Math.max(
        ...numbers.map((output) => store.vectors.since(encoder, output, 0, photos * 2).at(-1)!.seq),
      );
      assert.equal(highest, contents * 2, 'a content was encoded again although its vectors had been kept');
      console.log(
        `killed main ${killedMain} times and the engine ${killedEngine} times; ${before} of ${photos} photos were kept before the last run`,
      );
    } finally {
      store.close();
    }
    const parts = readdirSync(join(library, 'thumbnails'), { recursive: true }).map(String);
    const whole = parts.filter((name) => name.endsWith('.jpg'));
    for (const name of whole.slice(0, 50)) {
      const bytes = readFileSync(join(library, 'thumbnails', name));
      assert.equal(bytes.readUInt16BE(bytes.length - 2), 0xffd9, `${name} is cut off`);
    }
  },
);
