/**
 * PyTorch as it is installed on this machine (Debian: apt install python3-torch libopenblas0-pthread; without OpenBLAS
 * its matrix products run on a reference library many times slower, and no comparison is worth quoting).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian's own Python: it is the one that Debian's packages are installed for. */
export const peerPython = '/usr/bin/python3';

export const peerScript = (name: string) => join(import.meta.dirname, '..', 'peers', `${name}.py`);

export interface Torch {
  /** Its version, and the library that multiplies its matrices. */
  readonly version: string;
  /** It sees an NVIDIA card. */
  readonly card: boolean;
}

/** null where there is none. */
export function findTorch(): Torch | null {
  const ask =
    'import torch; torch.rand(2, 2) @ torch.rand(2, 2); maps = open("/proc/self/maps").read(); ' +
    'print(torch.__version__, "with OpenBLAS," if "openblas" in maps else "WITHOUT OpenBLAS,", torch.cuda.is_available())';
  const { status, stdout } = spawnSync(peerPython, ['-c', ask], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [version, card] = stdout.trim().split(', ');
  return { version: `PyTorch ${version}`, card: card === 'True' };
}

export const noTorch =
  'PyTorch is not installed, so there is nothing to compare with (Debian: apt install python3-torch libopenblas0-pthread).';

/** A script of bench/peers that answers each line it reads with a line of JSON. */
export class TorchPeer {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(script: string, args: readonly string[], threads: number) {
    const one = String(threads);
    this.#child = spawn(peerPython, [peerScript(script), ...args], {
      env: { ...process.env, OMP_NUM_THREADS: one, OPENBLAS_NUM_THREADS: one },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<unknown> {
    this.#child.stdin!.write(`${line}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('the PyTorch script ended without an answer');
    return JSON.parse(value);
  }

  close(): void {
    this.#child.stdin!.end();
  }
}
