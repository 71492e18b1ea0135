/** Learning as its parent sees it: a process that tells how it goes, may be killed at any moment, and has its run's folder alone. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LearnRequest } from '../../../src-main/contract/learn.ts';
import type { TrainerReport, TrainerTask } from '../../../src-main/contract/run.ts';
import { temporaryFolder } from '../data/pictures.ts';
import { drawPictures } from '../drawn-pictures.ts';
import { writeEncoder } from './adapters.ts';

const entry = join(import.meta.dirname, '../../../training/trainer.ts');
const folder = await temporaryFolder();
const encoder = await writeEncoder(folder);
const pictures = join(folder, 'pictures');
await drawPictures(pictures, 20);

const request = (out: string): LearnRequest => ({
  encoder,
  data: pictures,
  goal: 'likeness',
  start: 'adapter',
  minutes: 5,
  classes: false,
  engine: 'auto',
  seed: 1,
  threads: 1,
  out: join(folder, out),
  options: {},
});

/** All that the trainer says until it is gone. */
async function ask(
  task: TrainerTask,
  meanwhile: (report: TrainerReport, child: ChildProcess) => void = () => {},
) {
  const child = fork(entry, { serialization: 'advanced', execArgv: [] });
  const reports: TrainerReport[] = [];
  child.on('message', (message) => {
    reports.push(message as TrainerReport);
    meanwhile(message as TrainerReport, child);
  });
  child.send({ kind: 'task', task });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return { reports, last: reports.at(-1)!, code, signal };
}

const isTraining = (report: TrainerReport) =>
  report.kind === 'progress' && report.progress.stage === 'training';

test('killed while it looks and while it learns, a run goes on to the end that it has without', async () => {
  let priority = 0;
  const whole = await ask(
    { kind: 'learn', request: request('whole') },
    (_, child) => (priority ||= getPriority(child.pid ?? 0)),
  );
  assert.ok(whole.last.kind === 'learned', JSON.stringify(whole.last));
  assert.ok(priority > 0, `priority ${priority}`);
  const looks = whole.reports.filter(({ kind }) => kind === 'look');
  assert.ok(looks.length >= 2, `${looks.length} looks`);

  const { out } = request('killed');
  const resume = { kind: 'learn-resume', dir: out, finish: false } as const;
  const first = await ask({ kind: 'learn', request: request('killed') }, (report, child) => {
    if (report.kind === 'progress' && report.progress.stage === 'preparing' && report.progress.done > 10)
      child.kill('SIGKILL');
  });
  const second = await ask(resume, (report, child) => {
    if (isTraining(report)) child.kill('SIGKILL');
  });
  assert.deepEqual([first.signal, second.signal], ['SIGKILL', 'SIGKILL']);
  const third = await ask(resume);
  assert.ok(third.last.kind === 'learned', JSON.stringify(third.last));
  assert.equal(third.last.result.encoder, whole.last.result.encoder);
  for (const name of ['encoder/adapter.onnx', 'map.json', 'neighbours.json'])
    assert.deepEqual(await readFile(join(out, name)), await readFile(join(request('whole').out, name)), name);
});

test('a second trainer in the same run is refused, and the first goes on', async () => {
  const wish = request('twice');
  let second: ReturnType<typeof ask> | null = null;
  const first = await ask({ kind: 'learn', request: wish }, (report) => {
    if (isTraining(report)) second ??= ask({ kind: 'learn-resume', dir: wish.out, finish: false });
  });
  assert.equal(first.last.kind, 'learned');
  const { last } = await second!;
  // On a slow day the first has ended before the second looks; it then gives the result again.
  if (last.kind === 'failed') assert.match(last.error.message, /Another trainer .* is at work/);
  else assert.equal(last.kind, 'learned');
});

test('two views come as pictures', async () => {
  const { last } = await ask({
    kind: 'views',
    photo: join(pictures, 'sea', '3.png'),
    start: 'adapter',
    options: { mirror: false },
    seed: 1,
  });
  assert.ok(last.kind === 'views' && last.views.length === 2, JSON.stringify(last));
  assert.match(last.views[0]!.picture, /^data:image\/jpeg;base64,/);
});
