/** Writes the folder of an encoder under another name; it appears when it is whole. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEncoderCard } from '../models/card.ts';

/** By name, what is in a file, or the path of one to copy. */
export type EncoderFiles = ReadonlyMap<string, Uint8Array | { readonly copyOf: string }>;

/**
 * @param out  the folder, absolute; what is there already is replaced. @param files  encoder.json among them.
 * @param check  looks at the folder before it appears, and throws where it should not.
 * @throws LikenessError when the card is none that the application opens; the file system's errors. `out` then is as it was.
 */
export async function writeEncoderFolder(
  out: string,
  files: EncoderFiles,
  check: (dir: string) => Promise<void> = async () => {},
): Promise<void> {
  const partial = `${out}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    await mkdir(partial, { recursive: true });
    for (const [name, content] of files)
      if ('copyOf' in content) await copyFile(content.copyOf, join(partial, name));
      else await writeFile(join(partial, name), content, { flush: true });
    readEncoderCard(partial); // refuses what the application would refuse
    await check(partial);
    await replaceFolder(partial, out);
  } catch (thrown) {
    await rm(partial, { recursive: true, force: true });
    throw thrown;
  }
}

/** A folder is not renamed onto another, so the old one steps aside first. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${to}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(to, old).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') throw thrown;
  });
  try {
    await rename(from, to);
  } catch (thrown) {
    await rename(old, to).catch(() => {}); // there may have been none
    throw thrown;
  }
  await rm(old, { recursive: true, force: true });
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
