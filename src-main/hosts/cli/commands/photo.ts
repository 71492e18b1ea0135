/** `likeness photo`: all that is known of one photo, in the library or not. */
import type { PhotoDetails } from '../../../contract/photo.ts';
import { command } from '../command.ts';
import { bytes, columns } from '../table.ts';

export const photo = command({
  name: 'photo',
  summary: 'Say what is known of one photo; it need not be in the library',
  takes: 'PATH',
  count: [1, 1],
  options: {},
  examples: ['likeness photo ~/Pictures/beach.jpg'],
  async run({ args: [path = ''] }, { app, absolute }) {
    const details = await (await app()).call('photo', { path: absolute(path) });
    return { data: details, text: () => detailsText(details) };
  },
});

function detailsText(details: PhotoDetails): string {
  const { width, height, sizeBytes, gps, exposureSeconds, fNumber, iso, focalLengthMm, keywords } = details;
  const exposure = [
    exposureSeconds === null ? null : shutter(exposureSeconds),
    fNumber === null ? null : `f/${fNumber}`,
    iso === null ? null : `ISO ${iso}`,
    focalLengthMm === null ? null : `${focalLengthMm} mm`,
  ].filter((part) => part !== null);
  const rows: [string, string | null][] = [
    ['Path', details.path],
    ['State', details.reason ? `${details.state}: ${details.reason}` : details.state],
    ['Size', width === null ? null : `${width} × ${height} px`],
    ['File', sizeBytes === null ? null : `${details.format ?? 'unknown kind'}, ${bytes(sizeBytes)}`],
    ['Taken', details.takenAt && `${details.takenAt} (from ${takenFrom[details.takenFrom ?? 'file']})`],
    ['Camera', details.camera],
    ['Lens', details.lens],
    ['Exposure', exposure.join(', ') || null],
    ['Position', gps && `${gps.lat}, ${gps.lon}`],
    ['Place', details.place],
    ['Rating', details.rating === null ? null : String(details.rating)],
    ['Keywords', keywords.join(', ') || null],
    ['Caption', details.caption],
    ['SHA-256', details.hash],
    ...details.copies.map((copy): [string, string] => ['Same bytes', copy]),
  ];
  return columns(rows.filter((row): row is [string, string] => Boolean(row[1])));
}

const takenFrom: Readonly<Record<NonNullable<PhotoDetails['takenFrom']>, string>> = {
  exif: 'EXIF',
  xmp: 'XMP',
  iptc: 'IPTC',
  gps: 'GPS',
  file: 'the file’s date',
};

function shutter(seconds: number): string {
  return seconds > 0 && seconds < 0.5 ? `1/${Math.round(1 / seconds)} s` : `${seconds} s`;
}
