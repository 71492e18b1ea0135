/** SQL of what photos copy from their contents for the grid, written once for those who write it and the one who checks it. */

/** Width over height of a row of contents called `alias`. */
export function aspectOf(alias: string): string {
  return `(CAST(${alias}.width AS REAL) / ${alias}.height)`;
}

/**
 * 1 when a content has vectors of the library's encoder.
 * @param contentId  with its table's name before it: the vectors have a column of that name, too.
 */
export function isEncoded(contentId: string): string {
  return `EXISTS (SELECT 1 FROM vectors v WHERE v.content_id = ${contentId} AND v.encoder_key =
    (SELECT key FROM encoders WHERE id = (SELECT value FROM settings WHERE name = 'encoder')))`;
}
