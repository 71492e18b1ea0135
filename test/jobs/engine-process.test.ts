import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';
import { EngineProcess } from '../../src-main/jobs/engine-process.ts';

let engine: EngineProcess;
let starts = 0;

function open(library = '/photos'): EngineProcess {
  starts = 0;
  engine = new EngineProcess({
    entry: join(import.meta.dirname, 'echo-child.mjs'),
    startChild: forkChild,
    start: () => {
      starts += 1;
      return { role: 'looking', library, threads: 1, decodes: starts };
    },
  });
  return engine;
}

afterEach(() => engine.close());

interface Echo {
  started: { decodes: number };
  input: unknown;
  pid: number;
}
const ask = async (path: string, options = {}): Promise<Echo> =>
  (await engine.call('inspect', { path }, options)) as unknown as Echo;
const isCode = (code: string) => (error: unknown) => error instanceof LikenessError && error.code === code;

test('the child starts at the first call and serves the next ones', async () => {
  open();
  assert.equal(engine.pid, undefined);
  const first = await ask('a');
  const second = await ask('b');
  assert.equal(first.pid, second.pid);
  assert.deepEqual(second.input, { path: 'b' });
  assert.equal(starts, 1);
});

test('an error of the engine arrives with its code and both sentences', async () => {
  open();
  await assert.rejects(ask('fail'), (error: unknown) => {
    assert.ok(error instanceof LikenessError);
    assert.deepEqual(error.toData(), {
      code: 'unreadable-photo',
      message: 'It is cut off.',
      hint: 'Bring it back.',
    });
    return true;
  });
});

test('when the child dies every open call fails, and the next call starts a new one', async () => {
  open();
  const { pid } = await ask('a');
  const hanging = ask('hang');
  await Promise.all([
    assert.rejects(hanging, isCode('engine-failed')),
    assert.rejects(ask('die'), isCode('engine-failed')),
  ]);
  const after = await ask('b');
  assert.notEqual(after.pid, pid);
  assert.equal(after.started.decodes, 2);
  assert.equal(engine.deaths, 1);
  assert.equal(engine.failedStarts, 0);
});

test('a child killed from outside is replaced', async () => {
  open();
  const { pid } = await ask('a');
  const hanging = ask('hang');
  process.kill(pid, 'SIGKILL');
  await assert.rejects(hanging, isCode('engine-failed'));
  assert.notEqual((await ask('b')).pid, pid);
});

test('an answer that takes too long ends the child', async () => {
  open();
  await ask('a');
  await assert.rejects(ask('hang', { timeoutMs: 100 }), isCode('engine-failed'));
  assert.equal(engine.deaths, 1);
});

test('a caller who gives up is let go with its own reason; the child goes on', async () => {
  open();
  const { pid } = await ask('a');
  const stop = new AbortController();
  const hanging = ask('hang', { signal: stop.signal });
  stop.abort(new Error('enough'));
  await assert.rejects(hanging, /enough/);
  assert.equal((await ask('b')).pid, pid);
});

test('a child that dies before it has started says so, and how often in a row', async () => {
  open('/broken');
  await assert.rejects(ask('a'), isCode('engine-not-starting'));
  await assert.rejects(ask('a'), isCode('engine-not-starting'));
  assert.equal(engine.failedStarts, 2);
});

test('an engine at rest has no child, and wakes at the next call; one that is asked something does not rest', async () => {
  open();
  const { pid } = await ask('a');
  const hanging = ask('hang', { timeoutMs: 300 });
  engine.rest();
  assert.equal(engine.pid, pid);
  await assert.rejects(hanging, isCode('engine-failed'));
  await ask('b');
  engine.rest();
  assert.equal(engine.pid, undefined);
  assert.equal(engine.deaths, 1);
  assert.notEqual((await ask('c')).pid, pid);
});

test('a closed engine starts no child', async () => {
  open();
  engine.close();
  await assert.rejects(ask('a'), isCode('engine-failed'));
  assert.equal(engine.pid, undefined);
});
