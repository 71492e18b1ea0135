/**
 * The promise behind learning: kill -9 at any moment, while it learns, while an encoder is prepared, in the middle of a switch,
 * leaves a sound library with exactly one encoder in use, of which every photo has its vectors; and the run goes on.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { createApp } from '../src-main/app.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { openLibrary } from '../src-main/store/open.ts';
import { temporaryFolder } from './store/temporary-library.ts';
import { writeEncoder } from './training/adapt/adapters.ts';
import { drawPictures } from './training/drawn-pictures.ts';

const skip = process.platform === 'win32' ? 'no kill -9 here' : false;
const kills = 20;
/** Of these, so many while it learns. */
const killsWhileLearning = 2;

const folder = temporaryFolder();
const library = join(folder, 'library');
let base: string;
let baseId: string;

before(async () => {
  base = await writeEncoder(folder, { worded: true });
  await drawPictures(join(folder, 'pictures'), 10);
  const app = createApp({
    library,
    native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
    startChild: forkChild,
    built: folder,
    builtInEncoder: base,
  });
  const { job } = await app.call('folders.add', { paths: [join(folder, 'pictures')] });
  await app.indexed(job.id);
  baseId = (await app.call('status', {})).encoder!.id;
  await app.close();
});

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

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts the program; tells what it says, and when it has ended. */
function start(end = '') {
  const script = join(import.meta.dirname, 'learn', 'drive-runs.ts');
  const child = spawn(process.execPath, [script, library, base, end], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said: string[] = [];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.push(...text.trim().split('\n'));
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  /** Until it says one of some words, or has ended. */
  const until = (...words: string[]) => {
    const heard = new Promise<void>((resolve) => {
      const check = () => {
        if (said.some((word) => words.includes(word))) resolve();
      };
      listeners.add(check);
      check();
    });
    return Promise.race([heard, ended]);
  };
  return { child, said, ended, until };
}

/** What must hold whenever the program is not running. @returns the run's encoder, once it has one. */
function checkLibrary(): { inUse: string; learned: string | null } {
  const store = openLibrary(library);
  try {
    assert.deepEqual(store.integrity(), { ok: true, details: [] });
    const runs = store.runs.list();
    assert.ok(runs.length <= 1, `${runs.length} runs`);
    const learned = runs[0]?.result?.encoder ?? null;
    const inUse = store.settings.encoder();
    assert.ok(inUse === baseId || inUse === learned, `${inUse} is in use`);
    assert.equal(store.vectors.missingCount(inUse), 0, 'a photo lacks vectors of the encoder in use');
    assert.deepEqual(
      store.encoderChoice.earlier().filter((id) => id === inUse),
      [],
    );
    if (inUse !== baseId) assert.ok(store.encoderChoice.earlier().includes(baseId), 'there is no way back');
    if (learned !== null)
      assert.ok(existsSync(join(library, 'runs', String(runs[0]!.id), 'encoder', 'encoder.json')));
    // The next start has to prepare it anew.
    if (learned !== null && inUse === baseId) {
      store.encoderChoice.forget(learned);
      while (store.vectors.dropSome());
    }
    return { inUse, learned };
  } finally {
    store.close();
  }
}

test(
  `killed ${kills} times while it learns, prepares, switches and goes back, one encoder is whole`,
  { skip, timeout: 300_000 },
  async () => {
    const random = seeded(7);
    const moments: Record<string, number> = {};
    const found = new Set<string>();
    for (let kill = 0; kill < kills; kill++) {
      // The last of the first ones lets it learn to an early end.
      const learning = kill < killsWhileLearning;
      const { child, said, ended, until } = start(kill === killsWhileLearning ? 'finish' : '');
      if (kill === killsWhileLearning) await until('learned');
      else if (kill % 5 === 4) await pause(random() * 600);
      else await until(learning ? (kill === 1 ? 'look' : 'open') : random() < 0.5 ? 'preparing' : 'applied');
      await pause(random() * (learning ? 800 : 150));
      child.kill('SIGKILL');
      await ended;
      const last = said.at(-1) ?? 'starting';
      moments[last] = (moments[last] ?? 0) + 1;
      found.add(checkLibrary().inUse);
    }
    const last = start('finish');
    assert.equal(await last.ended, 0);
    const { inUse, learned } = checkLibrary();
    assert.equal(inUse, baseId);
    assert.notEqual(learned, null);
    assert.equal(found.size, 2, 'the kills met the library with one encoder only');
    console.log(
      `killed after: ${Object.entries(moments)
        .map((entry) => entry.join(' '))
        .join(', ')}`,
    );
  },
);
