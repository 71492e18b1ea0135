/** People: faces as they were found, what a person decided about them, and the way back from each decision. */
export const people = `
-- What was looked at for faces, found some or not. Gone with its content, so that the same photo, added again, is looked at again.
CREATE TABLE face_looks (
  content_id INTEGER PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  -- 0 while it has only stopped the engine.
  done INTEGER NOT NULL CHECK (done IN (0, 1)),
  -- Times that it stopped the engine.
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Why it could not be looked at, a sentence.
  failure TEXT
) STRICT;
CREATE INDEX face_looks_by_model ON face_looks (model, done);

CREATE TABLE persons (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT,
  -- The name as it is compared: nobody has two persons whose names differ in capitals alone.
  name_key TEXT UNIQUE,
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  cover_spot INTEGER REFERENCES face_spots (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((name IS NULL) = (name_key IS NULL))
) STRICT;

-- A place on a photo that a person decided something about: the photo by its bytes, the place by its box. Faces come and go with
-- looks, folders and models; each is matched to the spot that it overlaps, and takes up what was decided there.
CREATE TABLE face_spots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  x REAL NOT NULL, y REAL NOT NULL, w REAL NOT NULL CHECK (w > 0), h REAL NOT NULL CHECK (h > 0),
  -- 1 for nobody who matters, or no face at all.
  ignored INTEGER NOT NULL DEFAULT 0 CHECK (ignored IN (0, 1)),
  -- 1 for one that was drawn by hand.
  drawn INTEGER NOT NULL DEFAULT 0 CHECK (drawn IN (0, 1))
) STRICT;
CREATE INDEX face_spots_by_hash ON face_spots (hash);
CREATE INDEX persons_by_cover ON persons (cover_spot) WHERE cover_spot IS NOT NULL;

-- Who it is, and who it is not.
CREATE TABLE face_claims (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  spot_id INTEGER NOT NULL REFERENCES face_spots (id) DEFERRABLE INITIALLY DEFERRED,
  person_id INTEGER NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
  verdict TEXT NOT NULL CHECK (verdict IN ('is', 'is-not')),
  UNIQUE (spot_id, person_id)
) STRICT;
CREATE UNIQUE INDEX face_is_one_person ON face_claims (spot_id) WHERE verdict = 'is';
CREATE INDEX face_claims_by_person ON face_claims (person_id);

-- Two who are not the same.
CREATE TABLE persons_apart (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  a INTEGER NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
  b INTEGER NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK (a < b),
  UNIQUE (a, b)
) STRICT;
CREATE INDEX persons_apart_by_b ON persons_apart (b);

-- Faces of the latest look. Ids are never used twice: a group is named after a face that may be gone.
CREATE TABLE faces (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  -- Its place in the engine's answer: its picture is faces/HASH-N.jpg.
  n INTEGER NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL, w REAL NOT NULL, h REAL NOT NULL,
  -- JSON: x and y of each point.
  points TEXT NOT NULL,
  score REAL NOT NULL,
  quality REAL NOT NULL,
  -- float32, little endian, unit length.
  descriptor BLOB NOT NULL CHECK (length(descriptor) > 0 AND length(descriptor) % 4 = 0),
  -- 1 when the detector did not find it: a person drew it, or found it with an earlier model.
  drawn INTEGER NOT NULL DEFAULT 0 CHECK (drawn IN (0, 1)),
  spot_id INTEGER REFERENCES face_spots (id) DEFERRABLE INITIALLY DEFERRED,
  -- Whom it belongs to: a person, or a group by looks, which is named after its first face; neither: unknown.
  person_id INTEGER REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
  group_face INTEGER,
  sure REAL NOT NULL DEFAULT 0,
  -- What its spot says, copied: lists read thousands of faces.
  confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
  ignored INTEGER NOT NULL DEFAULT 0 CHECK (ignored IN (0, 1)),
  CHECK (person_id IS NULL OR group_face IS NULL),
  CHECK (confirmed = 0 OR person_id IS NOT NULL),
  CHECK (ignored = 0 OR (person_id IS NULL AND group_face IS NULL))
) STRICT;
-- A search counts faces by this index alone.
CREATE INDEX faces_by_content ON faces (content_id, ignored);
CREATE INDEX faces_by_person ON faces (person_id, quality DESC, content_id) WHERE person_id IS NOT NULL;
CREATE INDEX faces_by_group ON faces (group_face, quality DESC, content_id) WHERE group_face IS NOT NULL;
CREATE INDEX faces_unknown ON faces (quality DESC) WHERE person_id IS NULL AND group_face IS NULL AND ignored = 0;
CREATE INDEX faces_ignored ON faces (quality DESC) WHERE ignored = 1;
CREATE INDEX faces_by_spot ON faces (spot_id) WHERE spot_id IS NOT NULL;
-- One face is no group: the last one that is left when photos go is unknown.
CREATE TRIGGER face_goes AFTER DELETE ON faces WHEN OLD.group_face IS NOT NULL BEGIN
  UPDATE faces SET group_face = NULL, sure = 0 WHERE group_face = OLD.group_face
    AND (SELECT count(*) FROM (SELECT 1 FROM faces WHERE group_face = OLD.group_face LIMIT 2)) = 1;
END;

-- Pairs that may be one person, as the latest grouping asks: by a face of each, so that the question follows both through edits.
CREATE TABLE people_questions (
  place INTEGER PRIMARY KEY,
  face_a INTEGER NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
  face_b INTEGER NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
  -- Who both were when it was asked: digests of their faces, the smaller first.
  sign_a TEXT NOT NULL,
  sign_b TEXT NOT NULL,
  likeness REAL NOT NULL
) STRICT;
CREATE INDEX people_questions_by_a ON people_questions (face_a);
CREATE INDEX people_questions_by_b ON people_questions (face_b);

-- Questions that were put off, until either of the two is another.
CREATE TABLE questions_put_off (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sign_a TEXT NOT NULL,
  sign_b TEXT NOT NULL,
  UNIQUE (sign_a, sign_b)
) STRICT;

-- The journal of edits: the rows that each one touched, as they were before it.
CREATE TABLE people_edits (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE people_edit_rows (
  edit_id INTEGER NOT NULL REFERENCES people_edits (id) ON DELETE CASCADE,
  of TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  -- The row as SQL literals; null when there was none.
  before TEXT,
  PRIMARY KEY (of, row_id, edit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_edit_rows_by_edit ON people_edit_rows (edit_id);
`;
