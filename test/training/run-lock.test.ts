import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockRun } from '../../training/run-lock.ts';
import { temporaryFolder } from './data/pictures.ts';

const folder = await temporaryFolder();
const inUse = { code: 'bad-input', message: /Another trainer .*is at work/ };

/** The number of a process that has ended. */
async function gone(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

test('one trainer has a folder, and the next may have it afterwards', () => {
  const dir = join(folder, 'made', 'here');
  const lock = lockRun(dir);
  assert.throws(() => lockRun(dir), inUse);
  lock.release();
  assert.ok(!existsSync(join(dir, 'trainer.lock')));
  lockRun(dir).release();
});

test('the lock of a process that is gone is taken over, and so is one that nobody has touched for long', async () => {
  const path = join(folder, 'trainer.lock');
  writeFileSync(path, JSON.stringify({ pid: await gone(), host: hostname(), token: 'a' }));
  lockRun(folder).release();
  // The number belongs to another process now: this one.
  writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), token: 'b' }));
  assert.throws(() => lockRun(folder), inUse);
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(path, old, old);
  const lock = lockRun(folder);
  assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid, process.pid);
  assert.throws(() => lockRun(folder), inUse);
  lock.release();
});

test('a torn lock is free after a while, one on another computer is not', () => {
  const path = join(folder, 'trainer.lock');
  writeFileSync(path, '{"pid":');
  assert.throws(() => lockRun(folder), { message: /Another trainer is at work/ });
  const before = new Date(Date.now() - 20_000);
  utimesSync(path, before, before);
  lockRun(folder).release();
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'c' }));
  assert.throws(() => lockRun(folder), { message: /process 1 on elsewhere/ });
});
