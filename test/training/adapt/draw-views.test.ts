import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { drawViews } from '../../../training/adapt/draw-views.ts';
import { blots, temporaryFolder, writeFiles } from '../data/pictures.ts';

const folder = await temporaryFolder();
await writeFiles(folder, { 'blots.png': await blots(3) });
const task = {
  kind: 'views',
  photo: join(folder, 'blots.png'),
  start: 'adapter',
  options: {},
  seed: 1,
} as const;

test('two different cuts with their pictures, the same again for the same seed', async () => {
  const views = await drawViews(task);
  assert.equal(views.length, 2);
  for (const { box, picture } of views) {
    const [left, top, width, height] = box;
    assert.ok(left >= 0 && top >= 0 && left + width <= 1 + 1e-9 && top + height <= 1 + 1e-9);
    const { format, width: side } = await sharp(Buffer.from(picture.split(',')[1]!, 'base64')).metadata();
    assert.deepEqual([format, side], ['jpeg', 224]);
  }
  assert.notDeepEqual(views[0]!.box, views[1]!.box);
  assert.deepEqual(await drawViews(task), views);
  assert.notDeepEqual(await drawViews({ ...task, seed: 2 }), views);
});

test('options show: the whole photo, and a new network’s small cuts', async () => {
  const whole = await drawViews({ ...task, options: { smallestCrop: 1 } });
  const small = await drawViews({ ...task, start: 'scratch', options: { smallestCrop: 0.05 } });
  const area = (views: typeof whole) => Math.max(...views.map(({ box }) => box[2] * box[3]));
  assert.ok(area(whole) > 0.55 && area(small) < area(whole), `${area(whole)}, ${area(small)}`);
});
