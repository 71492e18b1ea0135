/**
 * Faces that another program named on a photo: regions in the file's XMP, or in a sidecar beside it. Read are those of the Metadata
 * Working Group (mwg-rs; digiKam, Lightroom, Picasa, ExifTool) and Microsoft's (MP; Windows Photo Gallery).
 * Sources: MWG, “Guidelines for Handling Image Metadata” 2.0, section 5.9; Microsoft, “People Tagging Overview”.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import ExifReader from 'exifreader';
import type { Box } from '../contract/people.ts';
import { readHead } from './photo-head.ts';

export interface NamedRegion {
  readonly name: string;
  /** Of the photo as shown. */
  readonly box: Box;
}

/** A region as it is written down. */
interface WrittenRegion {
  readonly name: string;
  /** Of the picture as it is stored, before its orientation is applied. */
  readonly box: Box;
}

interface WrittenRegions {
  readonly regions: readonly WrittenRegion[];
  /** px of the picture that the regions are of; null where nothing says. */
  readonly applied: Size | null;
}

/** px. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const nameLimit = 80;
const sidecarBytes = 4 * 1024 * 1024;

/** Files beside a photo that may hold its XMP: `photo.jpg.xmp` (digiKam, darktable) before `photo.xmp` (Lightroom). */
export function sidecarsOf(path: string): readonly string[] {
  const bare = path.slice(0, path.length - extname(path).length);
  return [`${path}.xmp`, `${path}.XMP`, `${bare}.xmp`, `${bare}.XMP`];
}

/**
 * The named faces of a photo; those of a sidecar where there is one that names any. Trouble with them never fails a photo.
 * @param shown  px of the photo as shown.
 */
export async function readFaceRegions(path: string, shown: Size): Promise<readonly NamedRegion[]> {
  const own = await readTags(() => readHead(path));
  const orientation = orientationOf(own);
  for (const sidecar of sidecarsOf(path)) {
    const found = writtenRegions(xmpOf(await readTags(() => readSidecar(sidecar))));
    if (found.regions.length > 0) return asShown(found, orientation, shown);
  }
  return asShown(writtenRegions(xmpOf(own)), orientation, shown);
}

async function readSidecar(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(path);
  if (bytes.length > sidecarBytes) throw new RangeError('no sidecar is that long');
  return Uint8Array.from(bytes).buffer;
}

type Tags = Readonly<Record<string, unknown>>;

async function readTags(read: () => Promise<ArrayBuffer>): Promise<Tags> {
  try {
    return (await ExifReader.load(await read(), {
      expanded: true,
      async: true,
      includeTags: { exif: true, xmp: true },
    })) as Tags;
  } catch {
    // Not there, damaged, or of a kind without metadata.
    return {};
  }
}

const xmpOf = (tags: Tags) => (tags['xmp'] ?? {}) as Tags;

function orientationOf(tags: Tags): number {
  const value = ((tags['exif'] ?? {}) as Record<string, { value?: unknown }>)['Orientation']?.value;
  return typeof value === 'number' && value >= 1 && value <= 8 ? value : 1;
}

/** Whichever of both kinds there is. Their names differ from writer to writer, their structure does not. */
function writtenRegions(xmp: Tags): WrittenRegions {
  for (const tag of [xmp['Regions'], xmp['RegionInfo']]) {
    const info = inside(tag);
    const mwg = list(info['RegionList']).flatMap(mwgRegion);
    if (mwg.length > 0) return { regions: mwg, applied: dimensions(inside(info['AppliedToDimensions'])) };
    const microsoft = list(info['Regions']).flatMap(microsoftRegion);
    if (microsoft.length > 0) return { regions: microsoft, applied: null };
  }
  return { regions: [], applied: null };
}

