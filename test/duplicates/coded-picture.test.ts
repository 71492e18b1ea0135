import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { codedPicture } from '../../src-main/duplicates/coded-picture.ts';
import { drawnPicture } from './pictures.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-coded-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const picture = await drawnPicture(1, { width: 80, height: 60 }).png().toBuffer();
const file = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
};
const titled = { IFD0: { ImageDescription: 'Lake at noon', Artist: 'Somebody' } };

for (const format of ['jpeg', 'png', 'webp'] as const)
  test(`${format}: other metadata, the same picture; another picture, another one`, async () => {
    const encode = (exif: boolean, blur = false) => {
      const chain = blur ? sharp(picture).blur(2) : sharp(picture);
      return (exif ? chain.withExif(titled) : chain).toFormat(format).toBuffer();
    };
    const [plain, named, other] = [await encode(false), await encode(true), await encode(false, true)];
    assert.notDeepEqual(plain, named);
    const of = await codedPicture(file('plain', plain));
    assert.match(of!, /^[0-9a-f]{64}$/);
    assert.equal(await codedPicture(file('named', named)), of);
    assert.notEqual(await codedPicture(file('other', other)), of);
  });

test('what is no picture, or is cut off, has none', async () => {
  assert.equal(await codedPicture(file('text', Buffer.from('no picture'))), null);
  assert.equal(await codedPicture(file('empty', Buffer.alloc(0))), null);
  const jpeg = await sharp(picture).jpeg().toBuffer();
  assert.equal(await codedPicture(file('cut', jpeg.subarray(0, 12))), null);
  await assert.rejects(codedPicture(join(dir, 'nowhere')));
});
