import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ExifTool } from 'exiftool-vendored';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Box } from '../../src-main/contract/people.ts';
import { readFaceRegions, sidecarsOf, writtenBox } from '../../src-main/library/face-regions.ts';
import { writeNames } from '../../src-main/people/write-names.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-names-'));
const tool = new ExifTool({ maxProcs: 1 });
const skip = await tool.version().then(
  () => false as const,
  () => 'ExifTool cannot run here: Perl or its modules are missing',
);
after(async () => {
  await tool.end();
  rmSync(dir, { recursive: true, force: true });
});

const { signal } = new AbortController();
const write = (faces: { path: string; name: string; box: Box }[], preview = false) =>
  writeNames(faces, { preview, signal, writtenBox, sidecarsOf });
const near = (a: Box, b: Box) => a.every((value, i) => Math.abs(value - b[i]!) < 1e-5);

/** A picture that is 60 × 40 px as shown, stored under an orientation. */
async function photo(name: string, orientation = 1): Promise<string> {
  const path = join(dir, name);
  const [width, height] = orientation >= 5 ? [40, 60] : [60, 40];
  await sharp({ create: { width, height, channels: 3, background: '#567' } })
    .withMetadata({ orientation })
    .jpeg()
    .toFile(path);
  return path;
}
const shown = { width: 60, height: 40 };

test(
  'names come back at their places under every orientation, and the photo is not touched',
  { skip },
  async () => {
    const faces: { path: string; name: string; box: Box }[] = [];
    const bytes = new Map<string, Buffer>();
    for (let orientation = 1; orientation <= 8; orientation++) {
      const path = await photo(`turned-${orientation}.jpg`, orientation);
      bytes.set(path, readFileSync(path));
      faces.push({ path, name: 'Ana', box: [0.1, 0.2, 0.3, 0.4] });
      faces.push({ path, name: 'Bea', box: [0.6, 0.5, 0.2, 0.25] });
    }
    assert.deepEqual(await write(faces), { photos: 8, written: 8, unchanged: 0, failed: [] });
    const times = new Map<string, number>();
    for (const [path, before] of bytes) {
      const read = await readFaceRegions(path, shown);
      const wanted = faces.filter((face) => face.path === path);
      assert.deepEqual(
        read.map(({ name }) => name),
        ['Ana', 'Bea'],
      );
      for (const [i, { box }] of read.entries()) assert.ok(near(box, wanted[i]!.box), `${path}: ${box}`);
      assert.ok(readFileSync(path).equals(before));
      times.set(path, statSync(`${path}.xmp`).mtimeMs);
    }
    // A second time there is nothing to write.
    assert.deepEqual(await write(faces), { photos: 8, written: 0, unchanged: 8, failed: [] });
    for (const [path, mtimeMs] of times) assert.equal(statSync(`${path}.xmp`).mtimeMs, mtimeMs);
  },
);

test('whatever a name is made of, it comes back', { skip }, async () => {
  const names = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((name) => name.trim().normalize())
    .filter((name) => name !== '' && !/\p{C}|\p{Z}/u.test(name.replaceAll(' ', '')) && !/\s\s/.test(name));
  const given = ['Ña & <b> "q" \'s', '=HYPERLINK', '王秀英', ...fc.sample(names, 20)];
  const faces = await Promise.all(
    given.map(async (name, i) => ({
      path: await photo(`name-${i}.jpg`),
      name,
      box: [0.2, 0.2, 0.4, 0.4] as Box,
    })),
  );
  assert.equal((await write(faces)).written, given.length);
  for (const { path, name } of faces) assert.equal((await readFaceRegions(path, shown))[0]?.name, name);
});

