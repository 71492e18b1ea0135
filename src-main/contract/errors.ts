/** Errors meant for people: a code for programs, one sentence on what happened, one on what to do. */

/** Every code that a command can answer with. `bad-input` is the caller's slip (exit code 2, HTTP 400). */
export const errorCodes = [
  'bad-input',
  'not-found',
  'not-a-folder',
  'no-permission',
  'path-too-long',
  'disk-full',
  'library-in-use',
  'library-damaged',
  'library-newer',
  'unreadable-photo',
  'unsupported-format',
  'photo-gone',
  'not-encoded',
  'no-encoder',
  'encoder-broken',
  'bin-failed',
  'no-network',
  'download-failed',
  'engine-failed',
  'engine-not-starting',
  'training-failed',
  'no-writer',
  'cancelled',
  'wrong-node',
  'forbidden',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The plain form that travels between processes, over HTTP and out of the command line. */
export interface ErrorData {
  readonly code: ErrorCode;
  /** One sentence: what happened. */
  readonly message: string;
  /** One sentence: what the person can do. */
  readonly hint: string;
}

export class LikenessError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LikenessError';
    this.code = code;
    this.hint = hint;
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/**
 * Whatever was thrown, as data. A LikenessError keeps its sentences, the file system's own errors get ours;
 * anything else is a fault of the program and says so.
 */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof LikenessError) return thrown.toData();
  return systemError(thrown)?.toData() ?? unexpected(thrown);
}

/** The file system's errors that a person can act on, in words; null for all others. */
export function systemError(thrown: unknown): LikenessError | null {
  if (!(thrown instanceof Error)) return null;
  const { code, path } = thrown as Error & { code?: unknown; path?: string };
  // A DOMException, which every aborted signal throws, has a number for a code.
  if (typeof code !== 'string') return null;
  const what = path ? `“${path}”` : 'A file';
  const options = { cause: thrown };
  switch (code) {
    case 'ENOENT':
      return new LikenessError(
        'not-found',
        `${what} does not exist.`,
        'Check the path and try again.',
        options,
      );
    case 'ENOTDIR':
      return new LikenessError(
        'not-a-folder',
        `${what} is not a folder.`,
        'Choose a folder of photos.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new LikenessError(
        'no-permission',
        `Likeness may not read ${what}.`,
        'Give your account the right to read it, then try again.',
        options,
      );
    case 'ENAMETOOLONG':
      return new LikenessError(
        'path-too-long',
        `${what} is longer than this system allows.`,
        'Shorten the name or move the file nearer to the top of the disk.',
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return new LikenessError(
        'disk-full',
        'The disk that holds the library is full.',
        'Free some space, then resume; what is already indexed is kept.',
        options,
      );
    default:
      return databaseFault(code, options);
  }
}

/** SQLite's result codes that speak of the disk, not of our SQL. */
function databaseFault(code: string, options: { cause: unknown }): LikenessError | null {
  if (code.startsWith('SQLITE_IOERR'))
    return new LikenessError(
      'disk-full',
      'The disk that holds the library could not be read or written.',
      'Free some space or check the disk, then try again; what is already indexed is kept.',
      options,
    );
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return new LikenessError(
      'library-damaged',
      'The library is damaged.',
      'Run `likeness doctor` and do what it says; your photos are untouched.',
      options,
    );
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return new LikenessError(
      'no-permission',
      'Likeness may not write to its library.',
      'Give your account the right to write there, or choose another place with --library.',
      options,
    );
  return null;
}

function unexpected(thrown: unknown): ErrorData {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal',
    message: `Likeness hit a fault of its own: ${message}`,
    hint: 'Try again; if it comes back, run `likeness doctor` and report what it prints.',
  };
}
