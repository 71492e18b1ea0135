/**
 * Names that were given here, written where other programs read them: as MWG regions, into XMP sidecars beside the photos. The photos
 * themselves are never touched. What a sidecar holds already stays: ExifTool changes the one structure and leaves the rest.
 */
import { constants } from 'node:fs';
import { access, copyFile, rename, rm, stat } from 'node:fs/promises';
import { ExifTool, type Tags } from 'exiftool-vendored';
import { LikenessError, toErrorData } from '../contract/errors.ts';
import type { Box, NamesWritten } from '../contract/people.ts';
import type { NamedFace } from '../store/people-lists.ts';

/** px. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** How boxes stand among those that are written already, and where a sidecar may be: library/face-regions.ts knows both. */
export interface RegionRules {
  writtenBox(box: Box, orientation: number, applied: Size | null, shown: Size): Box;
  sidecarsOf(path: string): readonly string[];
}

export interface WriteNamesOptions extends RegionRules {
  /** Nothing is written, only counted. */
  readonly preview: boolean;
  readonly signal: AbortSignal;
}

interface Region {
  Area?: { X?: number; Y?: number; W?: number; H?: number; Unit?: string };
  Name?: string;
  Type?: string;
}

interface RegionInfo {
  AppliedToDimensions?: { W?: number; H?: number; Unit?: string };
  RegionList?: Region | Region[];
}

/** Boxes are written to a millionth of the picture. */
const digits = 6;
/** Two boxes of one face have their middles nearer than this share of its size. */
const sameMiddle = 0.5;

/**
 * Writes the names of each photo into its sidecar; one that holds them already is left as it is.
 * @param faces  sorted by their photos.
 * @throws LikenessError no-writer where ExifTool cannot run; what the signal was aborted with.
 */
export async function writeNames(
  faces: readonly NamedFace[],
  options: WriteNamesOptions,
): Promise<NamesWritten> {
  const photos = new Map<string, NamedFace[]>();
  for (const face of faces) photos.set(face.path, [...(photos.get(face.path) ?? []), face]);
  const result = {
    photos: photos.size,
    written: 0,
    unchanged: 0,
    failed: [] as { path: string; reason: string }[],
  };
  if (photos.size === 0) return result;
  const tool = new ExifTool({ maxProcs: 1, taskRetries: 0 });
  try {
    await tool.version().catch((cause: unknown) => {
      throw new LikenessError(
        'no-writer',
        'ExifTool, which writes names into sidecars, cannot run on this computer.',
        'Install Perl, which it needs, and try again.',
        { cause },
      );
    });
    for (const [path, named] of photos) {
      options.signal.throwIfAborted();
      try {
        const changed = await writeOne(tool, path, named, options);
        result[changed ? 'written' : 'unchanged'] += 1;
      } catch (thrown) {
        result.failed.push({ path, reason: toErrorData(thrown).message });
      }
    }
    return result;
  } finally {
    await tool.end();
  }
}

/** @returns whether the sidecar lacked something. */
async function writeOne(
  tool: ExifTool,
  path: string,
  named: readonly NamedFace[],
  { preview, writtenBox, sidecarsOf }: WriteNamesOptions,
): Promise<boolean> {
  const photo = await readRegions(tool, path);
  const existing = await firstOf(sidecarsOf(path));
  const beside = existing === null ? null : (await readRegions(tool, existing)).info;
  const info = beside ?? photo.info ?? {};
  const { width, height, orientation } = photo;
  const shown = orientation >= 5 ? { width: height, height: width } : { width, height };
  const applied = sizeOf(info.AppliedToDimensions);
  const wanted = named.map(({ name, box }) => ({ name, box: writtenBox(box, orientation, applied, shown) }));
  const { list, changed } = merged(listOf(info), wanted);
  if (!changed && beside !== null) return false;
  if (preview) return true;
  const regionInfo: RegionInfo = {
    AppliedToDimensions: info.AppliedToDimensions ?? { W: width, H: height, Unit: 'pixel' },
    RegionList: list,
  };
  const target = existing ?? sidecarsOf(path)[0]!;
  const partial = `${target}.likeness-partial.xmp`;
  try {
    // A sidecar that is written anew in place could be lost half-way: the new one takes its place whole.
    if (existing !== null) await copyFile(existing, partial);
    await access(existing ?? path, constants.R_OK);
    await tool.write(partial, { RegionInfo: regionInfo } as never, {
      writeArgs: ['-overwrite_original'],
      useMWG: false,
    });
    await rename(partial, target);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
  return true;
}

async function readRegions(tool: ExifTool, path: string) {
  const tags = (await tool.read<Tags & { RegionInfo?: RegionInfo }>(path, {
    readArgs: ['-struct', '-n', '-XMP-mwg-rs:all', '-IFD0:Orientation', '-ImageWidth', '-ImageHeight'],
  })) as Omit<Tags, 'Orientation'> & { RegionInfo?: RegionInfo; Orientation?: unknown };
  const orientation = Number(tags.Orientation);
  return {
    info: tags.RegionInfo ?? null,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    width: tags.ImageWidth ?? 0,
    height: tags.ImageHeight ?? 0,
  };
}

function sizeOf({ W: width = 0, H: height = 0 }: { W?: number; H?: number } = {}): Size | null {
  return width > 0 && height > 0 ? { width, height } : null;
}

async function firstOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths)
    if (
      await stat(path).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return path;
  return null;
}

const listOf = ({ RegionList: list }: RegionInfo): readonly Region[] =>
  list === undefined ? [] : Array.isArray(list) ? list : [list];

/** Regions with these names in them. One that is there keeps its box and all that is said of it but the name; pets and focus points stay. */
function merged(
  there: readonly Region[],
  wanted: readonly { readonly name: string; readonly box: Box }[],
): { list: Region[]; changed: boolean } {
  const list = there.map((region) => ({ ...region }));
  const taken = new Set<number>();
  let changed = false;
  for (const { name, box } of wanted) {
    const at = list.findIndex((region, i) => !taken.has(i) && isFace(region) && sameFace(region, box));
    if (at < 0) {
      taken.add(list.push({ Area: areaOf(box), Name: name, Type: 'Face' }) - 1);
      changed = true;
      continue;
    }
    taken.add(at);
    if (list[at]!.Name === name) continue;
    list[at]!.Name = name;
    changed = true;
  }
  return { list, changed };
}

const isFace = ({ Type: type }: Region) => type === undefined || type === 'Face';

function sameFace({ Area: area }: Region, [x, y, w, h]: Box): boolean {
  if (area?.X === undefined || area.Y === undefined) return false;
  return Math.abs(area.X - (x + w / 2)) < sameMiddle * w && Math.abs(area.Y - (y + h / 2)) < sameMiddle * h;
}

function areaOf([x, y, w, h]: Box) {
  const rounded = (value: number) => Number(value.toFixed(digits));
  return { X: rounded(x + w / 2), Y: rounded(y + h / 2), W: rounded(w), H: rounded(h), Unit: 'normalized' };
}
