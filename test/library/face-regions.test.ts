import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Box } from '../../src-main/contract/people.ts';
import { readFaceRegions, shownBox, storedBox } from '../../src-main/library/face-regions.ts';

const formats = join(import.meta.dirname, '../../../shared/photos/formats');
const skip = existsSync(formats) ? false : 'no ../shared here';
const dir = mkdtempSync(join(tmpdir(), 'likeness-regions-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const near = (a: Box, b: Box, by = 2e-3) => a.every((value, i) => Math.abs(value - b[i]!) < by);
/** Left and top from the middle. */
const centred = (x: number, y: number, w: number, h: number): Box => [x - w / 2, y - h / 2, w, h];

test('names of the same photo are read upright, however it is stored', { skip }, async () => {
  const shown = { width: 840, height: 700 };
  for (const file of ['portrait.jpg', 'portrait-orientation-6.jpg']) {
    const regions = await readFaceRegions(join(formats, 'xmp', file), shown);
    assert.deepEqual(
      regions.map(({ name }) => name),
      ['Marie Curie', 'Pierre Curie'],
    );
    assert.ok(near(regions[0]!.box, centred(0.3685, 0.3079, 0.1131, 0.1986)), file);
    assert.ok(near(regions[1]!.box, centred(0.6875, 0.2393, 0.0964, 0.2414)), file);
  }
});

test('a sidecar is read beside its photo', { skip }, async () => {
  const [region] = await readFaceRegions(join(formats, 'sidecars/niaz.jpg'), { width: 100, height: 100 });
  assert.equal(region!.name, 'Niaz Faridani-Rad');
  assert.ok(near(region!.box, centred(0.4985, 0.3678, 0.4364, 0.4856)));
});

test('a photo without names, without metadata, or that is gone has none', { skip }, async () => {
  const shown = { width: 10, height: 10 };
  assert.deepEqual(await readFaceRegions(join(formats, 'sidecars/ladybug.jpg'), shown), []);
  assert.deepEqual(await readFaceRegions(join(dir, 'gone.jpg'), shown), []);
});

const packet = (inner: string) =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ` +
  `xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ` +
  `xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" ` +
  `xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" xmlns:MP="http://ns.microsoft.com/photo/1.2/" ` +
  `xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#">${inner}` +
  `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

async function photoWith(name: string, inner: string): Promise<string> {
  const path = join(dir, name);
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#888' } })
    .jpeg()
    .toFile(path);
  writeFileSync(`${path}.xmp`, packet(inner));
  return path;
}

test("Windows' own way of naming people is read, too", async () => {
  const path = await photoWith(
    'windows.jpg',
    `<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li rdf:parseType="Resource">` +
      `<MPReg:Rectangle>0.25, 0.5, 0.2, 0.1</MPReg:Rectangle><MPReg:PersonDisplayName>Jörg</MPReg:PersonDisplayName>` +
      `</rdf:li></rdf:Bag></MPRI:Regions></MP:RegionInfo>`,
  );
  const [region] = await readFaceRegions(path, { width: 40, height: 30 });
  assert.equal(region!.name, 'Jörg');
  assert.ok(near(region!.box, [0.25, 0.5, 0.2, 0.1]));
});

test('what is no face, has no name, or lies nowhere is passed over', async () => {
  const region = (name: string, type: string, x: string) =>
    `<rdf:li><rdf:Description mwg-rs:Name="${name}" mwg-rs:Type="${type}"><mwg-rs:Area stArea:x="${x}" stArea:y="0.5" ` +
    `stArea:w="0.2" stArea:h="0.2" stArea:unit="normalized"/></rdf:Description></rdf:li>`;
  const path = await photoWith(
    'others.jpg',
    `<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>` +
      region('Rex', 'Pet', '0.5') +
      region('', 'Face', '0.5') +
      region('Nowhere', 'Face', 'abc') +
      region('Outside', 'Face', '3') +
      region('Edge', 'Face', '0.05') +
      `</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>`,
  );
  const regions = await readFaceRegions(path, { width: 40, height: 30 });
  assert.deepEqual(
    regions.map(({ name }) => name),
    ['Edge'],
  );
  assert.ok(near(regions[0]!.box, [0, 0.4, 0.15, 0.2]));
});

test('a box goes from stored to shown and back under every orientation', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, share, share, fc.integer({ min: 1, max: 8 }), (a, b, c, d, orientation) => {
      const box: Box = [Math.min(a, b), Math.min(c, d), Math.abs(a - b), Math.abs(c - d)];
      const shown = shownBox(box, orientation);
      assert.ok(shown.every((value) => value >= -1e-12 && value <= 1 + 1e-12));
      assert.ok(near(storedBox(shown, orientation), box, 1e-12));
    }),
  );
});

test('a box is turned as its picture is', async () => {
  // One bright pixel of a small picture, found again after sharp has turned it.
  const [width, height] = [4, 3];
  for (let orientation = 1; orientation <= 8; orientation++) {
    const rgb = new Uint8Array(3 * width * height);
    rgb.fill(255, 3 * (1 * width + 3), 3 * (1 * width + 3) + 3);
    const stored = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const { data, info } = await sharp(stored).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const at = data.findIndex((value) => value > 128) / 3;
    const [x, y] = [at % info.width, Math.floor(at / info.width)];
    const box = shownBox([3 / width, 1 / height, 1 / width, 1 / height], orientation);
    assert.ok(
      near(box, [x / info.width, y / info.height, 1 / info.width, 1 / info.height], 1e-9),
      String(orientation),
    );
  }
});
