/** Small pictures for tests. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import sharp from 'sharp';
import type { PhotoSet } from '../../../training/data/photo-set.ts';
import { Random } from '../../../training/random.ts';

/** A folder that is gone after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-data-'));
  after(() => rm(dir, { recursive: true }));
  return dir;
}

/** Writes files under a folder, with the folders that they lie in. */
export async function writeFiles(
  dir: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
}

/** A PNG of large blots of colour, others for every seed. */
export function blots(seed: number, { width = 16, height = 16 } = {}): Promise<Buffer> {
  const random = new Random(seed, 'blots');
  const cells = Uint8Array.from({ length: 4 * 4 * 3 }, () => random.integer(256));
  return sharp(cells, { raw: { width: 4, height: 4, channels: 3 } })
    .resize(width, height, { fit: 'fill' })
    .png()
    .toBuffer();
}

export const shared = join(import.meta.dirname, '../../../../shared/photos');
/** For a test's `skip`. */
export const without = (...names: readonly string[]): string | false =>
  names.every((name) => existsSync(join(shared, name)))
    ? false
    : `no ../shared/photos/${names.join(', ')} here`;

/** A set of pictures in memory; what is no picture fails as a file would. */
export function setOf(pictures: readonly PhotoSet['read'][]): PhotoSet {
  return {
    photos: pictures.map((_, i) => ({
      path: `/photos/${i}.png`,
      label: null,
      captions: [],
      takenAtMs: null,
      part: null,
    })),
    classes: [],
    notes: [],
    read: (index, options) => pictures[index]!(index, options),
    close: async () => {},
  };
}
