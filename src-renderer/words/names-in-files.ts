/** What is said of writing names into files beside the photos. */
import { formatNumber } from '../layout/formats.ts';
import { photos } from './counts.ts';

const files = (count: number): string => (count === 1 ? '1 file' : `${formatNumber(count)} files`);

export const namesInFilesWords = {
  label: 'Names in files',
  title: 'Names for other programs',
  text: 'The names you gave go into XMP files beside your photos, where digiKam, Lightroom and others read them. Photos stay as they are.',
  look: 'Write names…',
  looking: 'Looking…',
  nothing: 'Every name is there already',
  nothingText: (all: number) =>
    all === 0 ? 'No photo shows anybody who has a name.' : `The files beside ${photos(all)} hold every name.`,
  ask: (count: number) => `Write names beside ${photos(count)}?`,
  askText: (count: number) =>
    `${files(count)} with the ending .xmp will be made, or added to: all that they hold already stays. This is not taken back by Undo.`,
  write: 'Write',
  writing: 'Writing…',
  keep: 'Cancel',
  written: (count: number) => `Names written into ${files(count)}`,
  failed: (count: number) => `${files(count)} could not be written`,
  failedText: (reason: string, written: number) =>
    written === 0 ? reason : `${reason} Names were written into ${files(written)}.`,
} as const;
