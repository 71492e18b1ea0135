/** Photos that a person dropped in to search with: kept until the program ends, never part of the library. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomBytes } from 'node:crypto';
import { LikenessError } from './contract/errors.ts';
import { limits } from './contract/limits.ts';

/** A name nobody can guess: whoever holds it may search with the photo, and nothing else. */
const tokenForm = /^[0-9a-f]{32}$/;

export class Uploads {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #ready: Promise<void>;

  /** Empties the folder: what is left there is from a program that was killed. */
  constructor(dir: string, { maxBytes = limits.uploadBytes } = {}) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#ready = this.#clear();
    // Whoever adds a photo is told; until then a folder that cannot be emptied troubles nobody.
    this.#ready.catch(() => {});
  }

  /** @throws LikenessError `bad-input` when the photo is larger than the bound. */
  async add(body: ReadableStream<Uint8Array> | null): Promise<string> {
    await this.#ready;
    if (!body) throw new LikenessError('bad-input', 'No photo was sent.', 'Drop a photo file on the window.');
    const token = randomBytes(16).toString('hex');
    const path = join(this.#dir, token);
    const maxBytes = this.#maxBytes;
    let bytes = 0;
    try {
      await pipeline(
        Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            bytes += chunk.byteLength;
            if (bytes > maxBytes) throw tooLarge(maxBytes);
            yield chunk;
          }
        },
        createWriteStream(path, { mode: 0o600 }),
      );
    } catch (thrown) {
      await rm(path, { force: true });
      throw thrown;
    }
    return token;
  }

  /** @throws LikenessError `not-found` for a token that was never given out. */
  pathOf(token: string): string {
    if (tokenForm.test(token)) return join(this.#dir, token);
    throw new LikenessError('not-found', 'That photo is no longer here.', 'Drop it on the window again.');
  }

  async close(): Promise<void> {
    await this.#clear();
  }

  async #clear(): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    for (const name of await readdir(this.#dir)) await rm(join(this.#dir, name), { force: true });
  }
}

function tooLarge(maxBytes: number): LikenessError {
  const megabytes = Math.round(maxBytes / 1024 / 1024);
  return new LikenessError(
    'bad-input',
    `The photo is larger than ${megabytes} MB.`,
    'Add its folder to the library instead; there is no such bound there.',
  );
}
