/** Photos for words: by what they show and by what they are called. */
import type { EncoderCard } from '../../models/card.ts';
import type { SearchInput, SearchResults } from '../contract/search.ts';
import type { LibraryIndex } from './library-index.ts';
import { nameMatches } from './name-matches.ts';
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
 * Photos that match a query, best first. Photos outside the filter are left out before ranking.
 * @returns one page; every page together holds each photo once as long as the library stays the same.
 * Cost: one pass over N × D float32; time at 100,000 photos in docs/speed.md.
 */
export async function search(
  { query, filter, limit, offset }: SearchInput,
  { index, encoderId, card, encodeQuery }: SearchServices,
): Promise<SearchResults> {
  const startedMs = performance.now();
  const calibration = card.calibration.text;
  if (calibration === null) throw new RangeError(`${encoderId} has no text side to search with.`);
  const vector = await encodeQuery(query);
  const kind = { encoderId, output: 'embedding', dim: card.dim.embedding } as const;
  const ranked = await index.ask(kind, async (library) =>
    rankPhotos(library, {
      cosines: await library.vectors.cosines(vector),
      names: nameMatches(query, library.reader.text, library.photos),
      filter,
      limit,
      offset,
      calibration,
    }),
  );
  return { query, ...ranked, encoder: encoderId, milliseconds: Math.round(performance.now() - startedMs) };
}
