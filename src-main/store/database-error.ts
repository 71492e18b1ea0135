/** SQLite's and the file system's errors on the library's own files, in words. */
import Database from 'better-sqlite3';
import { LikenessError, systemError } from '../contract/errors.ts';

/**
 * @param dir  the library's folder, named in the sentence.
 * @returns null for what is neither: a fault of the program.
 */
export function databaseError(thrown: unknown, dir: string): LikenessError | null {
  if (thrown instanceof LikenessError) return thrown;
  if (!(thrown instanceof Database.SqliteError)) return folderError(thrown, dir) ?? systemError(thrown);
  const options = { cause: thrown };
  const { code } = thrown;
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR'))
    return new LikenessError(
      'disk-full',
      code === 'SQLITE_FULL'
        ? 'The disk that holds the library is full.'
        : `The disk that holds the library in “${dir}” could not be read or written.`,
      'Free some space or check the disk, then try again; what is already indexed is kept.',
      options,
    );
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return new LikenessError(
      'library-damaged',
      `The library in “${dir}” is damaged.`,
      'Put back a copy from its folder “backups”, or move library.db away and index your folders again; your photos are untouched.',
      options,
    );
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_PERM')
  )
    return new LikenessError(
      'no-permission',
      `Likeness may not write to the library in “${dir}”.`,
      'Give your account the right to write there, or choose another place with --library.',
      options,
    );
  if (code.startsWith('SQLITE_BUSY'))
    return new LikenessError(
      'library-in-use',
      `Another program is using the library in “${dir}”.`,
      'Close it, then try again.',
      options,
    );
  return null;
}

/** The folder could not be made or written: the person may write elsewhere. */
function folderError(thrown: unknown, dir: string): LikenessError | null {
  if (!(thrown instanceof Error)) return null;
  const { code } = thrown as Error & { code?: string };
  const hint = 'Choose another place with --library.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new LikenessError('no-permission', `Likeness may not write in “${dir}”.`, hint, { cause: thrown });
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new LikenessError('not-a-folder', `“${dir}” cannot be a folder: a file stands in its way.`, hint, {
      cause: thrown,
    });
  return null;
}
