/**
 * One file from the network, whole or not at all. What has come lies in FILE.part and is gone on with after a cut
 * connection, a stop or a kill; only bytes with the sha256 that was asked for get the file's name.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { AnswerError, cutOff, damaged, otherSize, refused, unreachable } from './download-errors.ts';

export interface DownloadOptions {
  readonly address: string;
  /** Path that it gets, on the same disk as its part. */
  readonly to: string;
  /** Its size. */
  readonly bytes: number;
  readonly sha256: string;
  /** Stops it; what has come stays. Rejects with signal.reason. */
  readonly signal: AbortSignal;
  /** Called with the bytes that are there, after each piece. */
  readonly onBytes?: (bytes: number) => void;
  /** Milliseconds to wait after each try that brought nothing; one more such try ends it. */
  readonly waitsMs?: readonly number[];
  /** Milliseconds without a byte after which a connection counts as cut. */
  readonly stallMs?: number;
}

/** Half a minute in all: a router that starts anew is back by then. */
const usualWaitsMs = [1000, 2000, 5000, 10_000, 15_000];
const usualStallMs = 30_000;

/** @throws LikenessError no-network, download-failed; signal.reason; the file system's errors. */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  if (await isWhole(options.to, options)) return options.onBytes?.(options.bytes);
  // A file that was pieced together and is none may be two versions of it: only then is it worth a second time.
  if (!(await tryDownload(options)) && !(await tryDownload(options))) throw damaged(options.address);
}

/** @returns false when the pieces do not make the file; they are thrown away. */
async function tryDownload({ to, ...options }: DownloadOptions): Promise<boolean> {
  const { address, bytes, sha256, signal, onBytes } = options;
  const part = await Part.open(`${to}.part`, bytes);
  try {
    onBytes?.(part.bytes);
    await fetchAll(part, options);
    signal.throwIfAborted();
    if (part.digest() !== sha256) {
      const pieced = part.pieces > 1;
      await part.clear();
      if (pieced) return false;
      throw damaged(address);
    }
  } finally {
    await part.close();
  }
  await rename(part.path, to);
  await rm(`${part.path}.etag`, { force: true });
  return true;
}

/** Asks again after a cut connection, as long as that brings something. */
async function fetchAll(part: Part, options: Omit<DownloadOptions, 'to'>): Promise<void> {
  const { address, bytes, signal, waitsMs = usualWaitsMs } = options;
  let [failures, came] = [0, false];
  while (part.bytes < bytes) {
    signal.throwIfAborted();
    const before = part.bytes;
    try {
      await fetchOnce(part, options);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!isPassing(thrown)) throw thrown;
      const brought = part.bytes > before;
      came ||= brought;
      failures = brought ? 0 : failures + 1;
      // Whoever is not connected at all wants to hear it at once.
      const pause = (came ? waitsMs : waitsMs.slice(0, 1))[Math.max(0, failures - 1)];
      if (pause === undefined) throw asSentence(thrown, address);
      await wait(pause, undefined, { signal }).catch(() => {});
    }
  }
}

/** Whether a file has the right size and bytes. */
export async function isWhole(
  path: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
): Promise<boolean> {
  const size = await sizeOf(path);
  if (size !== bytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** One request: goes on where the part ends if the server does, else from the start. */
async function fetchOnce(part: Part, options: Omit<DownloadOptions, 'to'>): Promise<void> {
  const { address, bytes, signal, onBytes, stallMs = usualStallMs } = options;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(cutOff()), stallMs);
  try {
    const response = await fetch(address, {
      headers: await part.headers(),
      signal: AbortSignal.any([signal, stalled.signal]),
    });
    if (response.status === 416 || (response.status === 206 && !goesOn(response, part, bytes))) {
      // The part is no beginning of this file, or the server means another range: from the start, without asking for one.
      await part.clear();
      throw cutOff();
    }
    if (!response.ok || !response.body) throw refused(address, response.status);
    if (response.status !== 206) await part.clear();
    const told = Number(response.headers.get('content-length') ?? Number.NaN);
    if (told !== bytes - part.bytes && !Number.isNaN(told)) throw otherSize(address);
    await part.begin(response.headers.get('etag'));
    for await (const chunk of response.body) {
      timer.refresh();
      if (part.bytes + chunk.length > bytes) {
        await part.clear();
        throw otherSize(address);
      }
      await part.append(chunk);
      onBytes?.(part.bytes);
    }
    if (part.bytes < bytes) throw cutOff();
  } finally {
    clearTimeout(timer);
  }
}

function goesOn({ headers }: Response, part: Part, bytes: number): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  return Number(range?.[1]) === part.bytes && (range?.[2] === '*' || range?.[2] === String(bytes));
}

/** What another try may cure. */
function isPassing(thrown: unknown): boolean {
  if (thrown instanceof AnswerError) return true;
  // fetch rejects with a TypeError whose cause is the system's own error, a broken body with one called «terminated».
  return thrown instanceof TypeError || (thrown as Error)?.name === 'SocketError';
}

function asSentence(thrown: unknown, address: string): unknown {
  return thrown instanceof AnswerError
    ? (thrown.sentence ?? unreachable(address, thrown))
    : unreachable(address, thrown);
}

/** The beginning of a file, with the hash of its bytes. */
class Part {
  readonly path: string;
  readonly #file: FileHandle;
  #hash: Hash;
  #bytes: number;
  #pieces: number;

  private constructor(path: string, file: FileHandle, hash: Hash, bytes: number) {
    this.path = path;
    this.#file = file;
    this.#hash = hash;
    this.#bytes = bytes;
    // What lay there may have come in any number of answers, and through a power cut.
    this.#pieces = bytes > 0 ? 2 : 0;
  }

  /** @param most  a part that is longer is none of this file. */
  static async open(path: string, most: number): Promise<Part> {
    if ((await sizeOf(path)) > most) await rm(path);
    // Appending: whatever else goes wrong, nothing is written into the middle.
    const file = await open(path, 'a');
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash, { end: false });
    return new Part(path, file, hash, (await file.stat()).size);
  }

  get bytes(): number {
    return this.#bytes;
  }
  /** Answers that it was put together from. */
  get pieces(): number {
    return this.#pieces;
  }

  /** Asks for the rest, and only if it is the same file still. A weak tag promises no equal bytes, so it is not sent. */
  async headers(): Promise<Record<string, string>> {
    // Compressed on the way, a range would be one of other bytes.
    const plain = { 'accept-encoding': 'identity' };
    if (this.#bytes === 0) return plain;
    const tag = await readFile(`${this.path}.etag`, 'utf8').catch(() => '');
    return { ...plain, range: `bytes=${this.#bytes}-`, ...(tag && { 'if-range': tag }) };
  }

  async begin(tag: string | null): Promise<void> {
    this.#pieces++;
    if (this.#bytes > 0) return;
    if (tag?.startsWith('"')) await writeFile(`${this.path}.etag`, tag);
    else await rm(`${this.path}.etag`, { force: true });
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#file.appendFile(chunk);
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  async clear(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash('sha256');
    this.#bytes = this.#pieces = 0;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async close(): Promise<void> {
    await this.#file.sync().finally(() => this.#file.close());
  }
}
