/**
 * The engine's program: decoding, inference and search, in a process of its own, since each of them would keep
 * main from answering. Main starts it twice, in two roles (contract/engine.ts); it ends with its parent.
 */
import { setPriority } from 'node:os';
import type { EngineCallName, EngineCalls, EngineStart, FromEngine, ToEngine } from './contract/engine.ts';
import { toErrorData } from './contract/errors.ts';
import { Engine } from './engine-calls.ts';

/** Node's fork speaks through `process`, Electron's utilityProcess through `process.parentPort`. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;

function send(message: FromEngine): void {
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
}

let engine: Engine | null = null;

function receive(message: ToEngine): void {
  if (message.type === 'start') {
    engine = open(message.start);
    send({ type: 'ready' });
    return;
  }
  const { id, name, input } = message;
  answer(name, input).then(
    (output) => send({ type: 'result', id, output }),
    (thrown: unknown) => send({ type: 'error', id, error: toErrorData(thrown) }),
  );
}

async function answer(name: EngineCallName, input: unknown): Promise<unknown> {
  if (!engine) throw new Error('The engine was called before it was started.');
  // Both ends are ours and typed by the same table; the envelope loses that tie.
  const call = engine[name].bind(engine) as (input: unknown) => Promise<EngineCalls[EngineCallName][1]>;
  return call(input);
}

function open(start: EngineStart): Engine {
  if (start.role === 'looking') lowerPriority();
  return new Engine(start);
}

/** Indexing gives way to whatever the person is doing. */
function lowerPriority(): void {
  try {
    setPriority(10);
  } catch {
    // Not allowed in some sandboxes; it then simply runs at the usual priority.
  }
}

if (parentPort) parentPort.on('message', ({ data }) => receive(data as ToEngine));
else {
  process.on('message', (message) => receive(message as ToEngine));
  process.on('disconnect', () => process.exit(0));
}
