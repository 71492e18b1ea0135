/** The picture data of a file without its metadata: two files that differ in titles, ratings or dates alone have the same. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * @returns SHA-256 of the coded picture of a JPEG, PNG or WebP file; null of other formats, and where the file cannot be
 * followed.
 */
export async function codedPicture(path: string): Promise<string | null> {
  const bytes = await readFile(path);
  const parts = jpegParts(bytes) ?? pngParts(bytes) ?? webpParts(bytes);
  if (!parts || parts.length === 0) return null;
  const hash = createHash('sha256');
  for (const [from, to] of parts) hash.update(bytes.subarray(from, to));
  return hash.digest('hex');
}

type Range = readonly [from: number, to: number];

/** All segments but application data (APP0 to APP15) and comments; what follows the first scan is taken whole (ITU-T T.81, B.1). */
function jpegParts(bytes: Buffer): Range[] | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  const parts: Range[] = [];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) {
      parts.push([at, bytes.length]);
      return parts;
    }
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const metadata = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
    // Adobe's segment says how the colours are coded.
    if (!metadata || marker === 0xee) parts.push([at, end]);
    at = end;
  }
  return null;
}

const pngPicture = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'acTL', 'fcTL', 'fdAT']);

function pngParts(bytes: Buffer): Range[] | null {
  if (bytes.length < 8 || bytes.readUInt32BE(0) !== 0x89504e47) return null;
  return chunks(
    bytes,
    8,
    (at) => {
      const size = bytes.readUInt32BE(at);
      return { name: bytes.toString('latin1', at + 4, at + 8), next: at + 12 + size };
    },
    pngPicture,
  );
}

const webpPicture = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF']);

function webpParts(bytes: Buffer): Range[] | null {
  if (bytes.length < 12 || bytes.toString('latin1', 8, 12) !== 'WEBP') return null;
  return chunks(
    bytes,
    12,
    (at) => {
      const size = bytes.readUInt32LE(at + 4);
      return { name: bytes.toString('latin1', at, at + 4), next: at + 8 + size + (size % 2) };
    },
    webpPicture,
  );
}

function chunks(
  bytes: Buffer,
  start: number,
  read: (at: number) => { readonly name: string; readonly next: number },
  wanted: ReadonlySet<string>,
): Range[] {
  const parts: Range[] = [];
  for (let at = start; at + 8 <= bytes.length;) {
    const { name, next } = read(at);
    if (wanted.has(name)) parts.push([at, Math.min(next, bytes.length)]);
    at = next;
  }
  return parts;
}
