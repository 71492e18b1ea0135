/**
 * Encoders that can be had from the Hub under a free licence, each file with its size and sha256 as several public
 * projects state them. A list only: nothing here reaches for the network.
 */
import * as v from 'valibot';
import catalog from './catalog.json' with { type: 'json' };

/** A file on the Hub. @param roles  what it may be of a model. */
export const fileSchemaOf = <const Roles extends readonly string[]>(roles: Roles) =>
  v.object({
    role: v.picklist(roles),
    /** owner/name on the Hub. */
    repository: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
    /** The commit that the hash was stated for; the newest one where none is known. */
    revision: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))),
    path: v.pipe(v.string(), v.regex(/^[\w-][\w./-]*$/)),
    bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  });

const entrySchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  name: v.string(),
  licence: v.picklist(['MIT', 'Apache-2.0']),
  source: v.pipe(v.string(), v.url()),
  /** What photos and texts are made into before it sees them: catalog-card.ts. */
  family: v.picklist(['clip', 'siglip2']),
  /** The one that a person is offered who has none of these. */
  recommended: v.optional(v.boolean(), false),
  /** Side of the square that it looks at, px. */
  size: v.pipe(v.number(), v.integer()),
  /** Length of its vectors. */
  dim: v.pipe(v.number(), v.integer()),
  files: v.array(fileSchemaOf(['image', 'text', 'tokenizer'])),
});
export type CatalogEntry = v.InferOutput<typeof entrySchema>;
export type CatalogFile = CatalogEntry['files'][number];

/** Every encoder on offer, smallest download first. @param entries  the catalog's own when left out. */
export function listCatalog(entries: unknown = catalog): CatalogEntry[] {
  return v.parse(v.array(entrySchema), entries).sort((a, b) => downloadBytes(a) - downloadBytes(b));
}

/** Bytes of all files together. */
export function downloadBytes({ files }: CatalogEntry): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Where a file lies. @param hub  the Hub's address or that of a mirror, without a slash at its end. */
export function fileAddress(
  { repository, revision, path }: Pick<CatalogFile, 'repository' | 'revision' | 'path'>,
  hub: string,
): string {
  return `${hub}/${repository}/resolve/${revision ?? 'main'}/${path}`;
}
