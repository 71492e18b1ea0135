/** Runs: what was learned from the library, and the encoders that answered before the one in use. */
export const runs = `
-- How far a run is stands in its job; what came of it stands here. Its folder is runs/ID.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1)),
  -- JSON of LearnWish.
  wish TEXT NOT NULL,
  -- The encoder that it began with.
  base TEXT NOT NULL,
  base_name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  -- 1 when it is to end where it stands.
  finish INTEGER NOT NULL DEFAULT 0 CHECK (finish IN (0, 1)),
  -- 1 when the library went back from its encoder.
  rolled_back INTEGER NOT NULL DEFAULT 0 CHECK (rolled_back IN (0, 1)),
  -- JSON of LearnResult; null until it has learned.
  result TEXT
) STRICT;

-- Encoders that the library was searched with before, the latest last: a rollback takes the last one.
CREATE TABLE earlier_encoders (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  -- The run that had made it, where one had.
  run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL
) STRICT;

-- The run that a job learns or prepares, and the encoder that it prepares.
ALTER TABLE jobs ADD COLUMN run_id INTEGER REFERENCES runs (id) ON DELETE CASCADE;
ALTER TABLE jobs ADD COLUMN encoder TEXT;
`;
