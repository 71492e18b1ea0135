/** What a photo file says about itself, by the kept reader exifreader; each value checked before it is believed. */
import ExifReader from 'exifreader';
import { wallClockMs } from '../contract/clock.ts';
import type { Gps, PhotoMetadata, TakenFrom } from '../contract/photo.ts';
import { groupsOf, number, text, texts, type TagGroups } from './metadata-tags.ts';
import { readHead } from './photo-head.ts';
import { fractionMs, parseWrittenTime, parseZone, type WrittenTime } from './taken-time.ts';

const { load } = ExifReader;
/** Names of the reader's tag groups that are looked at: maker notes, colour profiles and previews cost time and tell nothing here. */
const wanted = { exif: true, xmp: true, iptc: true, gps: true } as const;
/** Compressed text in a PNG opens to this size at most. */
const decompressedBytes = 16 * 1024 * 1024;
const keywordLimit = 500;
/** What cameras write where a person wrote nothing. */
const noCaption =
  /^(olympus digital camera|sony dsc|minolta digital camera|kodak digital still camera|digital camera|dcim\\.*|untitled|default|user comments)$/i;

/**
 * Reads a photo's metadata. Trouble with it never fails a photo: what cannot be read counts as not stated.
 * @param source  the file's path, or bytes from its start.
 * @param fileModifiedMs  the file's date, the taken time of last resort.
 */
export async function readMetadata(
  source: string | ArrayBuffer,
  fileModifiedMs: number,
): Promise<PhotoMetadata> {
  const groups = await readGroups(source);
  const { exif, xmp } = groups;
  return {
    ...takenTime(groups, fileModifiedMs),
    camera: cameraName(text(exif['Make']), text(exif['Model'])),
    lens: text(exif['LensModel']) ?? text(xmp['LensModel']) ?? text(xmp['Lens']),
    gps: position(groups),
    rating: rating(groups),
    keywords: keywords(groups),
    caption: caption(groups),
    exposureSeconds: positive(number(exif['ExposureTime'])),
    fNumber: positive(number(exif['FNumber'])),
    iso: positive(number(exif['ISOSpeedRatings']) ?? number(exif['PhotographicSensitivity'])),
    focalLengthMm: positive(number(exif['FocalLength'])),
  };
}

async function readGroups(source: string | ArrayBuffer): Promise<TagGroups> {
  try {
    const bytes = typeof source === 'string' ? await readHead(source) : source;
    return groupsOf(
      await load(bytes, {
        expanded: true,
        async: true,
        includeTags: wanted,
        decompress: { maxDecompressedSize: decompressedBytes },
      }),
    );
  } catch {
    // Damaged, cut off, or a format without metadata: the photo itself may be whole.
    return groupsOf({});
  }
}

/**
 * The taken time by order of trust: when the shutter opened, when it was digitised, then what programs noted in XMP and IPTC,
 * then the satellites' clock. A date of the last edit says nothing of the photo and is not looked at.
 */
function takenTime(
  { exif, xmp, iptc }: TagGroups,
  fileModifiedMs: number,
): Pick<PhotoMetadata, 'takenAtMs' | 'takenFrom' | 'zoneMinutes'> {
  const sources: readonly (readonly [TakenFrom, () => WrittenTime | null])[] = [
    ['exif', () => exifTime(exif, 'DateTimeOriginal', 'Original')],
    ['exif', () => exifTime(exif, 'DateTimeDigitized', 'Digitized')],
    ['xmp', () => written(xmp['DateTimeOriginal'])],
    ['xmp', () => written(xmp['DateCreated'])],
    ['xmp', () => written(xmp['CreateDate'])],
    ['iptc', () => iptcTime(iptc, 'Date Created', 'Time Created')],
    ['iptc', () => iptcTime(iptc, 'Digital Creation Date', 'Digital Creation Time')],
    ['gps', () => gpsTime(exif) ?? written(xmp['GPSTimeStamp'])],
  ];
  for (const [takenFrom, read] of sources) {
    const time = read();
    if (time) return { takenAtMs: time.wallMs, takenFrom, zoneMinutes: time.zoneMinutes };
  }
  return { takenAtMs: wallClockMs(Math.trunc(fileModifiedMs)), takenFrom: 'file', zoneMinutes: null };
}

function written(tag: unknown): WrittenTime | null {
  const value = text(tag);
  return value === null ? null : parseWrittenTime(value);
}

