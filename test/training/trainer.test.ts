/** The trainer's process, spoken to as its parent does: on a few drawn pictures, at the smallest size. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { RunRequest, TrainerReport, TrainerTask } from '../../src-main/contract/run.ts';
import { forkChild, type ChildLink } from '../../src-main/jobs/child-link.ts';
import { temporaryFolder } from '../store/temporary-library.ts';
import { drawPictures } from './drawn-pictures.ts';

const folder = temporaryFolder();
const pictures = join(folder, 'pictures');
const entry = join(import.meta.dirname, '../../training/trainer.ts');

before(() => drawPictures(pictures, 12));

function request(out: string, change: Partial<RunRequest> = {}): RunRequest {
  return {
    method: 'simclr',
    data: pictures,
    captions: null,
    engine: 'cpu',
    preset: 'smoke',
    epochs: 2,
    seed: 1,
    out: join(folder, out),
    net: 'vit-nano',
    side: 32,
    batch: 8,
    micro: null,
    rate: null,
    threads: 1,
    kind: 'photos',
    ...change,
  };
}

/** All that the trainer says of a task; `meanwhile` may act on each report. */
async function ask(
  task: TrainerTask,
  meanwhile: (report: TrainerReport, child: ChildLink) => void = () => {},
) {
  const child = forkChild(entry);
  const reports: TrainerReport[] = [];
  child.onMessage((message) => {
    const report = message as TrainerReport;
    reports.push(report);
    meanwhile(report, child);
  });
  const code = new Promise<number | null>((resolve) => child.onExit(resolve));
  child.send({ kind: 'task', task });
  assert.equal(await code, 0, JSON.stringify(reports.at(-1)));
  return { reports, last: reports.at(-1)! };
}

test('a run tells how it goes at low priority, ends with its result, and leaves an encoder; that can be evaluated', async () => {
  let priority = 0;
  const task = { kind: 'train', request: request('whole') } as const;
  const { reports, last } = await ask(task, (_report, { pid }) => (priority ||= getPriority(pid ?? 0)));
  assert.ok(priority > 0, `priority ${priority}`);
  assert.ok(last.kind === 'trained', JSON.stringify(last));
  const { result } = last;
  assert.deepEqual(
    [result.method, result.engine, result.epochs, result.out],
    ['simclr', 'cpu', 2, request('whole').out],
  );
  assert.ok(result.loss.every(Number.isFinite) && result.steps > 0 && result.photosPerSecond > 0);
  const stages = reports.flatMap((report) => (report.kind === 'progress' ? [report.progress.stage] : []));
  assert.ok(stages.includes('training'), stages.join());

  const encoder = join(result.out, 'encoder');
  const evaluation = { encoder, data: pictures, captions: null, labels: 'folders', threads: 1 } as const;
  const { last: measured } = await ask({ kind: 'evaluate', request: evaluation });
  assert.ok(measured.kind === 'evaluated', JSON.stringify(measured));
  assert.ok(measured.result.knn !== null && measured.result.knn >= 0 && measured.result.knn <= 1);
});

test('a run that is stopped leaves a checkpoint and goes on to the same end', async () => {
  const whole = request('undisturbed', { epochs: 4 });
  const cut = request('cut', { epochs: 4 });
  const { last: first } = await ask({ kind: 'train', request: whole });
  const { last: stopped } = await ask({ kind: 'train', request: cut }, (report, child) => {
    if (report.kind === 'progress' && report.progress.training) child.send({ kind: 'stop' });
  });
  assert.ok(stopped.kind === 'stopped', JSON.stringify(stopped));
  assert.equal(stopped.out, cut.out);
  const { last: second } = await ask({ kind: 'resume', dir: cut.out });
  assert.ok(first.kind === 'trained' && second.kind === 'trained', JSON.stringify(second));
  assert.ok(stopped.step > 0 && stopped.step < second.result.steps, `stopped at ${stopped.step}`);
  assert.deepEqual(
    [second.result.steps, second.result.loss.at(-1)],
    [first.result.steps, first.result.loss.at(-1)],
  );
});

test('a run whose parent is gone stops with a checkpoint', async () => {
  const task = { kind: 'train', request: request('orphan', { epochs: 500 }) } as const;
  const child = fork(entry, { serialization: 'advanced', execArgv: [] });
  const ended = once(child, 'exit');
  child.send({ kind: 'task', task });
  for await (const [message] of on(child, 'message', { close: ['exit'] })) {
    const report = message as TrainerReport;
    if (report.kind === 'progress' && report.progress.training) break;
  }
  child.disconnect();
  assert.deepEqual(await ended, [0, null]);
  const { last } = await ask({ kind: 'resume', dir: task.request.out }, (report, resumed) => {
    if (report.kind === 'progress' && report.progress.training) resumed.send({ kind: 'stop' });
  });
  assert.ok(last.kind === 'stopped' && last.step > 0, JSON.stringify(last));
});
