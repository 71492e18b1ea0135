/** Clusters by look: where each one's middle was, so that it is the same one when photos have come. */
export const clusters = `
CREATE TABLE cluster_centres (
  encoder TEXT NOT NULL,
  place INTEGER NOT NULL,
  id TEXT NOT NULL,
  -- float32, little endian, unit length.
  centre BLOB NOT NULL,
  PRIMARY KEY (encoder, place)
) STRICT, WITHOUT ROWID;
`;
