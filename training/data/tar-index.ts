/**
 * Where the files of a .tar lie within it, so that any of them can be read by itself. Packages that read archives stream them
 * from front to end, which would read a whole data set once for a list of its names; this jumps from header to header.
 * Formats: USTAR and pax as in POSIX.1-2017, «pax», extended description; long names as GNU tar writes them.
 */
import type { FileHandle } from 'node:fs/promises';

export interface TarMember {
  readonly name: string;
  /** Of its first byte, in the archive. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A file that is no archive, or only the beginning of one. */
export class TarError extends Error {
  readonly kind: 'no-tar' | 'cut-off' | 'damaged';

  constructor(kind: TarError['kind'], at: number) {
    super(`${kind} at byte ${at}`);
    this.kind = kind;
  }
}

const block = 512;
/** Longest header that is believed: a name of a megabyte is none. */
const longestExtra = 1024 * 1024;
/** Read at once: headers of small files lie close together. */
const windowBytes = 64 * 1024;

const utf8 = new TextDecoder();

/** The plain files, in their order; folders, links and devices are left out. @throws TarError */
export async function* tarMembers(file: FileHandle, signal?: AbortSignal): AsyncGenerator<TarMember> {
  const { size: end } = await file.stat();
  const read = windowed(file);
  /** What extra headers say of the member that follows them. */
  let said: { path?: string; size?: number } = {};
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    if (at + block > end) throw new TarError(at === 0 ? 'no-tar' : 'cut-off', at);
    const header = await read(at, block);
    if (header.every((byte) => byte === 0)) return;
    if (!hasChecksum(header)) throw new TarError(at === 0 ? 'no-tar' : 'damaged', at);
    const type = String.fromCharCode(header[156]!);
    const extra = 'xgLK'.includes(type);
    // Links, devices and folders have no content, whatever their size says.
    const sizeBytes = '23456'.includes(type)
      ? 0
      : ((extra ? undefined : said.size) ?? numberAt(header, 124, 12));
    const offset = at + block;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new TarError('damaged', at);
    if (offset + sizeBytes > end) throw new TarError('cut-off', at);
    at = offset + Math.ceil(sizeBytes / block) * block;
    if (extra) {
      if (sizeBytes > longestExtra) throw new TarError('damaged', at);
      const body = await read(offset, sizeBytes);
      if (type === 'x') said = { ...said, ...paxRecords(body) };
      else if (type === 'L') said = { ...said, path: textAt(body, 0, body.length) };
      continue;
    }
    const name = said.path ?? headerName(header);
    // Before there was a type for folders, a slash at the end of the name told them.
    if ('0\u00007'.includes(type) && !name.endsWith('/')) yield { name, offset, sizeBytes };
    said = {};
  }
}

/** Bytes of the file, mostly from the last piece that was read. */
function windowed(file: FileHandle): (at: number, length: number) => Promise<Uint8Array> {
  let start = 0;
  let held = new Uint8Array(0);
  return async (at, length) => {
    if (at < start || at + length > start + held.length) {
      const { buffer, bytesRead } = await file.read({
        buffer: new Uint8Array(Math.max(windowBytes, length)),
        position: at,
      });
      start = at;
      held = buffer.subarray(0, bytesRead);
      if (bytesRead < length) throw new TarError('cut-off', at);
    }
    return held.subarray(at - start, at - start + length);
  };
}

/** The sum of all bytes of a header, its own eight counted as spaces. */
function hasChecksum(header: Uint8Array): boolean {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 32 : byte;
  return sum === numberAt(header, 148, 8);
}

/** Octal digits, or where these do not suffice, binary with the highest bit set. */
function numberAt(header: Uint8Array, at: number, length: number): number {
  if (header[at]! < 128) return Number.parseInt(textAt(header, at, length).trim() || '0', 8);
  let value = header[at]! & 127;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + header[i]!;
  return value;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return utf8.decode(end === -1 ? field : field.subarray(0, end));
}

function headerName(header: Uint8Array): string {
  const name = textAt(header, 0, 100);
  // GNU's older form has two spaces behind the magic word, and other things than a prefix in that place.
  const prefix = textAt(header, 257, 6) === 'ustar' && header[262] === 0 ? textAt(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `length key=value\n`, again and again; the length counts all of it, in bytes. */
function paxRecords(body: Uint8Array): { path?: string; size?: number } {
  const said: { path?: string; size?: number } = {};
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(32, at);
    const length = Number(utf8.decode(body.subarray(at, space)));
    if (space < 0 || !Number.isInteger(length) || length <= space - at) throw new TarError('damaged', at);
    const record = utf8.decode(body.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === 'path') said.path = value;
    if (key === 'size') said.size = Number(value);
    at += length;
  }
  return said;
}
