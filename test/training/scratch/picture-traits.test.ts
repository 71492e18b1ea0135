import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { openPhotos } from '../../../training/data/open-photos.ts';
import { PhotoCache } from '../../../training/data/photo-cache.ts';
import { picturesTraits } from '../../../training/scratch/picture-traits.ts';
import { temporaryFolder, writeFiles } from '../data/pictures.ts';
import { uniform } from '../graph/draw.ts';

const side = 24;
const folder = await temporaryFolder();

/** Pictures of smooth noise. @param change  of a value, by its place from 0 to 1. */
async function traitsOf(
  name: string,
  change: (value: number, x: number, y: number, channel: number) => number,
) {
  const dir = join(folder, name);
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 60; i++) {
    const noise = uniform(i + 1, 36, 60, 190);
    const bytes = Uint8Array.from({ length: 3 * side * side }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
      const value = noise[Math.floor(y / 4) * 6 + Math.floor(x / 4)]!;
      return Math.min(255, Math.max(0, change(value, x / side, y / side, at % 3)));
    });
    files[`${i}.png`] = await sharp(bytes, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toBuffer();
  }
  await writeFiles(dir, files);
  const set = await openPhotos(dir, { captions: null });
  const traits = await picturesTraits(await PhotoCache.prepare(set, { side }));
  await set.close();
  return traits;
}

test('grey pictures without an up are told', async () => {
  const { grey, sidedness, uprightness } = await traitsOf('noise', (value) => value);
  assert.equal(grey, 1);
  assert.ok(sidedness < 3 && uprightness < 4, `${sidedness}, ${uprightness}`);
});

test('coloured pictures with light from above are told', async () => {
  const { grey, sidedness, uprightness } = await traitsOf(
    'sky',
    (value, _, y, channel) => value + 60 * (1 - 2 * y) + 30 * channel,
  );
  assert.equal(grey, 0);
  assert.ok(uprightness > 20 && sidedness < 3, `${sidedness}, ${uprightness}`);
});

test('pictures whose sides differ, and pictures with two axes, are told', async () => {
  const left = await traitsOf('left', (value, x) => value + 60 * (1 - 2 * x));
  assert.ok(left.sidedness > 20);
  const lines = await traitsOf('lines', (value, _, y) => value + 40 * Math.sin(40 * y));
  assert.ok(lines.uprightness > 20 && lines.sidedness < 3, `${lines.sidedness}, ${lines.uprightness}`);
});
