/** Views and what the teacher says of them, on the disk. */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { viewOrder, viewPixels, viewsOf } from '../../../../training/recipes/built-in/make-views.ts';
import { kinds } from '../../../../training/recipes/built-in/recipe-photos.ts';
import {
  mixture,
  openViewReader,
  openViewWriter,
  viewSide,
} from '../../../../training/recipes/built-in/view-store.ts';
import { drawnView, folder, tinyDrawer, tinyPlan, width, writeViews } from './tiny-run.ts';

const length = 3 * viewSide * viewSide;

test('views are read as they were written, also those that come while they are read', async () => {
  const dir = join(folder, 'grows');
  const writer = await openViewWriter(dir, width);
  const views = [drawnView(3, 1), drawnView(1, 2), drawnView(2, 3)];
  await writer.add(views.slice(0, 2));
  const reader = await openViewReader(dir, width);
  await writer.add(views.slice(2));
  await writer.close();
  assert.deepEqual([...reader.photos], [3, 1]);
  await reader.refresh();
  assert.deepEqual([...reader.photos], [3, 1, 2]);
  const [planes, target] = [new Uint8Array(2 * length), new Float32Array(2 * width)];
  await reader.read([2, 0], planes, target);
  assert.deepEqual(planes.slice(0, length), views[2]!.planes);
  assert.deepEqual(planes.slice(length), views[0]!.planes);
  for (let i = 0; i < width; i++) assert.ok(Math.abs(target[i]! - views[2]!.target[i]!) < 1e-3);
  await reader.close();
});

test('a view that was half written when the power failed is written again', async () => {
  const dir = join(folder, 'broken');
  const writer = await openViewWriter(dir, width);
  await writer.add([drawnView(0, 1)]);
  await writer.close();
  appendFileSync(join(dir, 'views.u8'), Buffer.alloc(77));
  appendFileSync(join(dir, 'targets.f16'), Buffer.alloc(5));
  const again = await openViewWriter(dir, width);
  assert.deepEqual([...again.photos], [0]);
  const view = drawnView(4, 9);
  await again.add([view]);
  await again.close();
  const reader = await openViewReader(dir, width);
  const planes = new Uint8Array(length);
  await reader.read([1], planes, new Float32Array(width));
  assert.deepEqual(planes, view.planes);
  await reader.close();
});

test('every photo is looked at whole first, and as often as its kind says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 30 }),
      fc.nat(),
      (photos, seed) => {
        const order = viewOrder(photos, seed);
        assert.deepEqual(
          new Set(order.slice(0, photos.length).map(({ photo }) => photo)).size,
          photos.length,
        );
        for (const [photo, kind] of photos.entries())
          assert.deepEqual(
            order.filter((one) => one.photo === photo).map(({ round }) => round),
            Array.from({ length: viewsOf[kind] }, (_, round) => round),
          );
      },
    ),
  );
});

test('a view is a part of its photo, the same at every time', () => {
  const rgb = Uint8Array.from({ length: 3 * 40 * 30 }, (_, i) => i % 251);
  const photo = { rgb, width: 40, height: 30 };
  assert.equal(viewPixels(photo, 1, 5, 0), photo);
  fc.assert(
    fc.property(fc.nat(500), fc.integer({ min: 1, max: 7 }), (place, round) => {
      const view = viewPixels(photo, 1, place, round);
      assert.deepEqual(view, viewPixels(photo, 1, place, round));
      assert.equal(view.rgb.length, 3 * view.width * view.height);
      assert.ok(view.width * view.height >= 0.25 * 40 * 30 && view.width <= 40 && view.height <= 30);
      const rows = Array.from({ length: 30 - view.height + 1 }, (_, top) => top);
      const starts = rows.flatMap((top) =>
        Array.from({ length: 40 - view.width + 1 }, (_, left) => 3 * (top * 40 + left)),
      );
      assert.ok(
        starts.some((at) =>
          Buffer.from(rgb.subarray(at, at + 3 * view.width)).equals(view.rgb.subarray(0, 3 * view.width)),
        ),
      );
    }),
    { numRuns: 20 },
  );
});

test('a batch holds different photos of each kind, with sentences of their own', async () => {
  const dir = join(folder, 'drawn');
  await writeViews(dir);
  const drawer = await tinyDrawer(dir, tinyPlan);
  const [one, again, other] = [
    await drawer.feeds(3, 32),
    await drawer.feeds(3, 32),
    await drawer.feeds(4, 32),
  ];
  assert.deepEqual(one['captions'], again['captions']);
  assert.deepEqual(one['view.rows'], again['view.rows']);
  assert.notDeepEqual(one['view.rows'], other['view.rows']);
  await assert.rejects(
    (await tinyDrawer(dir, { ...tinyPlan, mix: { ...tinyPlan.mix, mixed: 1 } })).feeds(0, 32),
    /1 photos of a kind/,
  );
  const writer = await openViewWriter(dir, width);
  const mixed = drawnView(mixture, 77);
  await writer.add([mixed]);
  await writer.close();
  const withMixture = await tinyDrawer(dir, { ...tinyPlan, mix: { ...tinyPlan.mix, mixed: 1 } });
  const { photos: planes } = await withMixture.feeds(0, 32);
  assert.deepEqual((planes as Uint8Array).slice(-length), mixed.planes);
  await assert.rejects(
    (await tinyDrawer(dir, { ...tinyPlan, mix: { captioned: 7, named: 0, plain: 0, mixed: 0 } })).feeds(
      0,
      32,
    ),
    /7 photos/,
  );
});
