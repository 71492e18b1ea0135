import assert from 'node:assert/strict';
import fs, { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { RunLog, readRunLog } from '../../training/run-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-log-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;
const newPath = () => join(folder, `${++count}.jsonl`);

/** A log of these steps, closed. */
function logOf(steps: readonly number[], path = newPath(), from = 0): string {
  const log = RunLog.open(path, { after: from });
  for (const step of steps) log.add({ step, loss: step / 2 });
  log.close();
  return path;
}
const steps = (path: string) => readRunLog(path).map(({ step }) => step);

test('a log is one JSON object a line, in order, of any kind of line', () => {
  const path = newPath();
  const log = RunLog.open(path, { after: 0 });
  log.add({ step: 1, epoch: 0, loss: 2.5, rate: 1e-3, norm: NaN });
  log.add({ step: 1, evaluation: { spread: 0.5, knn: null } });
  log.close();
  assert.equal(
    readFileSync(path, 'utf8'),
    '{"step":1,"epoch":0,"loss":2.5,"rate":0.001,"norm":null}\n{"step":1,"evaluation":{"spread":0.5,"knn":null}}\n',
  );
});

test('a run that is taken up at step 3 shows no step twice', () => {
  const path = logOf([1, 2, 3, 4, 5]);
  logOf([4, 5, 6], path, 3);
  assert.deepEqual(steps(path), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(readRunLog(path)[3], { step: 4, loss: 2 });
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.partial')));
});

test('a new run in an old folder begins a new log', () => {
  assert.deepEqual(steps(logOf([1], logOf([1, 2, 3]))), [1]);
});

test('a last line that a crash has torn is dropped, and the next one stands by itself', () => {
  for (const torn of ['{"step":3,"lo', '{"step":3}', '\u0000\u0000\u0000']) {
    const path = logOf([1, 2]);
    appendFileSync(path, torn);
    assert.deepEqual(steps(path), [1, 2]);
    assert.deepEqual(steps(logOf([3], path, 3)), [1, 2, 3]);
  }
});

test('a line waits a second at most', async () => {
  const path = newPath();
  const log = RunLog.open(path, { after: 0 });
  log.add({ step: 1 });
  assert.deepEqual(steps(path), []);
  // The log's own timer keeps no program alive; this one does.
  await setTimeout(1_200);
  assert.deepEqual(steps(path), [1]);
  log.close();
});

test('flushing writes at once', () => {
  const path = newPath();
  const log = RunLog.open(path, { after: 0 });
  log.add({ step: 1 });
  log.flush();
  assert.deepEqual(steps(path), [1]);
  log.close();
});

test('a full disk is told, the lines wait, and none is torn when there is room again', (t) => {
  const path = newPath();
  const log = RunLog.open(path, { after: 0 });
  const { writeSync } = fs;
  let room = 5;
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const write = t.mock.method(fs, 'writeSync', (file: number, bytes: Uint8Array) => {
    if (room === 0) throw full;
    const written = writeSync(file, bytes, 0, room);
    room -= written;
    return written;
  });
  syncBuiltinESMExports();
  try {
    log.add({ step: 1 });
    assert.throws(() => log.flush(), full);
    log.add({ step: 2 });
    assert.throws(() => log.flush(), full);
  } finally {
    write.mock.restore();
    syncBuiltinESMExports();
  }
  log.close();
  assert.deepEqual(steps(path), [1, 2]);
});

test('there may be no log yet', () => {
  assert.deepEqual(readRunLog(newPath()), []);
});
