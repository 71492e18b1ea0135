/** An engine in this process that finds one face on each photo, and keeps count of what it was asked. */
import type { EngineCalls, FromEngine, ToEngine } from '../../src-main/contract/engine.ts';
import type { ErrorData } from '../../src-main/contract/errors.ts';
import type { ChildLink } from '../../src-main/jobs/child-link.ts';
import { EngineProcess } from '../../src-main/jobs/engine-process.ts';
import { face } from './faces.ts';

/** What the engine does with a path: one face, or die, or answer with an error. */
interface Behaviour {
  dies?: (path: string) => boolean;
  fails?: (path: string) => ErrorData | null;
  /** Rejects the whole call: the model is broken. */
  broken?: ErrorData;
  startsBroken?: boolean;
  group?: () => EngineCalls['groupFaces'][1];
}

export class ScriptedEngine {
  readonly looked: string[] = [];
  /** How many boxes were asked for, by path. */
  readonly boxes = new Map<string, number>();
  groupings = 0;
  readonly process: EngineProcess;
  readonly #behaviour: Behaviour;

  constructor(behaviour: Behaviour = {}) {
    this.#behaviour = behaviour;
    this.process = new EngineProcess({
      entry: 'scripted',
      startChild: () => this.#child(),
      start: () => ({ role: 'looking', library: '', threads: 1, decodes: 1 }),
    });
  }

  #child(): ChildLink {
    let onMessage: (message: unknown) => void = () => {};
    let onExit: (code: number | null) => void = () => {};
    const say = (message: FromEngine) => setImmediate(() => onMessage(message));
    return {
      pid: 1,
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      kill: () => {},
      send: (sent) => {
        const message = sent as ToEngine;
        const { broken, dies, startsBroken, group } = this.#behaviour;
        if (startsBroken) setImmediate(() => onExit(1));
        else if (message.type === 'start') say({ type: 'ready' });
        else if (message.name === 'groupFaces') {
          this.groupings += 1;
          say({ type: 'result', id: message.id, output: group!() });
        } else if (broken) say({ type: 'error', id: message.id, error: broken });
        else {
          const { photos } = message.input as EngineCalls['findFaces'][0];
          if (photos.some(({ path }) => dies?.(path))) setImmediate(() => onExit(139));
          else say({ type: 'result', id: message.id, output: photos.map((photo) => this.#look(photo)) });
        }
      },
    };
  }

  #look({ path, boxes = [] }: EngineCalls['findFaces'][0]['photos'][number]) {
    this.looked.push(path);
    this.boxes.set(path, boxes.length);
    const error = this.#behaviour.fails?.(path);
    if (error) return { ok: false, error };
    return { ok: true, faces: [face(1), ...boxes.map((box) => face(2, 2, { box }))] };
  }
}
