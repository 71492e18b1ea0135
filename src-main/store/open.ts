/** Where a library lies, and how it is opened: by the one process that writes, or read-only beside it. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { databaseError } from './database-error.ts';
import { lockLibrary } from './lock.ts';
import { checkOwner, migrate } from './migrate.ts';
import { migrations } from './migrations/migrations.ts';
import { Store, StoreReader } from './store.ts';

export interface LibraryPaths {
  readonly dir: string;
  readonly database: string;
  readonly thumbnails: string;
  /** Large previews of photos that a browser cannot show itself. */
  readonly previews: string;
  /** Photos that were dropped in to search with. */
  readonly uploads: string;
  /** Pictures of faces. */
  readonly faces: string;
  readonly encoders: string;
  /** Models that find faces. */
  readonly faceModels: string;
  readonly runs: string;
  readonly logs: string;
  /** Copies of the database from before each migration. */
  readonly backups: string;
}

/** A reader waits this long for a moment's write; a writer never waits, since it is alone. */
const busyTimeoutMs = 5_000;
/** Of the writer: the indexes of 500,000 photos, which are written to in no order, fit in. */
const cacheKiB = 64 * 1024;
const keptLogBytes = 64 * 1024 * 1024;

export function libraryPaths(dir: string): LibraryPaths {
  const root = resolve(dir);
  return {
    dir: root,
    database: join(root, 'library.db'),
    thumbnails: join(root, 'thumbnails'),
    previews: join(root, 'previews'),
    uploads: join(root, 'uploads'),
    faces: join(root, 'faces'),
    encoders: join(root, 'encoders'),
    faceModels: join(root, 'face-models'),
    runs: join(root, 'runs'),
    logs: join(root, 'logs'),
    backups: join(root, 'backups'),
  };
}

/** The platform's place for an application's data; the environment's LIKENESS_LIBRARY comes first. */
export function defaultLibraryDir(): string {
  const { env, platform } = process;
  if (env['LIKENESS_LIBRARY']) return resolve(env['LIKENESS_LIBRARY']);
  const home = homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Likeness');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Likeness');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'Likeness');
}

/**
 * Opens a library for writing; makes it where there is none.
 * @throws LikenessError `library-in-use`, `library-damaged`, `library-newer`, `no-permission`, `not-a-folder`, `disk-full`.
 */
export function openLibrary(dir: string): Store {
  const paths = libraryPaths(dir);
  return explained(paths.dir, () => {
    makeFolders(paths);
    const lock = lockLibrary(paths.dir);
    let database: Database.Database | null = null;
    try {
      database = new Database(paths.database, { timeout: busyTimeoutMs });
      // A photo's two vectors (2.5 KiB) leave a third of a 4 KiB page empty, and a twentieth of this one (bench/storage.ts).
      database.pragma('page_size = 8192');
      database.pragma('journal_mode = WAL');
      // In WAL mode NORMAL loses no consistency in a power cut, at most the last moments; a kill loses nothing.
      database.pragma('synchronous = NORMAL');
      database.pragma('foreign_keys = ON');
      database.pragma('temp_store = MEMORY');
      database.pragma(`cache_size = ${-cacheKiB}`);
      // A large removal leaves a large log; it is cut back at the next checkpoint.
      database.pragma(`journal_size_limit = ${keptLogBytes}`);
      migrate(database, { migrations, backups: paths.backups });
      startAnew(database);
      const store = new Store(database, paths, lock);
      store.jobs.wakeInterrupted();
      store.contents.sweepSoon();
      return store;
    } catch (thrown) {
      database?.close();
      lock.release();
      throw thrown;
    }
  });
}

/**
 * Opens a library that another process of the application has open.
 * @throws LikenessError as openLibrary; `not-found` when there is no library.
 */
export function openLibraryReader(dir: string): StoreReader {
  const paths = libraryPaths(dir);
  return explained(paths.dir, () => {
    if (!existsSync(paths.database))
      throw new LikenessError(
        'not-found',
        `There is no library in “${paths.dir}”.`,
        'Open Likeness once, or check --library.',
      );
    const database = new Database(paths.database, { readonly: true, timeout: busyTimeoutMs });
    try {
      checkOwner(database, migrations.at(-1)?.version ?? 0);
      return new StoreReader(database);
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  });
}

function makeFolders(paths: LibraryPaths): void {
  if (existsSync(paths.dir) && !statSync(paths.dir).isDirectory())
    throw new LikenessError(
      'not-a-folder',
      `“${paths.dir}” is a file, and a library is a folder.`,
      'Choose another place with --library.',
    );
  const { database, ...folders } = paths;
  void database;
  // What a photo shows is nobody else's business on a shared computer.
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Nobody reads along yet: what was kept for readers to catch up is dropped, and windows of before load anew. */
function startAnew(database: Database.Database): void {
  database.transaction(() => {
    const removed = database.prepare('DELETE FROM removed_photos').run().changes;
    database.exec('DELETE FROM removed_contents');
    if (removed > 0)
      database.exec(`INSERT INTO settings VALUES ('generation', '2')
        ON CONFLICT DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)`);
  })();
}

function explained<T>(dir: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw databaseError(thrown, dir) ?? thrown;
  }
}
