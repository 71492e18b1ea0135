/**
 * What this computer can train on. Each engine is tried in a process of its own, which is thrown away: a driver that
 * crashes or hangs takes nothing else with it. Inside Electron it is tried on the spot: there the trainer is such a process
 * itself, and can start no other, since the packaged program refuses to run as Node.
 */
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from './engine.ts';
import { gpuNames } from './gpu-names.ts';
import { type Trial, tryEngine } from './try-engine.ts';

export interface Probe extends Trial {
  readonly engine: EngineName;
  /** What it computes on, as far as the system tells: the graphics cards, or the processor. */
  readonly device: string;
}

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
    const trial = process.versions['electron']
      ? await tryEngine(engine)
      : await tryApart(engine, timeoutMs, env);
    const onProcessor = engine === 'cpu' || trial.plain;
    results.push({
      engine,
      device: onProcessor ? 'processor' : cards.join(', ') || 'unknown graphics card',
      ...trial,
    });
  }
  return results;
}

/** The best engine that works: the first of the list but for those in plain JavaScript; `cpu` always does. */
export async function chooseEngine(options: ProbeOptions = {}): Promise<Probe> {
  const { engines = enginesOf[process.platform] ?? ['cpu'] } = options;
  for (const engine of engines) {
    const [found] = await probe({ ...options, engines: [engine] });
    if (found!.works && !found!.plain) return found!;
  }
  return { engine: 'cpu', works: true, device: 'processor', half: false, plain: false, reason: null };
}

function tryApart(engine: EngineName, timeoutMs: number, env: NodeJS.ProcessEnv): Promise<Trial> {
  const program = fileURLToPath(new URL(`./probe-child${extname(import.meta.filename)}`, import.meta.url));
  const child = fork(program, [engine], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const heard: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => heard.push(text));
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ works: false, half: false, plain: false, reason });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(`it did not answer within ${timeoutMs / 1_000} seconds`);
    }, timeoutMs);
    child.once('message', (answer: Trial) => {
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