function exifTime(
  exif: TagGroups['exif'],
  name: string,
  suffix: 'Original' | 'Digitized',
): WrittenTime | null {
  const time = written(exif[name]);
  if (!time) return null;
  const zone = text(exif[`OffsetTime${suffix}`]) ?? text(exif['OffsetTime']);
  const fraction = text(exif[`SubSecTime${suffix}`]) ?? undefined;
  return {
    wallMs: time.wallMs + fractionMs(fraction),
    zoneMinutes: time.zoneMinutes ?? parseZone(zone ?? undefined),
  };
}

/** IPTC keeps date and time apart; a time without a date is none. */
function iptcTime(iptc: TagGroups['iptc'], dateName: string, timeName: string): WrittenTime | null {
  const date = text(iptc[dateName]);
  if (date === null) return null;
  const time = text(iptc[timeName]);
  return (time === null ? null : parseWrittenTime(`${date} ${time}`)) ?? parseWrittenTime(date);
}

/** The satellites' clock is UTC. */
function gpsTime(exif: TagGroups['exif']): WrittenTime | null {
  const date = text(exif['GPSDateStamp']);
  const { value } = (exif['GPSTimeStamp'] ?? {}) as { value?: unknown };
  if (date === null || !Array.isArray(value) || value.length !== 3) return null;
  const [hour, minute, second] = value.map(number);
  if (hour == null || minute == null || second == null) return null;
  const clock = [hour, minute, second].map((part) => String(Math.trunc(part)).padStart(2, '0')).join(':');
  return parseWrittenTime(`${date} ${clock}Z`);
}

/** Make and model as one name: "NIKON CORPORATION" and "NIKON D90" are a "NIKON D90". */
function cameraName(make: string | null, model: string | null): string | null {
  if (make === null || model === null) return model ?? make;
  const brand = make.split(/\s+/)[0]!.toLowerCase();
  return tidy(model.toLowerCase().startsWith(brand) ? model : `${make} ${model}`);
}

function tidy(value: string): string {
  return value.replaceAll(/\s+/g, ' ').trim();
}

function position({ gps, xmp }: TagGroups): Gps | null {
  return (
    sanePosition(gps.Latitude, gps.Longitude) ??
    sanePosition(degrees(xmp['GPSLatitude']), degrees(xmp['GPSLongitude']))
  );
}

/** Zero and zero, in the sea off Ghana, is what devices write that know nothing. */
function sanePosition(lat: number | null | undefined, lon: number | null | undefined): Gps | null {
  if (lat == null || lon == null || !Number.isFinite(lat) || !Number.isFinite(lon)) return null;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180 || (lat === 0 && lon === 0)) return null;
  return { lat, lon };
}

/** XMP's «52,27.631N», «52,27,37.9N». */
function degrees(tag: unknown): number | null {
  const match = /^(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])$/i.exec(text(tag) ?? '');
  if (!match) return null;
  const value = Number(match[1]) + Number(match[2]) / 60 + Number(match[3] ?? 0) / 3600;
  return /[SW]/i.test(match[4]!) ? -value : value;
}

/** Microsoft's percent under the same name: 1, 25, 50, 75, 99. */
const percentStars: readonly (readonly [number, number])[] = [
  [99, 5],
  [75, 4],
  [50, 3],
  [25, 2],
];

function rating({ xmp, exif }: TagGroups): number | null {
  const value = number(xmp['Rating']) ?? number(exif['Rating']);
  if (value === null || value < -1 || value > 100) return null;
  if (value <= 5) return Math.round(value);
  return percentStars.find(([percent]) => value >= percent)?.[1] ?? 1;
}

function keywords({ xmp, iptc }: TagGroups): readonly string[] {
  const all = [...texts(xmp['subject']), ...texts(iptc['Keywords'])].map(tidy);
  return [...new Set(all)].slice(0, keywordLimit);
}

/** The title, or what was written about the photo. */
function caption({ xmp, exif, iptc }: TagGroups): string | null {
  const candidates = [
    xmp['title'],
    exif['ImageDescription'],
    xmp['description'],
    iptc['Caption/Abstract'],
    iptc['Object Name'],
    iptc['Headline'],
  ];
  return candidates.map(text).find((one) => one !== null && !noCaption.test(one)) ?? null;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
