import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeTimeline, encodeTimeline, type Timeline } from '../../src-main/contract/timeline.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const row = fc.record({
  takenAtMs: fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
  id: u32,
  contentId: u32,
  folderId: u32,
  aspect: fc.float({ noNaN: true, min: 0.0625, max: 16 }),
  colour: u32,
});

const timelines = fc
  .tuple(fc.array(row, { maxLength: 50 }), fc.array(u32, { maxLength: 20 }), fc.nat(), fc.nat())
  .map(([rows, removed, version, generation]): Timeline => ({
    version,
    generation,
    length: rows.length,
    takenAtMs: Float64Array.from(rows, (one) => one.takenAtMs),
    id: Uint32Array.from(rows, (one) => one.id),
    contentId: Uint32Array.from(rows, (one) => one.contentId),
    folderId: Uint32Array.from(rows, (one) => one.folderId),
    aspect: Float32Array.from(rows, (one) => one.aspect),
    colour: Uint32Array.from(rows, (one) => one.colour),
    removed: Uint32Array.from(removed),
  }));

test('what was encoded is decoded, whatever it holds', () => {
  fc.assert(
    fc.property(timelines, (timeline) => {
      const bytes = encodeTimeline(timeline);
      assert.equal(bytes.byteLength, 64 + timeline.length * 28 + timeline.removed.length * 4);
      assert.deepEqual(decodeTimeline(bytes), timeline);
    }),
  );
});

test('bytes that are no timeline, or a cut one, are refused', () => {
  assert.throws(() => decodeTimeline(new ArrayBuffer(0)), RangeError);
  assert.throws(() => decodeTimeline(new ArrayBuffer(64)), RangeError);
  fc.assert(
    fc.property(timelines, (timeline) => {
      const bytes = encodeTimeline(timeline);
      assert.throws(() => decodeTimeline(bytes.slice(0, bytes.byteLength - 4)), RangeError);
    }),
  );
});
