/** Captions from a file: the photo, a tab, what it shows; one caption a line, several lines a photo. */
import { basename } from 'node:path';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { readText } from './found-photos.ts';

interface Line {
  readonly file: string;
  readonly caption: string;
}

export interface CaptionMatches {
  /** For each of the names. */
  readonly captions: readonly (readonly string[])[];
  /** Lines that name no photo, or a file name that several photos have. */
  readonly unmatched: number;
}

/**
 * Reads the file and finds the photos that it speaks of, by their names within the set, else by their file names.
 * @param names  of the photos, parted by slashes.
 * @throws LikenessError `bad-input` for a line that is not two columns (with its number) and for a file that speaks of
 *   none of the photos; not-found, no-permission.
 */
export async function readCaptions(path: string, names: readonly string[]): Promise<CaptionMatches> {
  const lines = parse(await readText(path), basename(path));
  const whole = new Map(names.map((name, i) => [name, i]));
  const byFile = placesByFile(names);
  const captions = names.map((): string[] => []);
  let unmatched = 0;
  for (const { file, caption } of lines) {
    const name = file.replaceAll('\\', '/').replace(/^\.\//, '');
    const place = whole.get(name) ?? byFile.get(fileOf(name));
    if (place === undefined || place === null) unmatched++;
    else captions[place]!.push(caption);
  }
  if (unmatched === lines.length)
    throw new LikenessError(
      'bad-input',
      `None of the ${lines.length.toLocaleString('en')} captions in “${basename(path)}” belongs to a photo of this set.`,
      'The first column holds file names as they stand in the folder or archive.',
    );
  return { captions, unmatched };
}

const fileOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** File name → place; null where several photos share the name. */
function placesByFile(names: readonly string[]): Map<string, number | null> {
  const places = new Map<string, number | null>();
  for (const [i, name] of names.entries()) {
    const file = fileOf(name);
    places.set(file, places.has(file) ? null : i);
  }
  return places;
}

function parse(text: string, list: string): Line[] {
  const lines: Line[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const columns = line.split('\t').map((column) => column.trim());
    const [file = '', caption = ''] = columns;
    if (columns.length !== 2 || file === '' || caption === '')
      throw new LikenessError(
        'bad-input',
        `Line ${i + 1} of “${list}” is no caption: it is not a file name, a tab and a text.`,
        'Mend or remove the line.',
      );
    if (i === 0 && file.toLowerCase() === 'file' && caption.toLowerCase() === 'caption') continue;
    lines.push({ file, caption });
  }
  return lines;
}