test(
  'what a sidecar holds stays: other regions, ratings, and what no other program knows',
  { skip },
  async () => {
    const path = await photo('kept.jpg');
    const sidecar = join(dir, 'kept.xmp');
    writeFileSync(
      sidecar,
      `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
     xmlns:darktable="http://darktable.sf.net/" xmp:Rating="4" darktable:history_end="7"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
    );
    const area = (X: number) => ({ X, Y: 0.5, W: 0.2, H: 0.2, Unit: 'normalized' });
    await tool.write(
      sidecar,
      {
        RegionInfo: {
          AppliedToDimensions: { W: 60, H: 40, Unit: 'pixel' },
          RegionList: [
            { Area: area(0.2), Name: 'Rex', Type: 'Pet' },
            { Area: area(0.5), Name: 'Anna', Type: 'Face', Description: 'laughing' },
            { Area: area(0.8), Name: 'Carl', Type: 'Face' },
          ],
        },
      } as never,
      { writeArgs: ['-overwrite_original'] },
    );
    const faces = [{ path, name: 'Ana', box: [0.38, 0.38, 0.25, 0.25] as Box }];
    assert.deepEqual(await write(faces, true), { photos: 1, written: 1, unchanged: 0, failed: [] });
    assert.match(readFileSync(sidecar, 'utf8'), /Anna/);
    assert.equal((await write(faces)).written, 1);
    const tags = (await tool.read(sidecar, { readArgs: ['-struct', '-XMP:all'] })) as unknown as {
      Rating: number;
      RegionInfo: { RegionList: { Name: string; Type: string; Area: { X: number }; Description?: string }[] };
    };
    assert.equal(tags.Rating, 4);
    assert.deepEqual(
      tags.RegionInfo.RegionList.map(({ Name, Type, Area, Description }) => [
        Name,
        Type,
        Area.X,
        Description,
      ]),
      [
        ['Rex', 'Pet', 0.2, undefined],
        ['Ana', 'Face', 0.5, 'laughing'],
        ['Carl', 'Face', 0.8, undefined],
      ],
    );
    assert.match(readFileSync(sidecar, 'utf8'), /history_end/);
    assert.equal(existsSync(`${path}.xmp`), false);
  },
);

test(
  'beside regions of the picture as shown, a name is written for the picture as shown',
  { skip },
  async () => {
    const path = await photo('turned-by-another.jpg', 6);
    await tool.write(
      `${path}.xmp`,
      {
        RegionInfo: {
          AppliedToDimensions: { W: 60, H: 40, Unit: 'pixel' },
          RegionList: [
            { Area: { X: 0.2, Y: 0.3, W: 0.2, H: 0.2, Unit: 'normalized' }, Name: 'Carl', Type: 'Face' },
          ],
        },
      } as never,
      { writeArgs: ['-overwrite_original'] },
    );
    assert.equal((await write([{ path, name: 'Ana', box: [0.6, 0.5, 0.2, 0.25] }])).written, 1);
    const read = await readFaceRegions(path, shown);
    assert.deepEqual(
      read.map(({ name }) => name),
      ['Carl', 'Ana'],
    );
    assert.ok(near(read[0]!.box, [0.1, 0.2, 0.2, 0.2]), String(read[0]!.box));
    assert.ok(near(read[1]!.box, [0.6, 0.5, 0.2, 0.25]), String(read[1]!.box));
  },
);

test('a sidecar that cannot be written is told of, and stops none of the others', { skip }, async () => {
  const closed = join(dir, 'closed');
  // A folder of the sidecar's name: nothing can take its place, whoever asks.
  mkdirSync(join(closed, 'a.jpg.xmp'), { recursive: true });
  const refused = join(closed, 'a.jpg');
  await sharp({ create: { ...shown, channels: 3, background: '#567' } })
    .jpeg()
    .toFile(refused);
  const open = await photo('open.jpg');
  const box: Box = [0.2, 0.2, 0.4, 0.4];
  const { written, failed } = await write([
    { path: refused, name: 'Ana', box },
    { path: open, name: 'Ana', box },
  ]);
  assert.equal(written, 1);
  assert.deepEqual(
    failed.map(({ path }) => path),
    [refused],
  );
  assert.deepEqual(readdirSync(closed), ['a.jpg', 'a.jpg.xmp']);
});

test('a photo that is gone is told of; nobody named is nothing to do', { skip }, async () => {
  assert.deepEqual(await write([]), { photos: 0, written: 0, unchanged: 0, failed: [] });
  const { failed } = await write([{ path: join(dir, 'gone.jpg'), name: 'Ana', box: [0, 0, 1, 1] }]);
  assert.equal(failed.length, 1);
});
