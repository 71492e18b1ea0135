import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { readPixels, type Pixels } from '../../models/pixels.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { averageColour, renderJpeg, writeThumbnails } from '../../src-main/library/thumbnail.ts';
import { sweepThumbnails, thumbnailPath, trimThumbnails } from '../../src-main/library/thumbnail-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-thumbnail-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const hash = (letter: string) => letter.repeat(64);

function plain(width: number, height: number, colour: readonly [number, number, number]): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0; at < rgb.length; at += 1) rgb[at] = colour[at % 3]!;
  return { rgb, width, height };
}

test('both thumbnails stand under their content’s name, their longer side as promised', async () => {
  await writeThumbnails(dir, hash('a'), plain(496, 372, [10, 120, 230]));
  for (const side of [256, 496] as const) {
    const path = thumbnailPath(dir, hash('a'), side);
    assert.equal(path, join(dir, 'aa', `${hash('a')}.${side}.jpg`));
    const { width, height, format, chromaSubsampling } = await sharp(path).metadata();
    assert.deepEqual([width, height, format, chromaSubsampling], [side, side * 0.75, 'jpeg', '4:2:0']);
  }
  assert.deepEqual(readdirSync(join(dir, 'aa')).length, 2, 'no part is left');
});

test('a photo smaller than a thumbnail is not enlarged', async () => {
  await writeThumbnails(dir, hash('b'), plain(3, 200, [0, 0, 0]));
  const { width, height } = await sharp(thumbnailPath(dir, hash('b'), 496)).metadata();
  assert.deepEqual([width, height], [3, 200]);
});

test('the average colour is the mean of every pixel', () => {
  assert.equal(averageColour(plain(5, 7, [0x12, 0x80, 0xff])), 0x1280ff);
  const half = plain(2, 1, [0, 0, 0]);
  half.rgb.set([255, 101, 1], 3);
  assert.equal(averageColour(half), (128 << 16) | (51 << 8) | 1);
});

test('a photo that browsers cannot draw becomes a JPEG, turned upright', async () => {
  const source = join(dir, 'scan.tif');
  const turned = sharp({ create: { width: 60, height: 40, channels: 3, background: '#c00' } });
  await turned.withMetadata({ orientation: 6 }).tiff().toFile(source);
  const target = join(dir, 'previews', 'x.jpg');
  const bytes = await renderJpeg(source, target, 30);
  assert.equal(readFileSync(target).length, bytes);
  const { width, height, format } = await sharp(target).metadata();
  assert.deepEqual([width, height, format], [20, 30, 'jpeg']);
  const { rgb } = await readPixels(target, { longSide: 30 });
  assert.ok(rgb[0]! > 190 && rgb[1]! < 20);
});

test('a photo that cannot be read is refused in words and leaves nothing behind', async () => {
  const source = join(dir, 'broken.tif');
  writeFileSync(source, 'II*\0broken');
  const target = join(dir, 'never', 'x.jpg');
  await assert.rejects(renderJpeg(source, target, 30), LikenessError);
  assert.equal(existsSync(target), false);
});

test('a folder that cannot be written is refused in words', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await assert.rejects(writeThumbnails(file, hash('c'), plain(4, 4, [0, 0, 0])), LikenessError);
});

function kept(folder: string, letters: string): string {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .map((name) => letters.split('').find((letter) => name.includes(hash(letter))) ?? '')
    .filter((letter, at, all) => letter !== '' && all.indexOf(letter) === at)
    .sort()
    .join('');
}

function make(folder: string, letters: string): void {
  for (const [age, letter] of letters.split('').entries()) {
    const path = thumbnailPath(folder, hash(letter), 256);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.alloc(1000));
    utimesSync(path, 1_700_000_000 + age, 1_700_000_000 + age);
  }
}

test('over its bound the cache drops what was made longest ago', async () => {
  const folder = join(dir, 'cache');
  make(folder, 'dcba');
  assert.equal(await trimThumbnails(folder, 4000), 4000);
  assert.equal(kept(folder, 'abcd'), 'abcd');
  assert.equal(await trimThumbnails(folder, 2999), 2000);
  assert.equal(kept(folder, 'abcd'), 'ab');
  assert.equal(await trimThumbnails(folder, 0), 0);
  assert.equal(await trimThumbnails(join(dir, 'no such folder'), 0), 0);
});

test('parts that a kill left are dropped once they are old', async () => {
  const folder = join(dir, 'parts');
  mkdirSync(folder);
  for (const name of ['old.part', 'new.part']) writeFileSync(join(folder, name), 'x');
  utimesSync(join(folder, 'old.part'), 1, 1);
  await trimThumbnails(folder, 1e9);
  assert.deepEqual(readdirSync(folder), ['new.part']);
});

test('thumbnails of photos that left the library go, all others stay', async () => {
  const folder = join(dir, 'swept');
  make(folder, 'abc');
  writeFileSync(join(folder, 'somebody else’s.txt'), 'x');
  assert.equal(await sweepThumbnails(folder, (one) => one !== hash('b')), 1);
  assert.equal(kept(folder, 'abc'), 'ac');
  assert.ok(existsSync(join(folder, 'somebody else’s.txt')));
});
