/** What a run's folder tells of it, for the window: looks, the map, neighbours; paths become photos of the library. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { LearnLook, RunDetails, RunPhoto } from '../contract/learn.ts';
import type { PhotoReader } from '../store/photo-reader.ts';

/** More than a curve of a screen's width can show. */
const shownLooks = 400;

const number = v.pipe(v.number(), v.finite());
const nullable = v.nullable(number);
const lookSchema = v.object({
  step: number,
  steps: number,
  pass: number,
  passes: number,
  seconds: number,
  photosPerSecond: number,
  loss: number,
  heldOutLoss: nullable,
  alignment: nullable,
  uniformity: nullable,
  found: nullable,
  words: nullable,
});
const paths = v.array(v.string());
const mapSchema = v.object({ photos: paths, before: v.array(number), now: v.array(number) });
const neighboursSchema = v.array(v.object({ photo: v.string(), before: paths, now: paths }));

/** @param dir  the run's folder. Files that are not there, or not whole, count as not written yet. */
export async function readDetails(dir: string, photos: PhotoReader): Promise<Omit<RunDetails, 'run'>> {
  const photoOf = (path: string): RunPhoto | null => {
    const id = photos.idOf(path);
    const content = id === null ? null : photos.content(id);
    return id === null || content === null ? null : { id, contentId: content.contentId };
  };
  const [looks, map, neighbours] = await Promise.all([
    readLooks(join(dir, 'looks.jsonl')),
    readJson(join(dir, 'map.json'), mapSchema),
    readJson(join(dir, 'neighbours.json'), neighboursSchema),
  ]);
  const known = (list: readonly string[]) => list.map(photoOf).filter((photo) => photo !== null);
  return {
    looks,
    map: map && knownPlaces(map, photoOf),
    neighbours: (neighbours ?? []).flatMap(({ photo: path, before, now }) => {
      const photo = photoOf(path);
      return photo ? [{ photo, before: known(before), now: known(now) }] : [];
    }),
  };
}

/** The looks of a run, evenly thinned, first and last kept. */
export async function readLooks(path: string): Promise<LearnLook[]> {
  const looks = (await textOf(path)).split('\n').flatMap((line) => {
    const look = parsed(line, lookSchema);
    return look ? [look] : [];
  });
  if (looks.length <= shownLooks) return looks;
  const stride = (looks.length - 1) / (shownLooks - 1);
  return Array.from({ length: shownLooks }, (_, at) => looks[Math.round(at * stride)]!);
}

function knownPlaces(
  { photos, before, now }: v.InferOutput<typeof mapSchema>,
  photoOf: (path: string) => RunPhoto | null,
): RunDetails['map'] {
  const kept = photos.flatMap((path, at) => {
    const photo = photoOf(path);
    return photo ? [{ photo, at }] : [];
  });
  const places = (all: readonly number[]) =>
    kept.flatMap(({ at }) => [all[2 * at] ?? 0, all[2 * at + 1] ?? 0]);
  return { photos: kept.map(({ photo }) => photo), before: places(before), now: places(now) };
}

async function readJson<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | null> {
  return parsed(await textOf(path), schema);
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function parsed<Schema extends v.GenericSchema>(text: string, schema: Schema): v.InferOutput<Schema> | null {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
