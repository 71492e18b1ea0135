import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { longestElementPx, ScrollScale } from '../../src-renderer/layout/scroll-scale.ts';

test('below the limit scrolling is left alone', () => {
  const scale = new ScrollScale(10_700_000, 900);
  assert.equal(scale.elementPx, 10_700_000);
  assert.equal(scale.scrollOf(1234.5), 1234.5);
  assert.equal(scale.follow(0, { before: 0, after: 777 }), 777);
});

test('53 million px fit into an element that Chromium can make, and both ends are reached', () => {
  const scale = new ScrollScale(53_500_000, 900);
  assert.equal(scale.elementPx, longestElementPx);
  assert.equal(scale.topOf(0), 0);
  assert.ok(Math.abs(scale.topOf(longestElementPx - 900) - (53_500_000 - 900)) < 0.001);
});

test('scroll position and content top lead back to one another', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      const scale = new ScrollScale(53_500_000, 900);
      const top = share * scale.lastTopPx;
      assert.ok(Math.abs(scale.topOf(scale.scrollOf(top)) - top) < 0.01);
    }),
  );
});

test('a turn of the wheel moves real pixels, a drag of the scrollbar jumps by the scale', () => {
  const scale = new ScrollScale(60_000_000, 900);
  assert.equal(scale.follow(20_000_000, { before: 10_000_000, after: 10_000_120 }), 20_000_120);
  const jumped = scale.follow(20_000_000, { before: 10_000_000, after: 25_000_000 });
  assert.ok(Math.abs(jumped - 50_000_000) < 1000);
});

test('where the scrollbar ends the content ends, however it came there', () => {
  const scale = new ScrollScale(60_000_000, 900);
  assert.equal(scale.follow(400, { before: 100, after: 0 }), 0);
  const end = longestElementPx - 900;
  assert.equal(scale.follow(59_000_000, { before: end - 100, after: end }), scale.lastTopPx);
});
