/** The name of a photo's bytes: their SHA-256. */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LikenessError, systemError } from '../contract/errors.ts';
import { limits } from '../contract/limits.ts';

const chunkBytes = 1024 * 1024;

/**
 * Hashes a file as a stream.
 * @returns 64 hex digits, and how many bytes they stand for.
 * @throws LikenessError `not-found`, `no-permission`; `unreadable-photo` when it is no file, larger than the limit, or was
 *   written to meanwhile: its next change makes it wait again.
 * Cost: 1 MiB of memory, about 1 GB/s.
 */
export async function identify(path: string): Promise<{ hash: string; sizeBytes: number }> {
  try {
    // Asked before opening: opening a pipe would wait for ever.
    const named = await stat(path);
    if (!named.isFile()) throw unreadable(path, 'is not a file', 'Choose a photo.');
    if (named.size > limits.photoBytes)
      throw unreadable(
        path,
        `is larger than ${limits.photoBytes / 1024 ** 3} GiB`,
        'Save a smaller copy to have it in the library.',
      );
    return await hashFile(path);
  } catch (thrown) {
    throw systemError(thrown) ?? thrown;
  }
}

async function hashFile(path: string): Promise<{ hash: string; sizeBytes: number }> {
  const file = await open(path);
  try {
    const before = await file.stat();
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, before.size)));
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      sizeBytes += bytesRead;
      // A file that grows as fast as it is read would never end.
      if (sizeBytes > before.size) break;
    }
    const after = await file.stat();
    if (sizeBytes !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
      throw unreadable(path, 'is still being written', 'It is looked at again once it is complete.');
    return { hash: hash.digest('hex'), sizeBytes };
  } finally {
    await file.close();
  }
}

function unreadable(path: string, what: string, hint: string): LikenessError {
  return new LikenessError('unreadable-photo', `“${basename(path)}” ${what}.`, hint);
}
