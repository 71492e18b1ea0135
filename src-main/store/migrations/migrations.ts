/** Every step from an empty file to today's library, in order. A step that has been released is never edited. */
import type { Database } from 'better-sqlite3';
import { first } from './001-first.ts';
import { runs } from './002-runs.ts';
import { people } from './003-people.ts';
import { faceHeads } from './004-face-heads.ts';
import { duplicates } from './005-duplicates.ts';
import { clusters } from './006-clusters.ts';

export interface Migration {
  /** 1, 2, 3…: the file's user_version after this step. */
  readonly version: number;
  readonly apply: string | ((database: Database) => void);
}

export const migrations: readonly Migration[] = [
  { version: 1, apply: first },
  { version: 2, apply: runs },
  { version: 3, apply: people },
  { version: 4, apply: faceHeads },
  { version: 5, apply: duplicates },
  { version: 6, apply: clusters },
];
