import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from '../../src-main/jobs/progress.ts';

const fresh = () => new Progress({ phase: 'finding', done: 0, total: 0, failed: 0 });

test('a steady job is forecast by its rate', () => {
  const progress = fresh();
  for (let second = 0; second <= 20; second += 1)
    progress.update({ phase: 'looking', done: second * 10, total: 1000 }, second * 1000);
  const { photosPerSecond, secondsLeft } = progress.live(20_000);
  assert.equal(photosPerSecond, 10);
  assert.equal(secondsLeft, 80);
});

test('nothing is forecast while folders are still being walked', () => {
  const progress = fresh();
  for (let second = 0; second <= 20; second += 1)
    progress.update({ phase: 'finding', done: second * 10, total: 1000 }, second * 1000);
  assert.equal(progress.live(20_000).secondsLeft, null);
});

test('the rate follows the last half minute, not the whole job', () => {
  const progress = fresh();
  let done = 0;
  for (let second = 0; second <= 200; second += 1) {
    done += second < 100 ? 100 : 1;
    progress.update({ phase: 'looking', done, total: 20_000 }, second * 1000);
  }
  assert.ok(progress.live(200_000).photosPerSecond < 2);
});

test('a job that stands still has a falling rate, not a frozen one', () => {
  const progress = fresh();
  for (let second = 0; second <= 10; second += 1)
    progress.update({ phase: 'looking', done: second * 10, total: 1000 }, second * 1000);
  assert.ok(progress.live(60_000).photosPerSecond < progress.live(10_000).photosPerSecond / 4);
});

test('what is saved goes on after a restart', () => {
  const progress = fresh();
  progress.update({ phase: 'looking', done: 7, total: 20, failed: 1 }, 0);
  const again = new Progress(progress.saved());
  assert.deepEqual(again.saved(), { phase: 'looking', done: 7, total: 20, failed: 1 });
  assert.equal(again.live(0).photosPerSecond, 0);
});
