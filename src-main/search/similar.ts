/** Photos for a photo: by likeness alone. */
import { type EncoderCard, likenessOutput } from '../../models/card.ts';
import { LikenessError } from '../contract/errors.ts';
import type { PhotoId } from '../contract/photo.ts';
import type { SearchResults, SimilarInput } from '../contract/search.ts';
import type { LibraryIndex, LibraryView, VectorKind } from './library-index.ts';
import { peopleFilter } from './people-filter.ts';
import { rankPhotos } from './rank-photos.ts';
import type { EncodedVector } from './vector-index.ts';

export interface SimilarServices {
  readonly index: LibraryIndex;
  readonly encoderId: string;
  readonly card: Pick<EncoderCard, 'dim' | 'calibration' | 'image'>;
  /** A file that need not be in the library → vector [dim.features], with the encoder that made it. */
  readonly encodePhoto: (path: string) => Promise<EncodedVector>;
}

/**
 * Photos most similar to a photo of the library (`photoId`) or to a file (`path`), best first. The photo itself is left
 * out; copies of it, and the library's photo when a file with its bytes was given, are matches with similarity 1.
 * @returns one page; `query` is the photo's path.
 * @throws LikenessError photo-gone, not-encoded; bad-input when the filter asks for people while faces are turned off; what `encodePhoto` throws.
 * Cost: one pass over N × D float32; time at 100,000 photos in docs/speed.md.
 */
export async function similar(
  { photoId, path, filter, limit, offset }: SimilarInput,
  { index, encoderId, card, encodePhoto }: SimilarServices,
): Promise<SearchResults> {
  const startedMs = performance.now();
  if ((photoId === undefined) === (path === undefined))
    throw new RangeError('similar: expected either a photoId or a path.');
  const given = path === undefined ? null : { encoded: await encodePhoto(path), query: path };
  const kind = likenessVectors(encoderId, card);
  const ranked = await index.ask(kind, async (library) => {
    const asked = given ?? photoOfLibrary(library, kind, photoId as PhotoId);
    return {
      query: asked.query,
      ...rankPhotos(library, {
        cosines: await library.vectors.cosines(asked.encoded),
        names: null,
        filter,
        admits: peopleFilter(filter, library.reader, library.photos),
        limit,
        offset,
        ...(photoId !== undefined && { except: photoId as PhotoId }),
        calibration: card.calibration.likeness,
      }),
    };
  });
  return { ...ranked, encoder: encoderId, milliseconds: Math.round(performance.now() - startedMs) };
}

/** A model with one output has it in memory for texts already. */
function likenessVectors(encoderId: string, { image, dim }: SimilarServices['card']): VectorKind {
  const output = likenessOutput(image);
  return { encoderId, output, dim: dim[output] };
}

function photoOfLibrary({ reader }: LibraryView, kind: VectorKind, photoId: PhotoId) {
  const query = reader.photos.pathOf(photoId);
  if (query === null)
    throw new LikenessError(
      'photo-gone',
      'This photo is no longer in the library.',
      'Look at the library again.',
    );
  const content = reader.photos.content(photoId);
  const vector = content && reader.vectors.get(kind.encoderId, kind.output, content.contentId);
  if (!vector)
    throw new LikenessError(
      'not-encoded',
      'This photo has not been analysed yet.',
      'It will be searchable when analysis finishes.',
    );
  return { encoded: { encoderId: kind.encoderId, vector }, query };
}
