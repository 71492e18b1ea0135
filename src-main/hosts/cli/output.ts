/** Where a command's words go: the result to stdout, everything else to stderr. */
import type { Writable } from 'node:stream';

export interface Terminal extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export class Output {
  readonly #stdout: Terminal;
  readonly #stderr: Terminal;
  #line = '';

  constructor(stdout: Terminal, stderr: Terminal) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    // `likeness search … | head -1` closes the pipe early; that ends the printing, not the program with a fault.
    for (const stream of [stdout, stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
      });
    }
  }

  /** True when a person watches progress. */
  get live(): boolean {
    return this.#stderr.isTTY === true;
  }

  /** The result, whole. Resolves once it is handed over, so that exiting does not cut it off. */
  result(text: string): Promise<void> {
    this.clear();
    return written(this.#stdout, `${text}\n`);
  }

  /** A line beside the result. */
  note(text: string): void {
    this.clear();
    this.#stderr.write(`${text}\n`);
  }

  /** Replaces the line that `progress` wrote last; only where `live`. */
  progress(text: string): void {
    const width = (this.#stderr.columns ?? 80) - 1;
    this.#line = text.slice(0, width);
    this.#stderr.write(`\r\u001b[2K${this.#line}`);
  }

  clear(): void {
    if (this.#line === '') return;
    this.#line = '';
    this.#stderr.write('\r\u001b[2K');
  }
}

function written(stream: Writable, text: string): Promise<void> {
  // The callback's error is the stream's own 'error', which the constructor deals with.
  return new Promise((resolve) => stream.write(text, () => resolve()));
}
