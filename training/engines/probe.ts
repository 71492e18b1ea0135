/**
 * What this computer can train on. Each engine is tried in a process of its own, which is thrown away: a driver that
 * crashes or hangs takes nothing else with it.
 */
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from './engine.ts';
import { gpuNames } from './gpu-names.ts';

export interface Probe {
  readonly engine: EngineName;
  readonly works: boolean;
  /** What it computes on, as far as the system tells: the graphics cards, or the processor. */
  readonly device: string;
  /** It computes products in float16, and rightly. */
  readonly half: boolean;
  /** Why it does not work, in the words of the runtime; null when it does. */
  readonly reason: string | null;
}

/** What the child answers. */
export type ProbeAnswer = Pick<Probe, 'works' | 'half' | 'reason'>;

/** Engines worth a try on each system, the best first. */
export const enginesOf: Readonly<Partial<Record<NodeJS.Platform, readonly EngineName[]>>> = {
  linux: ['webgpu', 'cuda', 'tensorflow', 'cpu'],
  win32: ['webgpu', 'dml', 'cuda', 'tensorflow', 'cpu'],
  darwin: ['webgpu', 'coreml', 'tensorflow', 'cpu'],
};

export interface ProbeOptions {
  readonly engines?: readonly EngineName[];
  /** For each engine; starting a driver takes a second or two. */
  readonly timeoutMs?: number;
  /** Environment of the child, for drivers that are chosen by it. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Tries engines one after the other. */
export async function probe(options: ProbeOptions = {}): Promise<Probe[]> {
  const { engines = enginesOf[process.platform] ?? ['cpu'], timeoutMs = 30_000, env = process.env } = options;
  const cards = await gpuNames(env);
  const results: Probe[] = [];
  for (const engine of engines) {
    const answer = await ask(engine, timeoutMs, env);
    const device = engine === 'cpu' ? 'processor' : cards.join(', ') || 'unknown graphics card';
    results.push({ engine, device, ...answer });
  }
  return results;
}

/** The best engine that works: the first of the list; `cpu` always does. */
export async function chooseEngine(options: ProbeOptions = {}): Promise<Probe> {
  const results = await probe(options);
  const best = results.find(({ works }) => works);
  return best ?? { engine: 'cpu', works: true, device: 'processor', half: false, reason: null };
}

function ask(engine: EngineName, timeoutMs: number, env: NodeJS.ProcessEnv): Promise<ProbeAnswer> {
  const program = fileURLToPath(new URL(`./probe-child${extname(import.meta.filename)}`, import.meta.url));
  const child = fork(program, [engine], {
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const heard: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => heard.push(text));
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ works: false, half: false, reason });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(`it did not answer within ${timeoutMs / 1_000} seconds`);
    }, timeoutMs);
    child.once('message', (answer: ProbeAnswer) => {
      resolve(answer);
      child.kill('SIGKILL'); // some drivers hang while they are taken down
    });
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      failed(
        `its process ended with ${signal ?? `code ${code}`}: ${heard.join('').trim().split('\n').at(-1) ?? ''}`,
      );
    });
  });
}
