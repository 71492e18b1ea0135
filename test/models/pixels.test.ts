import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { crop, readPixels, squash, type Pixels } from '../../models/pixels.ts';
import { LikenessError, type ErrorCode } from '../../src-main/contract/errors.ts';

const longSide = 496;
let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'likeness-pixels-'));
});
after(() => rm(dir, { recursive: true }));

const red = [200, 30, 30] as const;
const blue = [30, 30, 200] as const;

/** Left half red, right half blue. */
function halves(width: number, height: number): Sharp {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(i % width < width / 2 ? red : blue, i * 3);
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

async function saved(name: string, image: Sharp): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, await image.toBuffer());
  return path;
}

/** The colour at a place given in 0..1. */
function colourAt({ rgb, width, height }: Pixels, x: number, y: number): number[] {
  const at = (Math.floor(y * (height - 1)) * width + Math.floor(x * (width - 1))) * 3;
  return [...rgb.subarray(at, at + 3)];
}

function assertNear(actual: number[], expected: readonly number[], tolerance = 12): void {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) <= tolerance, `${actual.join()} is not near ${expected.join()}`);
}

async function assertRefused(path: string, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(readPixels(path, { longSide }), (thrown) => {
    assert.ok(thrown instanceof LikenessError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    assert.match(thrown.hint, /\.$/);
    return true;
  });
}

test('the working copy keeps the aspect and is at most as long as asked for', async () => {
  const path = await saved('large.jpg', halves(1200, 800).jpeg());
  const photo = await readPixels(path, { longSide });
  assert.deepEqual(
    [photo.width, photo.height, photo.fullWidth, photo.fullHeight, photo.format],
    [496, 331, 1200, 800, 'jpeg'],
  );
  assert.equal(photo.rgb.length, 496 * 331 * 3);
  assertNear(colourAt(photo, 0.1, 0.5), red);
  assertNear(colourAt(photo, 0.9, 0.5), blue);
});

test('a small photo is never enlarged', async () => {
  const photo = await readPixels(await saved('small.png', halves(40, 10).png()), { longSide });
  assert.deepEqual([photo.width, photo.height], [40, 10]);
});

test('a strip of one pixel keeps that pixel', async () => {
  const photo = await readPixels(await saved('strip.png', halves(3000, 1).png()), { longSide });
  assert.deepEqual([photo.width, photo.height, photo.fullWidth], [496, 1, 3000]);
});

// Where the red half comes to lie, by EXIF orientation (TIFF 6.0, tag 274).
const redSide = [
  ['left', 60, 40],
  ['right', 60, 40],
  ['right', 60, 40],
  ['left', 60, 40],
  ['top', 40, 60],
  ['top', 40, 60],
  ['bottom', 40, 60],
  ['bottom', 40, 60],
] as const;
const places: Record<string, readonly [x: number, y: number]> = {
  left: [0.1, 0.5],
  right: [0.9, 0.5],
  top: [0.5, 0.1],
  bottom: [0.5, 0.9],
};
for (const [at, [side, width, height]] of redSide.entries())
  test(`EXIF orientation ${at + 1} is applied`, async () => {
    const image = halves(60, 40)
      .withMetadata({ orientation: at + 1 })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
    const photo = await readPixels(await saved(`turned-${at + 1}.jpg`, image), { longSide });
    assert.deepEqual([photo.fullWidth, photo.fullHeight], [width, height]);
    assertNear(colourAt(photo, ...places[side]!), red);
  });

test('transparency comes to lie on white', async () => {
  const clear = sharp({
    create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  });
  const photo = await readPixels(await saved('clear.png', clear.png()), { longSide });
  assert.deepEqual(colourAt(photo, 0.5, 0.5), [255, 255, 255]);
});

test('grey and 16-bit pictures come out as 8-bit RGB', async () => {
  const grey = halves(20, 20).greyscale().toColourspace('grey16').png();
  const photo = await readPixels(await saved('grey.png', grey), { longSide });
  assert.equal(photo.rgb.length, 20 * 20 * 3);
  const [r, g, b] = colourAt(photo, 0.1, 0.5);
  assert.ok(r === g && g === b && r! > 50 && r! < 200);
});

test('an animation shows its first frame', async () => {
  const [width, frameHeight] = [20, 20];
  const rgb = new Uint8Array(width * frameHeight * 2 * 3);
  for (let i = 0; i < rgb.length / 3; i++) rgb.set(i < width * frameHeight ? red : blue, i * 3);
  const raw = { width, height: frameHeight * 2, channels: 3, pageHeight: frameHeight } as const;
  const photo = await readPixels(await saved('moving.gif', sharp(rgb, { raw }).gif()), { longSide });
  assert.deepEqual([photo.fullWidth, photo.fullHeight, photo.format], [20, 20, 'gif']);
  assertNear(colourAt(photo, 0.5, 0.9), red);
});

for (const format of ['png', 'webp', 'avif', 'gif', 'tiff'] as const)
  test(`a ${format} under the name of a JPEG is read by its content`, async () => {
    const path = await saved(`lies-${format}.jpg`, halves(32, 32).toFormat(format));
    const photo = await readPixels(path, { longSide });
    assert.equal(photo.format, format);
    assertNear(colourAt(photo, 0.1, 0.5), red, 30);
  });

test('bytes are read as the file that holds them, and refused as it is', async () => {
  const path = await saved('turned.jpg', halves(60, 40).withMetadata({ orientation: 6 }).jpeg());
  const bytes = readFileSync(path);
  assert.deepEqual(
    await readPixels({ name: 'turned.jpg', bytes }, { longSide }),
    await readPixels(path, { longSide }),
  );
  const refusals = [
    ['none.jpg', bytes.subarray(0, 0), /“none\.jpg” is empty/],
    ['page.jpg', Buffer.from('<html></html>'), /“page\.jpg” holds no picture/],
    ['raw.NEF', Buffer.from('II*\0 and so on'), /“raw\.NEF” is RAW, which/],
    ['cut.jpg', bytes.subarray(0, bytes.length - 40), /“cut\.jpg” is .*(cut off|damaged)/],
  ] as const;
  for (const [name, bytes, message] of refusals)
    await assert.rejects(readPixels({ name, bytes }, { longSide }), message);
});

test('a photo edited in place shows its new pixels', async () => {
  const path = await saved('edited.png', halves(20, 20).png());
  await readPixels(path, { longSide });
  await saved('edited.png', halves(20, 20).flop().png());
  assertNear(colourAt(await readPixels(path, { longSide }), 0.1, 0.5), blue);
});

test('bytes after the end of a JPEG do no harm', async () => {
  const path = join(dir, 'trailing.jpg');
  await writeFile(path, Buffer.concat([await halves(64, 64).jpeg().toBuffer(), Buffer.alloc(4096, 7)]));
  assert.equal((await readPixels(path, { longSide })).fullWidth, 64);
});

test('a JPEG that is cut off is refused, wherever the cut is', async () => {
  const whole = await halves(300, 200).jpeg().toBuffer();
  for (const share of [0.05, 0.3, 0.6, 0.9]) {
    const path = join(dir, 'cut.jpg');
    await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
    await assertRefused(path, 'unreadable-photo', /^“cut\.jpg” is .*(cut off|damaged)/);
  }
});

test('what is no readable picture is refused with its reason', async () => {
  const write = async (name: string, bytes: Uint8Array | string) => {
    await writeFile(join(dir, name), bytes);
    return join(dir, name);
  };
  await assertRefused(await write('empty.jpg', ''), 'unreadable-photo', /“empty\.jpg” is empty\./);
  await assertRefused(await write('page.png', '<html></html>'), 'unreadable-photo', /holds no picture/);
  await assertRefused(dir, 'unreadable-photo', /is not a file/);
  await assertRefused(join(dir, 'gone.jpg'), 'not-found', /does not exist/);
  const heic = await write('phone.jpg', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
  await assertRefused(heic, 'unsupported-format', /“phone\.jpg” is HEIC, which/);
  // A header that declares 60,000 x 60,000 pixels is believed, and refused before anything is decoded.
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000ea600000ea600802000000', 'hex');
  const bomb = Buffer.concat([header, Buffer.from('00000000', 'hex'), Buffer.alloc(64)]);
  await assertRefused(await write('bomb.png', bomb), 'unreadable-photo', /bomb\.png/);
});

test('squash gives up the aspect, crop gives up the ends', async () => {
  const photo = await readPixels(await saved('wide.png', halves(64, 16).png()), { longSide });
  const squashed = { rgb: await squash(photo, 16), width: 16, height: 16 };
  const cropped = { rgb: await crop(photo, 16), width: 16, height: 16 };
  assert.deepEqual([squashed.rgb.length, cropped.rgb.length], [16 * 16 * 3, 16 * 16 * 3]);
  // The edge between the halves stays where it was, 8 px from the left, but a crop keeps it as sharp as it was.
  for (const square of [squashed, cropped]) {
    assertNear(colourAt(square, 0.1, 0.5), red);
    assertNear(colourAt(square, 0.9, 0.5), blue);
  }
  assert.deepEqual(Buffer.from(cropped.rgb.subarray(0, 48)), Buffer.from(photo.rgb.subarray(24 * 3, 40 * 3)));
  assert.notDeepEqual(Buffer.from(squashed.rgb), Buffer.from(cropped.rgb));
});

test('a picture of the right size is handed on as it is', async () => {
  const photo = await readPixels(await saved('exact.png', halves(16, 16).png()), { longSide });
  assert.equal(await squash(photo, 16), photo.rgb);
  assert.equal(await crop(photo, 16), photo.rgb);
});

const formats = join(import.meta.dirname, '../../../shared/photos/formats');
const withoutFormats = existsSync(formats) ? false : 'no ../shared/photos/formats here';

/** Kinds that are refused by name as yet; a Lab TIFF is the one variety that libvips rejects. */
const notYet = /^(?!wrong-extension).*\.(heic|jxl|bmp|ico|mov|dng)$|^tiff\/lab\.tif$/i;

test(
  'of 233 files of every kind, each is read at its size or refused with a reason',
  { skip: withoutFormats },
  async () => {
    const rows = readFileSync(join(formats, 'expected.tsv'), 'utf8').trimEnd().split('\n').slice(1);
    const wrong: string[] = [];
    for (const [file = '', width, height, , , note = ''] of rows.map((row) => row.split('\t'))) {
      const outcome = await readPixels(join(formats, file), { longSide }).then(
        (photo) => `${photo.fullWidth} x ${photo.fullHeight}`,
        (thrown: unknown) => (thrown instanceof LikenessError ? thrown.code : String(thrown)),
      );
      const refused = outcome === 'unsupported-format' || outcome === 'unreadable-photo';
      const right = note.startsWith('refuse:')
        ? refused
        : note.startsWith('either:')
          ? refused || / x /.test(outcome)
          : notYet.test(file)
            ? outcome === 'unsupported-format'
            : outcome === `${width} x ${height}`;
      if (!right) wrong.push(`${file}: ${outcome}, expected ${note || `${width} x ${height}`}`);
    }
    assert.deepEqual(wrong, []);
    assert.equal(rows.length, 233);
  },
);
