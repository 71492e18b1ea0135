/** A run as one file: what is brought in is believed in nothing. */
import assert from 'node:assert/strict';
import {
  cpSync,
  createWriteStream,
  mkdirSync,
  readFileSync,
  readdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { before, test } from 'node:test';
import * as tar from 'tar-stream';
import type { LearnResult, LearnWish, Run } from '../../src-main/contract/learn.ts';
import { exportRun, importRun } from '../../src-main/learn/run-file.ts';
import type { Runs } from '../../src-main/learn/runs.ts';
import type { NewRun } from '../../src-main/store/runs.ts';
import { temporaryFolder } from '../store/temporary-library.ts';
import { writeEncoder } from '../training/adapt/adapters.ts';

const folder = temporaryFolder();
const dir = join(folder, 'run');
const wish: LearnWish = {
  from: { kind: 'folders', folders: ['/home/ana/Pictures/At the clinic'] },
  goal: 'likeness',
  start: 'adapter',
  classes: false,
  minutes: 20,
  engine: 'auto',
  seed: 1,
  options: {},
};
let run: Run;
let whole: readonly Entry[];

interface Entry {
  readonly name: string;
  readonly body: Buffer;
  readonly type?: tar.Headers['type'];
}

before(async () => {
  const encoder = await writeEncoder(folder, { worded: true });
  mkdirSync(dir);
  cpSync(encoder, join(dir, 'encoder'), { recursive: true });
  const { id } = JSON.parse(readFileSync(join(encoder, 'encoder.json'), 'utf8')) as { id: string };
  const result: LearnResult = {
    method: 'simclr',
    start: 'adapter',
    goal: 'likeness',
    base: 'base-00000000',
    encoder: id,
    engine: 'cpu',
    device: 'processor',
    photos: { learned: 90, heldOut: 10 },
    steps: 100,
    passes: 2.5,
    compared: [
      {
        what: 'half',
        title: 'a photo by half of itself',
        queries: 10,
        before: 0.5,
        after: 0.8,
        low: 0.1,
        high: 0.5,
        verdict: 'better',
      },
    ],
    moved: 0.02,
    verdict: 'better',
    words: 'It finds more.',
    seconds: 60,
    out: '/home/ana/library/runs/1',
  };
  const paths = ['/home/ana/Pictures/secret.jpg'];
  writeFileSync(join(dir, 'photos.jsonl'), JSON.stringify({ path: paths[0] }));
  writeFileSync(join(dir, 'map.json'), JSON.stringify({ photos: paths, before: [0, 0], now: [0, 0] }));
  writeFileSync(join(dir, 'neighbours.json'), JSON.stringify([{ photo: paths[0], before: [], now: [] }]));
  run = {
    id: 1,
    name: 'Summer',
    state: 'learned',
    use: 'none',
    job: null,
    imported: false,
    wish,
    base: 'base-00000000',
    baseName: 'Base',
    createdAtMs: 1,
    endedAtMs: 2,
    reason: null,
    result,
  };
  await exportRun(run, dir, join(folder, 'run.tar'));
  whole = await entriesOf(join(folder, 'run.tar'));
});

/** As much of the library's runs as bringing one in needs. */
function library() {
  const root = temporaryFolder();
  const brought: { filled: string; run: NewRun & { result: LearnResult } }[] = [];
  const runs = {
    newFolder: () => {
      const filled = join(root, '.new-1');
      mkdirSync(filled);
      return filled;
    },
    bringIn: (filled: string, given: NewRun & { result: LearnResult }) => {
      brought.push({ filled, run: given });
      return run;
    },
  } as Pick<Runs, 'newFolder' | 'bringIn'> as Runs;
  return { root, runs, brought };
}

async function entriesOf(file: string): Promise<Entry[]> {
  const extract = tar.extract();
  const entries: Entry[] = [];
  const read = (async () => {
    for await (const entry of extract) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      entries.push({ name: entry.header.name, body: Buffer.concat(parts) });
    }
  })();
  extract.end(readFileSync(file));
  await read;
  return entries;
}

async function write(entries: readonly Entry[]): Promise<string> {
  const file = join(temporaryFolder(), 'made.tar');
  const pack = tar.pack();
  for (const { name, body, type } of entries)
    pack.entry({ name, ...(type && { type, linkname: '/etc/passwd' }) }, type ? undefined : body);
  pack.finalize();
  await pipeline(pack, createWriteStream(file));
  return file;
}

