/** Photos for words: by what they show, by who is on them, and by what they are called. */
import type { EncoderCard } from '../../models/card.ts';
import type { SearchInput, SearchResults } from '../contract/search.ts';
import { askedNames } from './asked-names.ts';
import type { LibraryIndex } from './library-index.ts';
import { listPhotos } from './list-photos.ts';
import { nameMatches } from './name-matches.ts';
import { contentsOf, namedRows, peopleFilter } from './people-filter.ts';
import { rankPhotos } from './rank-photos.ts';
import type { EncodedVector } from './vector-index.ts';

export interface SearchServices {
  readonly index: LibraryIndex;
  readonly encoderId: string;
  readonly card: Pick<EncoderCard, 'dim' | 'calibration'>;
  /** Text → vector [dim.embedding], with the encoder that made it. */
  readonly encodeQuery: (query: string) => Promise<EncodedVector>;
}

/**
 * Photos that match a query, best first. Photos outside the filter are left out before ranking, and so are those that do not show
 * whom the query names (asked-names.ts). Without further words they come newest first.
 * @returns one page; every page together holds each photo once as long as the library stays the same.
 * @throws LikenessError bad-input when the filter asks for people while faces are turned off.
 * Cost: one pass over N × D float32; time at 100,000 photos in docs/speed.md.
 */
export async function search(
  { query, filter, limit, offset }: SearchInput,
  { index, encoderId, card, encodeQuery }: SearchServices,
): Promise<SearchResults> {
  const startedMs = performance.now();
  const calibration = card.calibration.text;
  if (calibration === null) throw new RangeError(`${encoderId} has no text side to search with.`);
  const kind = { encoderId, output: 'embedding', dim: card.dim.embedding } as const;
  const ranked = await index.ask(kind, async (library) => {
    const { photos, reader, vectors } = library;
    const named = reader.settings.get().people ? reader.people.named() : [];
    const names = askedNames(query, named);
    const within = peopleFilter(filter, reader, photos);
    const sure = names.clauses.length === 0 ? null : namedRows(names, reader, photos);
    if (names.rest === '') return listPhotos(library, { filter, sure, admits: within, limit, offset });
    const admits =
      sure === null ? within : (row: number) => sure[row]! > 0 && (within === null || within(row));
    const called = new Map(
      [...names.raised].map(([word, ids]) => [word, contentsOf(ids, reader.people)] as const),
    );
    return rankPhotos(library, {
      cosines: await vectors.cosines(await encodeQuery(names.rest)),
      names: nameMatches(names.rest, reader.text, photos, (word) => called.get(word) ?? null),
      filter,
      admits,
      limit,
      offset,
      calibration,
    });
  });
  return { query, ...ranked, encoder: encoderId, milliseconds: Math.round(performance.now() - startedMs) };
}
