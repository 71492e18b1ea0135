import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import './runes.ts';

const { Selection } = await import('../../src-renderer/state/selection.svelte.ts');

/** Photos 10, 20, 30 … in the order shown. */
function order(length: number) {
  return {
    length,
    idAt: (index: number) => (index + 1) * 10,
    indexOf: (id: number) => (id % 10 === 0 && id > 0 && id <= length * 10 ? id / 10 - 1 : -1),
  };
}
const plain = { extend: false, keep: false };
const shift = { extend: true, keep: false };
const ctrl = { extend: false, keep: true };
const both = { extend: true, keep: true };
const ids = (selection: InstanceType<typeof Selection>) => [...selection.ids].sort((a, b) => a - b);

test('a click selects one photo and forgets the others', () => {
  const selection = new Selection();
  selection.pick(10, plain, order(5));
  selection.pick(30, plain, order(5));
  assert.deepEqual(ids(selection), [30]);
  assert.equal(selection.current, 30);
});

test('Ctrl click adds and takes away', () => {
  const selection = new Selection();
  selection.pick(10, plain, order(5));
  selection.pick(40, ctrl, order(5));
  assert.deepEqual(ids(selection), [10, 40]);
  selection.pick(10, ctrl, order(5));
  assert.deepEqual(ids(selection), [40]);
});

test('Shift click takes everything from the anchor, in either direction, and a second one begins there again', () => {
  const selection = new Selection();
  selection.pick(30, plain, order(6));
  selection.pick(50, shift, order(6));
  assert.deepEqual(ids(selection), [30, 40, 50]);
  selection.pick(10, shift, order(6));
  assert.deepEqual(ids(selection), [10, 20, 30]);
  assert.equal(selection.current, 10);
});

test('Ctrl Shift click adds a range to what is there', () => {
  const selection = new Selection();
  selection.pick(10, plain, order(9));
  selection.pick(50, ctrl, order(9));
  selection.pick(70, both, order(9));
  assert.deepEqual(ids(selection), [10, 50, 60, 70]);
});

test('Shift without an anchor, or with one that the view no longer shows, selects one', () => {
  const selection = new Selection();
  selection.pick(20, shift, order(5));
  assert.deepEqual(ids(selection), [20]);
  selection.pick(50, plain, order(5));
  selection.pick(20, shift, order(3));
  assert.deepEqual(ids(selection), [20]);
});

test('moving with Ctrl leaves the selection alone, and letters act on it before they act on the current photo', () => {
  const selection = new Selection();
  selection.moveTo(20);
  assert.deepEqual(selection.targets, [20]);
  selection.pick(10, plain, order(5));
  selection.moveTo(40);
  assert.deepEqual(ids(selection), [10]);
  assert.deepEqual(selection.targets, [10]);
});

test('the tick of a day takes all of it, or none where all are taken already', () => {
  const selection = new Selection();
  selection.pick(20, plain, order(5));
  selection.toggleAll([10, 20, 30]);
  assert.deepEqual(ids(selection), [10, 20, 30]);
  selection.toggleAll([10, 20, 30]);
  assert.deepEqual(ids(selection), []);
});

test('a rubber band replaces what is selected, or adds to it with Ctrl, and may shrink again', () => {
  const selection = new Selection();
  selection.pick(50, plain, order(5));
  selection.pick(50, ctrl, order(5));
  selection.pick(50, ctrl, order(5));
  selection.band([10, 20, 30], true);
  assert.deepEqual(ids(selection), [10, 20, 30, 50]);
  selection.band([10], true);
  assert.deepEqual(ids(selection), [10, 50]);
  selection.endBand();
  selection.band([20], false);
  assert.deepEqual(ids(selection), [20]);
});

test('Esc clears, and the current photo stays where it is', () => {
  const selection = new Selection();
  selection.selectAll(order(4));
  selection.moveTo(30);
  selection.clear();
  assert.equal(selection.size, 0);
  assert.equal(selection.current, 30);
});

test('a photo that leaves the library leaves the selection', () => {
  const selection = new Selection();
  selection.selectAll(order(4));
  selection.moveTo(20);
  selection.keepOnly((id) => id !== 20);
  assert.deepEqual(ids(selection), [10, 30, 40]);
  assert.equal(selection.current, null);
});

test('100,000 photos are selected at once', () => {
  const selection = new Selection();
  selection.selectAll(order(100_000));
  assert.equal(selection.size, 100_000);
  assert.ok(selection.has(1_000_000));
});

test('Shift always selects exactly the photos between anchor and click', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(49), fc.nat(49), (length, a, b) => {
      const [from, to] = [a % length, b % length];
      const selection = new Selection();
      const view = order(length);
      selection.pick(view.idAt(from), plain, view);
      selection.pick(view.idAt(to), shift, view);
      const [low, high] = [Math.min(from, to), Math.max(from, to)];
      const expected = Array.from({ length: high - low + 1 }, (_, step) => view.idAt(low + step));
      assert.deepEqual(ids(selection), expected);
    }),
  );
});
