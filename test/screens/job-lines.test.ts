/** What the activity screen says of a job. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexReport, Job } from '../../src-main/contract/jobs.ts';
import {
  endedLine,
  endedTitle,
  folderNames,
  jobTitle,
  progressLine,
  shareOf,
} from '../../src-renderer/screens/job-lines.ts';

const nowMs = new Date(2026, 5, 15, 12, 0).getTime();
const running: Job = {
  id: 1,
  kind: 'index',
  state: 'running',
  folders: ['/home/ana/Pictures'],
  phase: 'looking',
  done: 61_240,
  total: 84_112,
  failed: 0,
  photosPerSecond: 27.4,
  secondsLeft: 834,
  startedAtMs: nowMs - 60_000,
  endedAtMs: null,
  reason: null,
};
const report: IndexReport = {
  added: 0,
  updated: 0,
  unchanged: 10,
  missing: 0,
  failed: [],
  unsupported: {},
  photos: 10,
  seconds: 3.2,
  photosPerSecond: 3,
};
const done = (changes: Partial<IndexReport>): Job => ({
  ...running,
  state: 'done',
  endedAtMs: nowMs,
  report: { ...report, ...changes },
});

test('a job that runs says how far, how long and how fast', () => {
  assert.equal(progressLine(running), '61,240 of 84,112 photos, about 14 min left, 27 photos/s');
  assert.equal(shareOf(running), 61_240 / 84_112);
});

test('while folders are walked there is no share: the total still grows', () => {
  const finding: Job = { ...running, phase: 'finding', secondsLeft: null, photosPerSecond: 0 };
  assert.equal(shareOf(finding), null);
  assert.equal(progressLine(finding), '84,112 photos found so far');
});

test('a paused job promises no time', () => {
  assert.equal(
    progressLine({ ...running, state: 'paused', failed: 2 }),
    '61,240 of 84,112 photos, 2 could not be read',
  );
});

test('a job that waits for its turn says so', () => {
  assert.match(progressLine({ ...running, state: 'waiting', phase: 'finding', total: 0 }), /^Starts when/);
});

test('what came of it is told, and only what came', () => {
  assert.match(endedLine(done({}), nowMs), /, took 3 s: no changes$/);
  assert.match(endedLine(done({ added: 1200, missing: 2 }), nowMs), /: 1,200 added, 2 missing$/);
});

test('a folder that cannot be opened is away, not a photo that cannot be read', () => {
  const failed = [
    { path: '/home/ana/Pictures', reason: 'It does not exist.' },
    { path: '/home/ana/Pictures/a.jpg', reason: 'It is empty.' },
  ];
  const job = { ...done({ failed }), failed: 1 };
  assert.match(endedLine(job, nowMs), /: 1 could not be read, 1 folder not connected$/);
});

test('photos that could not be read before are no news of a later job', () => {
  const failed = [{ path: '/home/ana/Pictures/a.jpg', reason: 'It is empty.' }];
  assert.match(endedLine(done({ failed }), nowMs), /: no changes$/);
});

test('a failed job gives its reason, a cancelled one what was looked at', () => {
  const failed: Job = {
    ...running,
    state: 'failed',
    endedAtMs: nowMs,
    reason: 'The disk is full. Free some space.',
  };
  assert.match(endedLine(failed, nowMs), /took 1 min\. The disk is full\. Free some space\.$/);
  const cancelled: Job = { ...running, state: 'cancelled', endedAtMs: nowMs, report: null };
  assert.match(endedLine(cancelled, nowMs), /: 61,240 photos looked at$/);
  assert.match(endedLine({ ...cancelled, done: 0 }, nowMs), /took 1 min$/);
});

test('a job on all folders names none', () => {
  assert.deepEqual(folderNames(running), ['Pictures']);
  assert.deepEqual(folderNames({ ...running, folders: [] }), []);
});

test('a job of people says that faces are looked for, then put together, of which no share is known', () => {
  const looking: Job = { ...running, kind: 'people', folders: [] };
  assert.equal(jobTitle(looking, null), 'Looking for faces');
  assert.equal(shareOf(looking), 61_240 / 84_112);
  const grouping: Job = { ...looking, phase: 'grouping', secondsLeft: null, photosPerSecond: 0 };
  assert.equal(jobTitle(grouping, null), 'Putting like faces together');
  assert.equal(shareOf(grouping), null);
  assert.equal(progressLine(grouping), '');
  assert.equal(endedTitle({ ...looking, state: 'done', endedAtMs: nowMs }, null), 'Looked for faces');
});