/** Areas are given by their middle. */
function mwgRegion(region: Tags): WrittenRegion[] {
  const area = inside(region['Area']);
  const [x, y, w, h] = ['x', 'y', 'w', 'h'].map((name) => numberOf(area[name])) as [
    number,
    number,
    number,
    number,
  ];
  const type = word(region['Type']);
  if (type !== '' && type !== 'Face') return [];
  if (word(area['unit']) !== '' && word(area['unit']) !== 'normalized') return [];
  return named(word(region['Name']), [x - w / 2, y - h / 2, w, h]);
}

/** «left, top, width, height». */
function microsoftRegion(region: Tags): WrittenRegion[] {
  const [x, y, w, h] = word(region['Rectangle']).split(',').map(Number) as [number, number, number, number];
  return named(word(region['PersonDisplayName']), [x, y, w, h]);
}

function named(written: string, box: Box): WrittenRegion[] {
  const name = written.trim();
  if (name === '' || name.length > nameLimit || !box.every(Number.isFinite)) return [];
  const [left, top] = [within(box[0]), within(box[1])];
  const [right, bottom] = [within(box[0] + box[2]), within(box[1] + box[3])];
  if (right <= left || bottom <= top) return [];
  return [{ name, box: [left, top, right - left, bottom - top] }];
}

function asShown(
  { regions, applied }: WrittenRegions,
  orientation: number,
  shown: Size,
): readonly NamedRegion[] {
  const turned = areTurned(orientation, applied, shown);
  return regions.map(({ name, box }) => ({ name, box: turned ? box : shownBox(box, orientation) }));
}

/**
 * Regions are written for the picture as it is stored, as the guidelines ask. A writer that turned them says so by dimensions that are
 * those of the picture as shown.
 */
function areTurned(orientation: number, applied: Size | null, shown: Size): boolean {
  return (
    orientation >= 5 &&
    applied !== null &&
    applied.width !== applied.height &&
    applied.width > applied.height === shown.width > shown.height
  );
}

/**
 * A box of the photo as shown, as it stands among regions that were written for a picture of `applied`: all of them are read alike.
 * @param applied  null where nothing was written yet.
 */
export function writtenBox(box: Box, orientation: number, applied: Size | null, shown: Size): Box {
  return areTurned(orientation, applied, shown) ? box : storedBox(box, orientation);
}

/**
 * A box of the picture as stored, on the picture as shown.
 * Source: Exif 3.0, section 4.6.5.1.6, Orientation.
 * @param orientation  1..8.
 */
export function shownBox([x, y, w, h]: Box, orientation: number): Box {
  const [right, bottom] = [1 - x - w, 1 - y - h];
  switch (orientation) {
    case 2:
      return [right, y, w, h];
    case 3:
      return [right, bottom, w, h];
    case 4:
      return [x, bottom, w, h];
    case 5:
      return [y, x, h, w];
    case 6:
      return [bottom, x, h, w];
    case 7:
      return [bottom, right, h, w];
    case 8:
      return [y, right, h, w];
    default:
      return [x, y, w, h];
  }
}

/** The other way round. */
export function storedBox(box: Box, orientation: number): Box {
  // A quarter turn to the left is undone by one to the right; every other change undoes itself.
  const back = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
  return shownBox(box, back);
}

function dimensions(tags: Tags): WrittenRegions['applied'] {
  const [width, height] = [numberOf(tags['w']), numberOf(tags['h'])];
  return width > 0 && height > 0 ? { width, height } : null;
}

function inside(tag: unknown): Tags {
  const value = (tag as { value?: unknown } | undefined)?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tags) : {};
}

function list(tag: unknown): readonly Tags[] {
  const value = (tag as { value?: unknown } | undefined)?.value;
  if (!Array.isArray(value)) return [];
  return value.map((one) =>
    typeof one === 'object' && one !== null && 'value' in one && typeof one.value === 'object'
      ? (one.value as Tags)
      : (one as Tags),
  );
}

function word(tag: unknown): string {
  const value = (tag as { value?: unknown } | undefined)?.value;
  return typeof value === 'string' ? value : '';
}

const numberOf = (tag: unknown): number => (word(tag) === '' ? NaN : Number(word(tag)));
const within = (share: number) => Math.min(1, Math.max(0, share));