const changed = (name: string, change: (text: string) => string): Entry[] =>
  whole.map((entry) =>
    entry.name === name ? { name, body: Buffer.from(change(entry.body.toString('utf8'))) } : entry,
  );

async function refused(entries: readonly Entry[], message: RegExp, code = 'bad-input'): Promise<void> {
  const { root, runs, brought } = library();
  await assert.rejects(importRun(await write(entries), runs), { code, message });
  assert.deepEqual([brought, readdirSync(root)], [[], []], 'something was left behind');
}

test('what was written is read back; no photo, no path and no folder’s name is in it', async () => {
  const { runs, brought } = library();
  await importRun(join(folder, 'run.tar'), runs);
  const [{ filled, run: made }] = brought as [(typeof brought)[0]];
  assert.deepEqual(made, {
    name: 'Summer',
    wish: { ...wish, from: { kind: 'all' } },
    base: 'base-00000000',
    baseName: 'Base',
    result: { ...run.result, out: '' },
  });
  assert.deepEqual(readdirSync(join(filled, 'encoder')), readdirSync(join(dir, 'encoder')));
  const bytes = readFileSync(join(folder, 'run.tar'));
  for (const name of ['/home/ana', 'secret.jpg', 'At the clinic']) assert.ok(!bytes.includes(name), name);
});

test('a run that has not learned is not written, and nothing is left of a file that could not be', async () => {
  await assert.rejects(exportRun({ ...run, result: null }, dir, join(folder, 'none.tar')), {
    code: 'bad-input',
  });
  const broken = join(folder, 'no such folder');
  await assert.rejects(exportRun(run, broken, join(folder, 'broken.tar')));
  assert.deepEqual(
    readdirSync(folder).filter((name) => /broken|none/.test(name)),
    [],
  );
});

test('names that lead out of the folder, links, folders and strangers are refused', async () => {
  const stranger = (name: string, type?: tar.Headers['type']): Entry[] => [
    ...whole,
    { name, body: Buffer.from('x'), ...(type && { type }) },
  ];
  for (const name of [
    '../evil',
    '/etc/evil',
    'encoder/../../evil',
    'encoder/a/b',
    'encoder/.hidden',
    'other.txt',
  ])
    await refused(stranger(name), /has no place in a run/);
  await refused(stranger('encoder/link.onnx', 'symlink'), /has no place in a run/);
  await refused(stranger('encoder/extra.onnx'), /which its encoder’s card does not name/);
  await refused(
    [...whole, whole.find(({ name }) => name === 'encoder/encoder.json')!],
    /has no place in a run/,
  );
});

test('an encoder with other bytes than its card states, and one that is another’s, are refused', async () => {
  const image = (
    JSON.parse(readFileSync(join(dir, 'encoder/encoder.json'), 'utf8')) as { image: { file: string } }
  ).image.file;
  await refused(
    changed(`encoder/${image}`, (text) => `${text}!`),
    /damaged/,
    'encoder-broken',
  );
  await refused(
    changed('encoder/encoder.json', () => '{'),
    /encoder.json/,
    'encoder-broken',
  );
  await refused(
    whole.filter(({ name }) => name !== `encoder/${image}`),
    /lacks its file/,
    'encoder-broken',
  );
  await refused(
    changed('result.json', (text) => text.replace(run.result!.encoder, 'another-12345678')),
    /tells of another encoder/,
  );
});

test('a result or a description that is not as it should be is refused, and so is any other file', async () => {
  await refused(
    changed('result.json', (text) => text.replace('"better"', '"best"')),
    /result.json that cannot be read/,
  );
  await refused(
    changed('run.json', (text) => text.replace('likeness-run', 'something')),
    /run.json that cannot be read/,
  );
  await refused(
    whole.filter(({ name }) => name !== 'run.json'),
    /lacks run.json/,
  );
  await refused(
    changed('run.json', (text) => text + ' '.repeat(70_000)),
    /larger than any run/,
  );
  const { runs } = library();
  const other = join(folder, 'photo.jpg');
  writeFileSync(other, Buffer.alloc(3000, 7));
  await assert.rejects(importRun(other, runs), {
    code: 'bad-input',
    message: /damaged, or no file of this kind/,
  });
  const cut = await write(whole);
  truncateSync(cut, 4000);
  await assert.rejects(importRun(cut, library().runs), { code: 'bad-input' });
  await assert.rejects(importRun(join(folder, 'nowhere.tar'), library().runs), { code: 'ENOENT' });
});
