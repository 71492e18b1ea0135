/** Duplicates: what photos are looked up by, which pairs are alike, and what a person decided about them. */
export const duplicates = `
-- What was looked at for duplicates. Gone with its content.
CREATE TABLE duplicate_looks (
  content_id INTEGER PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
  -- Of the way of looking: another one looks anew.
  version INTEGER NOT NULL,
  -- 0 while it has only stopped the engine.
  done INTEGER NOT NULL CHECK (done IN (0, 1)),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Why it could not be looked at, a sentence.
  failure TEXT,
  -- float32, little endian, unit length; null where it could not be looked at.
  print BLOB,
  -- The same without its border; null where it has none.
  inner_print BLOB,
  sharpness REAL,
  exposure REAL
) STRICT;

-- Pairs that were compared, by the latest search; 'none' is an answer, too.
CREATE TABLE duplicate_pairs (
  a INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
  b INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
  class TEXT NOT NULL CHECK (class IN ('none', 'identical', 're-encoded', 'edited', 'burst', 'similar')),
  distance REAL NOT NULL,
  -- The encoder that likeness was measured with.
  encoder TEXT NOT NULL,
  search INTEGER NOT NULL,
  PRIMARY KEY (a, b),
  CHECK (a < b)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_pairs_by_b ON duplicate_pairs (b);
CREATE INDEX duplicate_pairs_found ON duplicate_pairs (class, a, b, distance) WHERE class <> 'none';

CREATE TABLE duplicate_searches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  -- The newest content that it knew.
  last_content INTEGER NOT NULL
) STRICT;

-- Photos that are no duplicates of one another, by their bytes; those of one dismissal have one number.
CREATE TABLE not_duplicates (
  hash_a TEXT NOT NULL CHECK (length(hash_a) = 64),
  hash_b TEXT NOT NULL CHECK (length(hash_b) = 64),
  dismissal INTEGER NOT NULL,
  PRIMARY KEY (hash_a, hash_b),
  CHECK (hash_a <= hash_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX not_duplicates_by_dismissal ON not_duplicates (dismissal);

-- Files that a person chose to keep; the latest choice counts.
CREATE TABLE chosen_keepers (
  path TEXT PRIMARY KEY,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal of what went to the system's bin. A row stands here before its file is touched.
CREATE TABLE bins (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE binned_photos (
  bin_id INTEGER NOT NULL REFERENCES bins (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  size_bytes INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('going', 'gone', 'back', 'stayed')),
  -- Why it stayed, or is not back, a sentence.
  reason TEXT,
  PRIMARY KEY (bin_id, path)
) STRICT, WITHOUT ROWID;
`;
