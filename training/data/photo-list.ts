/** Photos that a library lists: one a line, as JSON. */
import { basename, dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { readPixels } from '../../models/pixels.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { type FoundPhoto, type FoundPhotos, byName, readText } from './found-photos.ts';

const lineSchema = v.object({
  /** Absolute, or as seen from the list. */
  path: v.pipe(v.string(), v.nonEmpty()),
  /** Name of its class. */
  label: v.nullable(v.string()),
  captions: v.array(v.string()),
  takenAtMs: v.nullable(v.number()),
});

/**
 * Reads a list. A photo that stands in it twice counts once, as it stands there first.
 * @param path  absolute.
 * @throws LikenessError `bad-input` with the number of the first line that is none; not-found, no-permission.
 */
export async function listedPhotos(path: string): Promise<FoundPhotos> {
  const photos = new Map<string, FoundPhoto>();
  for (const [i, line] of (await readText(path)).split('\n').entries()) {
    if (line.trim() === '') continue;
    const { path: file, ...known } = parseLine(line, i + 1, basename(path));
    const absolute = resolve(dirname(path), file);
    if (!photos.has(absolute))
      photos.set(absolute, { name: file.replaceAll('\\', '/'), path: absolute, part: null, ...known });
  }
  return {
    photos: [...photos.values()].sort(byName),
    notes: [],
    read: ({ path }, options) => readPixels(path, options),
    close: async () => {},
  };
}

function parseLine(line: string, number: number, list: string): v.InferOutput<typeof lineSchema> {
  try {
    return v.parse(lineSchema, JSON.parse(line));
  } catch (cause) {
    throw new LikenessError(
      'bad-input',
      `Line ${number} of “${list}” is no photo: ${(cause as Error).message}.`,
      'Every line holds one JSON object with path, label, captions and takenAtMs.',
      { cause },
    );
  }
}
