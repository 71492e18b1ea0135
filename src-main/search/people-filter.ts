/** Which photos may be in an answer, by who is on them and by how many faces they show. */
import { LikenessError } from '../contract/errors.ts';
import type { PeopleId } from '../contract/people.ts';
import type { Filter } from '../contract/search.ts';
import type { PeopleReader } from '../store/people-reader.ts';
import type { SettingsReader } from '../store/settings.ts';
import type { TextReader } from '../store/text-reader.ts';
import type { AskedNames, NameClause } from './asked-names.ts';
import type { PhotoTable } from './photo-table.ts';

/** Whether the photo in a row may be in the answer. */
export type Admits = (row: number) => boolean;

export interface PeopleReaders {
  readonly people: PeopleReader;
  readonly settings: SettingsReader;
  readonly text: TextReader;
}

/**
 * What a filter asks of people; null where it asks nothing.
 * @throws LikenessError bad-input while faces are turned off: then nobody is known to be on a photo.
 * Cost: a set of the contents of each person; 50 ms for a count of faces in a library of 60,000 (docs/people.md).
 */
export function peopleFilter(
  { people, faces }: Filter,
  readers: PeopleReaders,
  photos: PhotoTable,
): Admits | null {
  const { all = [], any = [], none = [] } = people ?? {};
  const asksWho = all.length + any.length + none.length > 0;
  const asksCount = faces !== undefined && (faces.min !== undefined || faces.max !== undefined);
  if (!asksWho && !asksCount) return null;
  if (!readers.settings.get().people) throw off();
  const { contentIds } = photos;
  const wanted = all.map((id) => new Set(readers.people.contentsOf(id)));
  if (any.length > 0) wanted.push(contentsOf(any, readers.people));
  const unwanted = contentsOf(none, readers.people);
  const counted = asksCount ? rightCount(faces, readers.people) : null;
  return (row) => {
    const content = contentIds[row]!;
    if (unwanted.has(content) || (counted && !counted(content))) return false;
    for (const set of wanted) if (!set.has(content)) return false;
    return true;
  };
}

/** Contents that show at least one of them. */
export function contentsOf(ids: readonly PeopleId[], people: PeopleReader): Set<number> {
  return new Set(ids.flatMap((id) => people.contentsOf(id)));
}

function rightCount(
  { min = 0, max = Number.POSITIVE_INFINITY }: NonNullable<Filter['faces']>,
  people: PeopleReader,
): (content: number) => boolean {
  const shown = people.contentsOfFaces();
  const counts = new Uint16Array(greatest(shown) + 1);
  for (const content of shown) counts[content]! += 1;
  const looked = min > 0 ? null : bitmapOf(people.lookedAt());
  return (content) => {
    const count = counts[content] ?? 0;
    return count >= min && count <= max && (count > 0 || looked === null || looked[content] === 1);
  };
}

/** What the names of a query ask. Per row: 1 where faces say so, 0.5 where somebody is only named in the photo's words, 0 outside. */
export function namedRows(
  { clauses }: Pick<AskedNames, 'clauses'>,
  readers: PeopleReaders,
  photos: PhotoTable,
): Float32Array {
  const sure = new Float32Array(photos.size).fill(1);
  for (const clause of clauses) {
    const shown = contentsOf(
      clause.people.map(({ id }) => id),
      readers.people,
    );
    const called = clause.not ? new Set<number>() : rowsCalled(clause, readers.text, photos);
    for (let row = 0; row < photos.size; row += 1) {
      const is = shown.has(photos.contentIds[row]!) ? 1 : called.has(row) ? 0.5 : 0;
      sure[row] = Math.min(sure[row]!, clause.not ? 1 - is : is);
    }
  }
  return sure;
}

/** Photos that somebody named after a person (a keyword, a caption, a folder) count too: their face may be turned away. */
function rowsCalled({ people }: NameClause, text: TextReader, photos: PhotoTable): Set<number> {
  return new Set(people.flatMap(({ name }) => text.findName(name).map((id) => photos.rowOf(id))));
}

function bitmapOf(ids: readonly number[]): Uint8Array {
  const bits = new Uint8Array(greatest(ids) + 1);
  for (const id of ids) bits[id] = 1;
  return bits;
}

function greatest(numbers: readonly number[]): number {
  let most = 0;
  for (const one of numbers) if (one > most) most = one;
  return most;
}

function off(): LikenessError {
  return new LikenessError(
    'bad-input',
    'Faces are turned off, so nobody is known to be on a photo.',
    'Turn faces on, or leave people out of the question.',
  );
}
