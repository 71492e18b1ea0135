/** Moments and spans in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAgo, formatMoment, formatSpan } from '../../src-renderer/layout/moments.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = new Date(2026, 5, 15, 12, 0).getTime();

test('how long ago is said in the largest unit that fits, without the dot of its abbreviation', () => {
  assert.equal(formatAgo(noon - 2 * minute, noon), '2 min ago');
  assert.equal(formatAgo(noon - 59 * minute, noon), '59 min ago');
  assert.equal(formatAgo(noon - 3 * hour, noon), '3 hr ago');
  assert.equal(formatAgo(noon - 26 * hour, noon), 'yesterday');
  assert.equal(formatAgo(noon - 3 * 24 * hour, noon), '3 days ago');
});

test('nothing is less than a minute ago, not even what a wrong clock puts ahead', () => {
  assert.equal(formatAgo(noon, noon), '1 min ago');
  assert.equal(formatAgo(noon + hour, noon), '1 min ago');
});

test('a week back it is a date, with its year once that is another', () => {
  assert.doesNotMatch(formatAgo(noon - 20 * 24 * hour, noon), /ago|2026/);
  assert.match(formatAgo(noon - 400 * 24 * hour, noon), /2025/);
});

test('yesterday begins at midnight, not 24 hours ago', () => {
  const morning = new Date(2026, 5, 15, 0, 30).getTime();
  assert.match(formatMoment(morning - hour, morning), /^yesterday, /);
  assert.doesNotMatch(formatMoment(morning - 10 * minute, morning), /yesterday/);
});

test('spans are rounded to what matters', () => {
  assert.equal(formatSpan(0), '1 s');
  assert.equal(formatSpan(45.4), '45 s');
  assert.equal(formatSpan(185), '3 min');
  assert.equal(formatSpan(2 * 3600), '2 hr');
  assert.equal(formatSpan(2 * 3600 + 310), '2 hr 5 min');
});
