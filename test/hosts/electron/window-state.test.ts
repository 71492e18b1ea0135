import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import {
  placeWindow,
  readWindowState,
  smallest,
  writeWindowState,
} from '../../../src-main/hosts/electron/window-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-window-'));
after(() => rmSync(folder, { recursive: true }));
const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: -200, width: 2560, height: 1440 };

test('the first window stands in the middle of the primary display', () => {
  assert.deepEqual(placeWindow(null, [screen, second]), { x: 240, y: 70, width: 1440, height: 900 });
});

test('a window comes back where it was, on any display that is still there', () => {
  const saved = { bounds: { x: 2000, y: -100, width: 1200, height: 800 }, maximized: false };
  assert.deepEqual(placeWindow(saved, [screen, second]), saved.bounds);
  assert.deepEqual(placeWindow(saved, [screen]), { x: 360, y: 120, width: 1200, height: 800 });
});

test('whatever was saved, the title bar can be grasped and the window is large enough', () => {
  const bounds = fc.record({
    x: fc.integer({ min: -5000, max: 8000 }),
    y: fc.integer({ min: -5000, max: 8000 }),
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
  });
  fc.assert(
    fc.property(bounds, (saved) => {
      const placed = placeWindow({ bounds: saved, maximized: false }, [screen, second]);
      assert.ok(placed.width >= smallest.width && placed.height >= smallest.height);
      const grasped = [screen, second].some(
        (area) =>
          placed.y >= area.y &&
          placed.y + 40 <= area.y + area.height &&
          Math.min(placed.x + placed.width, area.x + area.width) - Math.max(placed.x, area.x) >= 120,
      );
      assert.ok(grasped, JSON.stringify(placed));
    }),
    // Once a window narrowed to its display could no longer be reached there.
    { examples: [[{ x: -521, y: -1, width: 2561, height: 1 }]], numRuns: 1000 },
  );
});

test('the state reads back as it was written, and leaves nothing beside', () => {
  const path = join(folder, 'window.json');
  const state = { bounds: { x: -10, y: 20, width: 1000, height: 700 }, maximized: true };
  writeWindowState(path, state);
  assert.deepEqual(readWindowState(path), state);
  assert.deepEqual(readdirSync(folder), ['window.json']);
});

test('a state that is missing or spoilt is none', () => {
  const path = join(folder, 'spoilt.json');
  assert.equal(readWindowState(path), null);
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"bounds":{"x":1}}',
    '{"bounds":{"x":1,"y":2,"width":"a","height":4}}',
  ]) {
    writeFileSync(path, text);
    assert.equal(readWindowState(path), null, text);
  }
});
