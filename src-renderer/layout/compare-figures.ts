/** Two photos side by side in figures: what each has, and which is the better of the two. */
import { folderCrumbs } from './crumbs.ts';
import { formatBytes, formatNumber, formatShortDay, formatTime } from './formats.ts';

/** What is compared of a photo. */
export interface Compared {
  readonly path: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly takenAtMs: number | null;
  readonly camera: string | null;
  readonly rating: number | null;
}

export interface Figure {
  readonly name: 'pixels' | 'file' | 'taken' | 'camera' | 'folder';
  /** null: not recorded. */
  readonly value: string | null;
  /** It is more, or it is there and missing in the other one. */
  readonly better: boolean;
}

/** The figures of one beside another. */
export function figuresOf(one: Compared, other: Compared): readonly Figure[] {
  const area = (photo: Compared) => photo.width * photo.height;
  return [
    {
      name: 'pixels',
      value: `${formatNumber(one.width)} × ${formatNumber(one.height)}`,
      better: area(one) > area(other),
    },
    { name: 'file', value: formatBytes(one.bytes), better: one.bytes > other.bytes },
    {
      name: 'taken',
      value: one.takenAtMs === null ? null : `${formatShortDay(one.takenAtMs)}, ${formatTime(one.takenAtMs)}`,
      better: one.takenAtMs !== null && other.takenAtMs === null,
    },
    { name: 'camera', value: one.camera, better: one.camera !== null && other.camera === null },
    { name: 'folder', value: folderCrumbs(one.path), better: false },
  ];
}
