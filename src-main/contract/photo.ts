/** What a photo is, for every layer above the disk. */
import * as v from 'valibot';

export type Brand<T, Name extends string> = T & { readonly __brand: Name };
/** A photo: one file in one place. Its content may stand in several places. */
export type PhotoId = Brand<number, 'PhotoId'>;
/** The bytes of a photo, known by their hash: what is derived from them is kept once. Never reused. */
export type ContentId = Brand<number, 'ContentId'>;
export type FolderId = Brand<number, 'FolderId'>;

/** Where a taken time was read: the picture's own metadata, or the file's date where there is none. */
export type TakenFrom = 'exif' | 'xmp' | 'iptc' | 'gps' | 'file';

export type PhotoState =
  /** Found on disk, not looked at yet. */
  | 'waiting'
  /** Decoded: has size, colour and thumbnails. */
  | 'ready'
  /** Could not be read; the reason says why. */
  | 'failed'
  /** A kind of picture that Likeness does not read yet. */
  | 'unsupported'
  /** Its file is gone, or its disk is away. */
  | 'missing';

export interface Gps {
  /** Degrees, -90..90. */
  readonly lat: number;
  /** Degrees, -180..180. */
  readonly lon: number;
}

/** What is read out of a photo file's metadata; null where the file does not say. */
export interface PhotoMetadata {
  /** Local wall-clock time as if it were UTC, in ms, so that sorting follows the photographer's watch. */
  readonly takenAtMs: number | null;
  readonly takenFrom: TakenFrom | null;
  /** Minutes east of UTC, where the file states it. */
  readonly zoneMinutes: number | null;
  readonly camera: string | null;
  readonly lens: string | null;
  readonly gps: Gps | null;
  /** 0..5, -1 rejected. */
  readonly rating: number | null;
  readonly keywords: readonly string[];
  readonly caption: string | null;
  /** Seconds. */
  readonly exposureSeconds: number | null;
  readonly fNumber: number | null;
  readonly iso: number | null;
  /** Millimetres, as written by the camera. */
  readonly focalLengthMm: number | null;
}

/** The answer of `likeness photo PATH` and of the viewer's info panel. */
export interface PhotoDetails {
  readonly id: number | null;
  readonly path: string;
  readonly state: PhotoState;
  readonly reason: string | null;
  readonly hash: string | null;
  readonly format: string | null;
  readonly sizeBytes: number | null;
  /** Pixels as shown, after orientation. */
  readonly width: number | null;
  readonly height: number | null;
  /** ISO 8601, with its zone where the file states one: 2024-06-15T14:03:22+02:00. */
  readonly takenAt: string | null;
  readonly takenFrom: TakenFrom | null;
  readonly camera: string | null;
  readonly lens: string | null;
  readonly exposureSeconds: number | null;
  readonly fNumber: number | null;
  readonly iso: number | null;
  readonly focalLengthMm: number | null;
  readonly gps: Gps | null;
  /** Name of the place; null until places are known by name. */
  readonly place: string | null;
  readonly rating: number | null;
  readonly keywords: readonly string[];
  readonly caption: string | null;
  /** Paths of the other photos with the very same bytes. */
  readonly copies: readonly string[];
}

/** A photo that Likeness cannot show, with the reason; `retry` tells whether trying again may help. */
export interface Problem {
  readonly id: number;
  readonly path: string;
  readonly kind: 'failed' | 'unsupported' | 'missing';
  readonly reason: string;
}

export const photoIdSchema = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Kinds of file that sharp's prebuilt libvips reads: extension (lower case, no dot) → name shown. */
export const readableKinds: Readonly<Record<string, string>> = {
  jpg: 'JPEG',
  jpeg: 'JPEG',
  jpe: 'JPEG',
  jfif: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
  tif: 'TIFF',
  tiff: 'TIFF',
};

/** Kinds that are pictures, but not read yet: listed with their count, never silently passed over. */
export const unsupportedKinds: Readonly<Record<string, string>> = {
  heic: 'HEIC',
  heif: 'HEIC',
  hif: 'HEIC',
  jxl: 'JPEG XL',
  jp2: 'JPEG 2000',
  j2k: 'JPEG 2000',
  bmp: 'BMP',
  dib: 'BMP',
  ico: 'Icon',
  svg: 'SVG',
  svgz: 'SVG',
  psd: 'Photoshop',
  dng: 'RAW',
  cr2: 'RAW',
  cr3: 'RAW',
  crw: 'RAW',
  nef: 'RAW',
  nrw: 'RAW',
  arw: 'RAW',
  srf: 'RAW',
  sr2: 'RAW',
  raf: 'RAW',
  rw2: 'RAW',
  rwl: 'RAW',
  orf: 'RAW',
  pef: 'RAW',
  srw: 'RAW',
  mrw: 'RAW',
  x3f: 'RAW',
  '3fr': 'RAW',
  iiq: 'RAW',
  erf: 'RAW',
  kdc: 'RAW',
  dcr: 'RAW',
  mos: 'RAW',
  raw: 'RAW',
  mp4: 'Video',
  mov: 'Video',
  m4v: 'Video',
  avi: 'Video',
  mkv: 'Video',
  webm: 'Video',
  mts: 'Video',
  m2ts: 'Video',
  '3gp': 'Video',
};
