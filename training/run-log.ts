/**
 * The log of a run: one JSON object a line, one line a step or an evaluation, in the order in which they happened. No step
 * stands in it twice: a run that is taken up again at step k first cuts off what came after k.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';

/** A line. Numbers that JSON does not know (NaN, infinite) stand as null. */
export interface LogLine {
  /** Steps done. */
  readonly step: number;
  readonly [name: string]: unknown;
}

/** How long a line may wait in memory, ms. */
const longestWaitMs = 1_000;

export class RunLog {
  readonly #file: number;
  #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | null = null;

  private constructor(file: number) {
    this.#file = file;
  }

  /**
   * Opens the log to be continued, or begins it.
   * @param after  steps done by the state that the run goes on from, 0 for a new run: lines of later steps go, and so
   *   does a last line that a crash has torn.
   * @throws the file system's errors.
   */
  static open(path: string, { after }: { readonly after: number }): RunLog {
    const { lines, whole } = linesOf(path);
    const kept = lines.filter(({ line }) => line.step <= after);
    if (kept.length < lines.length || !whole) replace(path, kept.map(({ text }) => `${text}\n`).join(''));
    return new RunLog(openSync(path, 'a'));
  }

  /** Adds a line, which is on its way to the disk within a second. */
  add(line: LogLine): void {
    this.#waiting.push(Buffer.from(`${JSON.stringify(line)}\n`));
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      try {
        this.flush();
      } catch {
        // A full disk: the lines wait for the next line, or for close, which says so.
      }
    }, longestWaitMs).unref();
  }

  /** Writes what waits. @throws the file system's error; the lines then wait on. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    let rest = Buffer.concat(this.#waiting);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#file, rest));
    } finally {
      this.#waiting = rest.length > 0 ? [rest] : [];
    }
  }

  /** Writes what waits and gives the file back. @throws the file system's error when it does not go onto the disk. */
  close(): void {
    try {
      this.flush();
    } finally {
      if (this.#timer) clearTimeout(this.#timer);
      closeSync(this.#file);
    }
  }
}

/** What a log tells; nothing where there is none. */
export function readRunLog(path: string): LogLine[] {
  return linesOf(path).lines.map(({ line }) => line);
}

interface Lines {
  readonly lines: readonly { readonly text: string; readonly line: LogLine }[];
  /** Every line could be read. */
  readonly whole: boolean;
}

function linesOf(path: string): Lines {
  const all = textOf(path).split('\n');
  const torn = all.pop(); // '' behind the last line end
  const lines = all.flatMap((text) => {
    const line = parse(text);
    return line ? [{ text, line }] : [];
  });
  return { lines, whole: torn === '' && lines.length === all.length };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

function parse(text: string): LogLine | null {
  try {
    const line = JSON.parse(text) as LogLine | null;
    return typeof line?.step === 'number' ? line : null;
  } catch {
    return null;
  }
}

function replace(path: string, text: string): void {
  const partial = `${path}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (thrown) {
    rmSync(partial, { force: true });
    throw thrown;
  }
}
