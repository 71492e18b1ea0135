/** Heads that were learned from who people are, and which one faces are grouped with. */
export const faceHeads = `
CREATE TABLE face_heads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The face model that it stands behind: behind another it means nothing.
  model TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  -- JSON: how well it tells people apart, before and after.
  figures TEXT NOT NULL,
  -- ONNX, some 100 kB.
  head BLOB NOT NULL,
  in_use INTEGER NOT NULL DEFAULT 0 CHECK (in_use IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX one_face_head ON face_heads (model) WHERE in_use = 1;

-- What the faces of a model were last grouped with: null for no head. Where it is not what is in use, they are grouped anew.
CREATE TABLE faces_grouped_with (
  model TEXT PRIMARY KEY,
  head INTEGER
) STRICT, WITHOUT ROWID;
`;
