import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { formatWallClock, wallClockMs } from '../../src-main/contract/clock.ts';
import { readMetadata } from '../../src-main/library/metadata.ts';
import { kindOf } from '../../src-main/library/scan.ts';

const formats = fileURLToPath(new URL('../../../shared/photos/formats/', import.meta.url));
const skip = existsSync(formats) ? false : 'no ../shared here';
const dir = mkdtempSync(join(tmpdir(), 'likeness-metadata-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** Rows of a reference list whose files Likeness reads. */
function rowsOf(list: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(formats, list), 'utf8').trim().split('\n');
  const columns = head.split('\t');
  return lines
    .map((line) => Object.fromEntries(line.split('\t').map((cell, index) => [columns[index]!, cell])))
    .filter(({ file = '' }) => kindOf(file)?.unsupported === null);
}

async function photo(exif: Record<string, Record<string, string>>): Promise<string> {
  const path = join(dir, `${Math.random()}.jpg`);
  const blank = sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } });
  await blank.jpeg().withExif(exif).toFile(path);
  return path;
}

test('taken time and place of the reference photos agree with ExifTool', { skip }, async (t) => {
  const wrong: string[] = [];
  let photos = 0;
  for (const { file = '', taken = '', gps = '', note = '' } of rowsOf('expected.tsv')) {
    // What is no picture has no taken time, whatever its bytes say.
    if (note.startsWith('refuse:')) continue;
    photos += 1;
    const metadata = await readMetadata(join(formats, file), 0);
    const got = metadata.takenFrom === 'file' ? '' : formatWallClock(metadata.takenAtMs!, null);
    if (taken === '' ? got !== '' : !got.startsWith(taken)) wrong.push(`${file}: ${got} for ${taken}`);
    const [lat, lon] = gps.split(',').map(Number);
    const near =
      gps === ''
        ? metadata.gps === null
        : metadata.gps !== null &&
          Math.abs(metadata.gps.lat - lat!) < 1e-4 &&
          Math.abs(metadata.gps.lon - lon!) < 1e-4;
    if (!near) wrong.push(`${file}: ${JSON.stringify(metadata.gps)} for ${gps}`);
  }
  t.diagnostic(`${photos} photos, ${wrong.length} disagree`);
  assert.deepEqual(wrong, []);
});

test('rating, keywords and title of the reference photos agree with ExifTool', { skip }, async (t) => {
  const rows = rowsOf('metadata.tsv');
  for (const { file = '', rating = '', keywords = '', title_or_description: title = '' } of rows) {
    const metadata = await readMetadata(join(formats, file), 0);
    assert.equal(String(metadata.rating ?? ''), rating, file);
    assert.equal(metadata.keywords.join('; '), keywords, file);
    assert.equal(metadata.caption ?? '', title, file);
  }
  t.diagnostic(`${rows.length} photos`);
});

test('whatever calls itself a photo is read in bounded time and never throws', { skip }, async () => {
  for (const { file = '' } of rowsOf('expected.tsv')) {
    const startedMs = performance.now();
    await readMetadata(join(formats, file), 0);
    assert.ok(performance.now() - startedMs < 5_000, file);
  }
});

test('without a stated time the file’s date stands in, and says so', async () => {
  const modifiedMs = Date.UTC(2020, 6, 1, 12);
  const metadata = await readMetadata(await photo({}), modifiedMs + 0.5);
  assert.equal(metadata.takenFrom, 'file');
  assert.equal(metadata.takenAtMs, wallClockMs(modifiedMs));
  assert.equal(metadata.zoneMinutes, null);
});

test('a file that is not there, empty or no photo has no metadata and is no error', async () => {
  const empty = join(dir, 'empty.jpg');
  writeFileSync(empty, '');
  const text = join(dir, 'text.jpg');
  writeFileSync(text, '<html>');
  for (const path of [join(dir, 'gone.jpg'), empty, text])
    assert.partialDeepStrictEqual(await readMetadata(path, 0), {
      takenFrom: 'file',
      camera: null,
      keywords: [],
    });
});

test('zone, fraction of a second, camera, lens and exposure are read', async () => {
  const path = await photo({
    IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D90  ', ImageDescription: 'A day in Rome' },
    IFD2: {
      DateTimeOriginal: '2024:06:15 14:03:22',
      OffsetTimeOriginal: '+02:00',
      SubSecTimeOriginal: '25',
      LensModel: 'AF-S 50mm',
      ExposureTime: '1/200',
      FNumber: '28/10',
      ISOSpeedRatings: '400',
      FocalLength: '50/1',
    },
    IFD3: {
      GPSLatitudeRef: 'S',
      GPSLatitude: '33/1 30/1 0/1',
      GPSLongitudeRef: 'W',
      GPSLongitude: '70/1 15/1 0/1',
    },
  });
  assert.deepEqual(await readMetadata(path, 0), {
    takenAtMs: Date.UTC(2024, 5, 15, 14, 3, 22, 250),
    takenFrom: 'exif',
    zoneMinutes: 120,
    camera: 'NIKON D90',
    lens: 'AF-S 50mm',
    gps: { lat: -33.5, lon: -70.25 },
    rating: null,
    keywords: [],
    caption: 'A day in Rome',
    exposureSeconds: 0.005,
    fNumber: 2.8,
    iso: 400,
    focalLengthMm: 50,
  });
});

test('a maker that the model does not name stands before it; a camera’s own words are no caption', async () => {
  const path = await photo({
    IFD0: { Make: 'Apple', Model: 'iPhone 12', ImageDescription: 'OLYMPUS DIGITAL CAMERA' },
  });
  assert.partialDeepStrictEqual(await readMetadata(path, 0), { camera: 'Apple iPhone 12', caption: null });
});

test('dates and places that cannot be are not believed', async () => {
  const path = await photo({
    IFD2: { DateTimeOriginal: '0000:00:00 00:00:00', DateTimeDigitized: '2019:03:04 05:06:07' },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: '0/1 0/1 0/1',
      GPSLongitudeRef: 'E',
      GPSLongitude: '0/1 0/1 0/1',
    },
  });
  const metadata = await readMetadata(path, 0);
  assert.equal(metadata.takenAtMs, Date.UTC(2019, 2, 4, 5, 6, 7));
  assert.equal(metadata.gps, null);
});

test('bytes damaged anywhere never throw', async () => {
  const whole = readFileSync(
    await photo({ IFD0: { Make: 'Canon', Model: 'EOS' }, IFD2: { DateTimeOriginal: '2024:06:15 14:03:22' } }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(Math.min(whole.length, 400) - 1), fc.nat(255)), { maxLength: 20 }),
      fc.nat(whole.length),
      async (damage, length) => {
        const bytes = new Uint8Array(whole).slice(0, length);
        for (const [at, value] of damage) if (at < length) bytes[at] = value;
        const metadata = await readMetadata(bytes.buffer, 0);
        assert.ok(Number.isFinite(metadata.takenAtMs));
      },
    ),
    { numRuns: 300 },
  );
});
