import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { LikenessError, type ErrorCode } from '../../src-main/contract/errors.ts';
import type { EvaluateRequest, RunRequest, TrainerTask } from '../../src-main/contract/run.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';
import { runTrainer, type TrainerOptions } from '../../src-main/learn/run-trainer.ts';

const trainOn = (how: string) =>
  ({
    kind: 'train',
    request: { method: 'byol', data: `/${how}`, out: '/runs/one two' } as RunRequest,
  }) as const;

/** Runs the stand-in, and keeps what was heard meanwhile. */
function run(task: TrainerTask, options: Partial<TrainerOptions> = {}) {
  const heard: string[] = [];
  const end = runTrainer(task, {
    startChild: forkChild,
    entry: join(import.meta.dirname, 'fake-trainer.mjs'),
    signal: new AbortController().signal,
    onNote: (text) => heard.push(text),
    onProgress: ({ stage, done, total }) => heard.push(`${stage} ${done}/${total}`),
    ...options,
  });
  return { end, heard };
}

function fails(code: ErrorCode, message: RegExp, hint: RegExp) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof LikenessError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    assert.match(thrown.hint, hint);
    return true;
  };
}

test('what the trainer tells arrives in its order, then the result, and its process is gone', async () => {
  const { end, heard } = run(trainOn('learns'));
  const answer = await end;
  assert.equal(answer.kind, 'trained');
  assert.deepEqual(heard, ['The best engine that works is cpu.', 'reading 5/9', 'training 120/1200']);
  const { pid, task } = answer.result as unknown as { pid: number; task: unknown };
  assert.deepEqual(task, trainOn('learns'));
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('an evaluation ends with its own result', async () => {
  const request = { encoder: '/e', data: '/photos' } as EvaluateRequest;
  assert.equal((await run({ kind: 'evaluate', request }).end).kind, 'evaluated');
});

test('what the trainer says is wrong arrives with its code and both sentences', async () => {
  await assert.rejects(run(trainOn('fails')).end, fails('bad-input', /one photo only/, /Bring more/));
});

test('a trainer that dies says how, and how to go on from the last checkpoint', async () => {
  const goOn = /--resume "\/runs\/one two"` goes on from the last checkpoint/;
  await assert.rejects(run(trainOn('dies')).end, fails('engine-failed', /died with code 7/, goOn));
  await assert.rejects(run(trainOn('killed')).end, fails('engine-failed', /was killed/, goOn));
  await assert.rejects(
    run({ kind: 'resume', dir: '/r/dies' }).end,
    fails('engine-failed', /code 7/, /--resume \/r\/dies`/),
  );
  const request = { encoder: '/e', data: '/dies' } as EvaluateRequest;
  await assert.rejects(run({ kind: 'evaluate', request }).end, fails('engine-failed', /code 7/, /once more/));
});

test('a program that is not there is an error, and no wait without end', async () => {
  const end = run(trainOn('learns'), { entry: join(import.meta.dirname, 'no-such-trainer.mjs') }).end;
  await assert.rejects(end, fails('engine-failed', /died with code 1/, /./));
});

test('asked to stop, it says where it stopped and how to go on', async () => {
  const stop = new AbortController();
  const { end } = run(trainOn('waits'), { signal: stop.signal, onProgress: () => stop.abort() });
  await assert.rejects(
    end,
    fails('cancelled', /after step 120; what was learned is kept/, /--resume "\/runs\/one two"` goes on/),
  );
  await assert.rejects(
    run(trainOn('learns'), { signal: stop.signal }).end,
    fails('cancelled', /before it began/, /again/),
  );
});

test('one that does not stop is ended', async () => {
  const stop = new AbortController();
  const { end } = run(trainOn('deaf'), { signal: stop.signal, onProgress: () => stop.abort(), graceMs: 100 });
  await assert.rejects(end, fails('engine-failed', /did not stop within [\d.]+ s/, /last checkpoint/));
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
