/** Real trainings by the real command line: on drawn pictures, on a library, on real photos where they are there. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { EvaluateResult, TrainResult } from '../../../src-main/contract/run.ts';
import { temporaryFolder } from '../../store/temporary-library.ts';
import { drawPictures } from '../../training/drawn-pictures.ts';

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'scripts/likeness.mjs');
const folder = temporaryFolder();
const library = join(folder, 'library');
const pictures = join(folder, 'pictures');

before(() => drawPictures(pictures, 12));

/** The engine that every computer has, so that all get the same numbers. */
const small = ['--engine', 'cpu', '--preset', 'smoke'];

/** The one JSON document of a command that does what it should. */
async function answer<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await new Promise<{ code: number | null; stdout: string; stderr: string }>(
    (resolve) => {
      const child = execFile(
        process.execPath,
        [script, '--library', library, '--json', ...args],
        { cwd: folder },
        (_error, out, err) => resolve({ code: child.exitCode, stdout: out, stderr: err }),
      );
    },
  );
  assert.equal(code, 0, stderr + stdout);
  return JSON.parse(stdout) as T;
}

test('a folder of pictures becomes an encoder in the library’s runs, which evaluate takes by the run’s folder', async () => {
  const run = await answer<TrainResult>(['train', '--method', 'supcon', '--data', 'pictures', ...small]);
  assert.deepEqual([run.method, run.engine, run.steps], ['supcon', 'cpu', 20]);
  assert.ok(run.out.startsWith(join(library, 'runs', 'supcon-')), run.out);
  assert.ok(run.loss.length === run.steps && run.loss.every(Number.isFinite), run.loss.join());
  const line = ['evaluate', '--encoder', run.out, '--data', 'pictures', '--labels', 'folders'];
  const figures = await answer<EvaluateResult>(line);
  for (const share of [figures.knn, figures.linearProbe, figures.retrieval.r1, figures.retrieval.r10])
    assert.ok(share !== null && share >= 0 && share <= 1, JSON.stringify(figures));
});

test('a library is learned from as it is, and the folders of its photos are classes', async () => {
  await answer(['index', 'pictures']);
  const run = await answer<TrainResult>([
    'train',
    '--method',
    'triplet',
    '--data',
    library,
    ...small,
    '--out',
    'run',
  ]);
  assert.equal(run.out, join(folder, 'run'));
  const list = readFileSync(join(run.out, 'photos.jsonl'), 'utf8').trimEnd().split('\n');
  const labels = list.map((line) => (JSON.parse(line) as { label: string }).label);
  assert.deepEqual(
    [list.length, [...new Set(labels)].sort()],
    [24, [join(pictures, 'dawn'), join(pictures, 'sea')]],
  );
});

const skipWindows = process.platform === 'win32' ? 'signals are a shell’s of Unix' : false;

test('Ctrl+C leaves a run that --resume brings to its end', { skip: skipWindows }, async () => {
  const line = ['train', '--method', 'simclr', '--data', pictures, ...small, '--epochs', '40', '--out'];
  const out = join(folder, 'cut');
  const child = spawn(process.execPath, [script, '--library', library, ...line, out], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let heard = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard += text));
  // Its first checkpoint comes after the first epoch, long before the last.
  while (!existsSync(join(out, 'checkpoint.safetensors')) && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  assert.equal(await ended, 1, heard);
  assert.match(heard, /Stopped after step \d+; what was learned is kept/);
  assert.ok(heard.includes(`likeness train --resume ${out}`), heard);
  const run = await answer<TrainResult>(['train', '--resume', out]);
  assert.deepEqual([run.epochs, run.steps % 40], [40, 0]);
});

const photos = join(root, '../shared/photos/cifar10/cifar10-subset.tar');
const skipPhotos = existsSync(photos) ? false : 'the photos are not there: ../shared/photos/cifar10';

test('a smoke run on real photos goes all the way', { skip: skipPhotos }, async () => {
  const line = ['train', '--method', 'simclr', '--data', photos, ...small, '--out', 'smoke'];
  const run = await answer<TrainResult>(line);
  assert.deepEqual([run.steps, run.collapse.collapsed], [20, false]);
  assert.ok(run.loss.every(Number.isFinite) && run.photosPerSecond > 0);
});
