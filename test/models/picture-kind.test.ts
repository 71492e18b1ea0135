import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { pictureKind } from '../../models/picture-kind.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const boxes = (...brands: string[]) => {
  const body = `ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`;
  return latin1(`\0\0\0${String.fromCharCode(body.length + 4)}${body}mdat`);
};

const cases: readonly (readonly [string, Uint8Array, string, { name: string; readable: boolean } | null])[] =
  [
    [
      'a JPEG is one by its first three bytes',
      latin1('\xff\xd8\xff\xe1'),
      '.png',
      { name: 'JPEG', readable: true },
    ],
    ['a PNG', latin1('\x89PNG\r\n\x1a\n\0'), '', { name: 'PNG', readable: true }],
    ['a WebP', latin1('RIFF\0\0\0\0WEBPVP8 '), '.jpg', { name: 'WebP', readable: true }],
    ['a sound in a RIFF file is no picture', latin1('RIFF\0\0\0\0WAVE'), '.jpg', null],
    ['an AVIF names itself first', boxes('avif', 'mif1'), '.avif', { name: 'AVIF', readable: true }],
    [
      'an AVIF may name itself among the others',
      boxes('mif1', 'miaf', 'avif'),
      '',
      { name: 'AVIF', readable: true },
    ],
    ['a HEIC is known, not read', boxes('heic', 'mif1'), '.jpg', { name: 'HEIC', readable: false }],
    [
      'a brand after the first box does not count',
      boxes('isom', 'mp42'),
      '.heic',
      { name: 'Video', readable: false },
    ],
    ['a Canon CR3', boxes('crx ', 'isom'), '.cr3', { name: 'RAW', readable: false }],
    ['a TIFF', latin1('II*\0\x08\0\0\0'), '.jpg', { name: 'TIFF', readable: true }],
    [
      'a TIFF with the name of a RAW file is one',
      latin1('II*\0\x08\0\0\0'),
      '.DNG',
      { name: 'RAW', readable: false },
    ],
    [
      'an SVG behind its XML line',
      latin1('<?xml version="1.0"?>\n<svg>'),
      '',
      { name: 'SVG', readable: false },
    ],
    ['other XML is no picture', latin1('<?xml version="1.0"?>\n<html>'), '.svg', null],
    ['a bitmap', Buffer.concat([latin1('BM'), Buffer.alloc(24)]), '', { name: 'BMP', readable: false }],
    ['a text that starts with BM is none', latin1('BMW drivers of the world, unite!'), '.jpg', null],
    ['nothing at all', latin1(''), '.jpg', null],
  ];

for (const [name, bytes, extension, expected] of cases)
  test(name, () => assert.deepEqual(pictureKind(bytes, extension), expected));

test('any bytes under any name are answered', () => {
  const start = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc.uint8Array({ maxLength: 40 }).map((rest) => Buffer.concat([latin1('\0\0\0\x20ftyp'), rest])),
  );
  fc.assert(
    fc.property(start, fc.string(), (bytes, extension) => {
      const kind = pictureKind(bytes, extension);
      assert.ok(kind === null || kind.name.length > 0);
    }),
  );
});
