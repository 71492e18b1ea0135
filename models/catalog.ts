/**
 * Encoders that can be had from the Hub under a free licence, each file with its sha256 as its repository states
 * it. A list only: nothing here reaches for the network.
 */
import * as v from 'valibot';
import catalog from './catalog.json' with { type: 'json' };

const fileSchema = v.object({
  role: v.picklist(['image', 'text', 'tokenizer']),
  /** owner/name on the Hub. */
  repository: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
  /** The commit that the hash was stated for; the newest one where none is known. */
  revision: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))),
  path: v.pipe(v.string(), v.regex(/^[\w-][\w./-]*$/)),
  /** null where the source does not state it. */
  bytes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const entrySchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  name: v.string(),
  licence: v.picklist(['MIT', 'Apache-2.0']),
  source: v.pipe(v.string(), v.url()),
  /** Side of the square that it looks at, px. */
  size: v.pipe(v.number(), v.integer()),
  /** Length of its vectors. */
  dim: v.pipe(v.number(), v.integer()),
  files: v.array(fileSchema),
});
export type CatalogEntry = v.InferOutput<typeof entrySchema>;

/** Every encoder on offer, smallest download first. */
export function listCatalog(): CatalogEntry[] {
  return v.parse(v.array(entrySchema), catalog).sort((a, b) => downloadBytes(a) - downloadBytes(b));
}

/** Bytes of all files together, as far as they are stated: tokenizers of unknown size are small. */
export function downloadBytes({ files }: CatalogEntry): number {
  return files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
