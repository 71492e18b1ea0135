/**
 * Networks for faces that can be had from the Hub under a free licence. A list only: nothing here reaches for the network.
 * Hashes are those of OpenCV's model zoo. The verification threshold of SFace, a cosine of 0.363, is the zoo's as well; the numbers
 * for grouping lie around it and were not measured on photos (docs/people.md).
 */
import * as v from 'valibot';
import catalog from './face-catalog.json' with { type: 'json' };
import { fileSchemaOf } from './catalog.ts';
import { faceNumbers } from './face-numbers.ts';

const entrySchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  name: v.string(),
  licence: v.string(),
  source: v.pipe(v.string(), v.url()),
  /** How its networks are fed and read: src-main/people/families. */
  family: v.picklist(['yunet-sface']),
  ...faceNumbers,
  files: v.pipe(v.array(fileSchemaOf(['detector', 'descriptor'])), v.length(2)),
});
export type FaceCatalogEntry = v.InferOutput<typeof entrySchema>;

/** Every face model on offer. @param entries  the catalog's own when left out. */
export const listFaceCatalog = (entries: unknown = catalog): FaceCatalogEntry[] =>
  v.parse(v.array(entrySchema), entries);
