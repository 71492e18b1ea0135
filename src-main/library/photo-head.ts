/** The part of a photo file in which its metadata stands. */
import { open } from 'node:fs/promises';

/** A JPEG states everything before its picture. EXIF comes first in 64 KiB, then XMP, colour profile and IPTC. */
const jpegHeadBytes = 512 * 1024;
/** PNG, WebP, AVIF and TIFF may state it at the end: they are read whole up to this size… */
const wholeBytes = 64 * 1024 * 1024;
/** …and beyond it, only what stands in front. */
const headBytes = 4 * 1024 * 1024;

/** @throws the file system's error. */
export async function readHead(path: string): Promise<ArrayBuffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const first = await readFrom(file, 0, Math.min(size, jpegHeadBytes));
    const isJpeg = first[0] === 0xff && first[1] === 0xd8;
    const wanted = size <= wholeBytes ? size : headBytes;
    if (isJpeg || wanted <= first.length) return toArrayBuffer(first);
    const rest = await readFrom(file, first.length, wanted - first.length);
    return toArrayBuffer(Buffer.concat([first, rest]));
  } finally {
    await file.close();
  }
}

async function readFrom(
  file: Awaited<ReturnType<typeof open>>,
  position: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return Uint8Array.from(bytes).buffer;
}
