import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TrainerReport } from '../../src-main/contract/run.ts';
import { lossesOf, request, run, trained } from './runs.ts';

const entry = join(import.meta.dirname, '../../training/trainer.ts');

test('a run that is killed in the middle goes on from its last checkpoint to the same end', async () => {
  const wish = request({ epochs: 24 });
  const child = fork(entry, { serialization: 'advanced', execArgv: [] });
  child.on('message', (message) => {
    const report = message as TrainerReport;
    if (report.kind !== 'progress' || report.progress.stage !== 'training') return;
    // Not before there is something to go on from.
    if (existsSync(join(wish.out, 'checkpoint.safetensors'))) child.kill('SIGKILL');
  });
  child.send({ kind: 'task', task: { kind: 'train', request: wish } });
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  assert.ok(!existsSync(join(wish.out, 'result.json')));

  const { result } = await run({ kind: 'resume', dir: wish.out });
  const whole = await trained({ epochs: 24 });
  assert.ok(!('stopped' in result) && result.steps === whole.result.steps);
  assert.deepEqual(lossesOf(wish.out), lossesOf(whole.wish.out));
});

test('a run that is killed before its first checkpoint begins again', async () => {
  const wish = request();
  const child = fork(entry, { serialization: 'advanced', execArgv: [] });
  child.on('message', (message) => {
    const report = message as TrainerReport;
    if (report.kind === 'progress' && report.progress.stage === 'evaluating') child.kill('SIGKILL');
  });
  child.send({ kind: 'task', task: { kind: 'train', request: wish } });
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  await run({ kind: 'resume', dir: wish.out });
  assert.deepEqual(lossesOf(wish.out), lossesOf((await trained()).wish.out));
});
