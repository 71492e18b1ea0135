/**
 * What kind of picture a file is, told by its first bytes; its name is only asked where the bytes leave it
 * open (camera RAW files are TIFF inside). Signatures: the formats' own specifications.
 */

export interface PictureKind {
  /** Name as people write it: JPEG, HEIC, RAW… */
  readonly name: string;
  /** Whether Likeness reads it. */
  readonly readable: boolean;
}

/** Bytes from the start of the file that `pictureKind` wants to see. */
export const signatureBytes = 512;

const readable = (name: string): PictureKind => ({ name, readable: true });
const known = (name: string): PictureKind => ({ name, readable: false });

/** TIFF inside, but what lies in front is a preview, not the photo. */
const rawExtensions = new Set(
  'dng cr2 nef nrw arw srf sr2 pef srw 3fr iiq erf kdc dcr mos raw rwl'.split(' ').map((name) => `.${name}`),
);

/** Signature in Latin-1 → kind. The first that fits counts. */
const signatures: readonly (readonly [string, PictureKind])[] = [
  ['\xff\xd8\xff', readable('JPEG')],
  ['\x89PNG\r\n\x1a\n', readable('PNG')],
  ['GIF87a', readable('GIF')],
  ['GIF89a', readable('GIF')],
  ['\xff\x0a', known('JPEG XL')],
  ['\0\0\0\x0cJXL \r\n\x87\n', known('JPEG XL')],
  ['\0\0\0\x0cjP  \r\n\x87\n', known('JPEG 2000')],
  ['\xff\x4f\xff\x51', known('JPEG 2000')],
  ['8BPS', known('Photoshop')],
  ['\0\0\x01\0', known('Icon')],
  ['FUJIFILMCCD-RAW', known('RAW')],
  ['IIU\0', known('RAW')],
  ['IIRO', known('RAW')],
  ['IIRS', known('RAW')],
  ['MMOR', known('RAW')],
  ['\0MRM', known('RAW')],
  ['FOVb', known('RAW')],
  ['II\x1a\0\0\0HEAPCCDR', known('RAW')],
  ['\x1a\x45\xdf\xa3', known('Video')],
];

const tiffSignatures = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/**
 * @param start  the first bytes of the file, up to `signatureBytes`; fewer when the file is shorter.
 * @param extension  the file name's ending with its dot, any case; '' where there is none.
 * @returns null when the bytes are no picture that we know.
 */
export function pictureKind(start: Uint8Array, extension: string): PictureKind | null {
  const text = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString('latin1');
  const ending = extension.toLowerCase();
  for (const [signature, kind] of signatures) if (text.startsWith(signature)) return kind;
  if (tiffSignatures.some((signature) => text.startsWith(signature)))
    return rawExtensions.has(ending) ? known('RAW') : readable('TIFF');
  if (text.startsWith('RIFF')) {
    if (text.startsWith('WEBP', 8)) return readable('WebP');
    return text.startsWith('AVI ', 8) ? known('Video') : null;
  }
  if (text.startsWith('ftyp', 4)) return boxedKind(start, text);
  // Two letters are thin proof: a bitmap also says where its pixels start, within the first kilobytes.
  if (text.startsWith('BM') && text.length >= 26 && text.startsWith('\0\0', 12)) return known('BMP');
  if (/^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(text) && /<svg|<!DOCTYPE svg/i.test(text))
    return known('SVG');
  if (text.startsWith('\x1f\x8b') && ending === '.svgz') return known('SVG');
  return null;
}

/** ISO base media files name what they hold in brands: the main one, then all they are compatible with. */
function boxedKind(start: Uint8Array, text: string): PictureKind | null {
  const boxBytes = start.length >= 4 ? new DataView(start.buffer, start.byteOffset).getUint32(0) : 0;
  const brands: string[] = [text.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(boxBytes, text.length); at += 4) brands.push(text.slice(at, at + 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return readable('AVIF');
  if (brands.includes('crx ')) return known('RAW');
  if (brands.some((brand) => /^(hei[cxms]|hev[cxms]|mif[123]|msf1|jpeg)$/.test(brand))) return known('HEIC');
  return known('Video');
}
