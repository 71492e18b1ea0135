/**
 * An engine's program whose faces are told by the name of the file: `beach 1 3.jpg` shows the faces 1 and 3. All else is the real
 * engine's. `slow` in a name takes a while, `killer` ends the engine, `unread` fails; faces of like looks are one group.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineCalls, EngineStart, FromEngine, ToEngine } from '../../src-main/contract/engine.ts';
import { toErrorData } from '../../src-main/contract/errors.ts';
import type { FoundFace, Grouping } from '../../src-main/contract/people.ts';
import { Engine } from '../../src-main/engine-calls.ts';
import { openLibraryReader } from '../../src-main/store/open.ts';

const dim = 16;

class FacesEngine extends Engine {
  readonly #start: EngineStart;

  constructor(start: EngineStart) {
    super(start);
    this.#start = start;
  }

  override async findFaces({
    photos,
    crops,
  }: EngineCalls['findFaces'][0]): Promise<EngineCalls['findFaces'][1]> {
    const outcomes: EngineCalls['findFaces'][1][number][] = [];
    for (const { path, hash, boxes = [] } of photos) {
      const name = basename(path);
      if (name.includes('killer')) process.exit(9);
      if (name.includes('slow')) await pause(30);
      if (name.includes('unread')) {
        const error = {
          code: 'unreadable-photo',
          message: 'It is damaged.',
          hint: 'Bring it back.',
        } as const;
        outcomes.push({ ok: false, error });
        continue;
      }
      const looks = (name.match(/\d+/g) ?? []).map(Number);
      const faces = [
        ...looks.map((one, place) => drawn(one, [place / 10, 0.2, 0.08, 0.3])),
        ...boxes.map((box) => drawn(0, box)),
      ];
      if (crops !== null) {
        mkdirSync(crops, { recursive: true });
        for (const n of faces.keys()) writeFileSync(join(crops, `${hash}-${n}.jpg`), `face ${n} of ${name}`);
      }
      outcomes.push({ ok: true, faces });
    }
    return outcomes;
  }

  override async groupFaces({ model }: EngineCalls['groupFaces'][0]): Promise<Grouping> {
    const reader = openLibraryReader(this.#start.library);
    const { faces, descriptors } = reader.faces.groupable(model);
    reader.close();
    const groups = new Map<number, { person: number | null; faces: { id: number; sure: number }[] }>();
    for (const [i, { id, is }] of faces.entries()) {
      const descriptor = descriptors.subarray(i * dim, (i + 1) * dim);
      const looks = descriptor.indexOf(Math.max(...descriptor));
      const group = groups.get(looks) ?? { person: null, faces: [] };
      group.person ??= is;
      group.faces.push({ id, sure: 0.7 });
      groups.set(looks, group);
    }
    const all = [...groups.values()];
    const questions = all.slice(1).map((_, i) => ({ a: i, b: i + 1, likeness: 0.5 }));
    return { groups: all, unknown: [], questions };
  }
}

function drawn(looks: number, box: FoundFace['box']): FoundFace {
  const descriptor = new Float32Array(dim);
  descriptor[looks % dim] = 1;
  return {
    box,
    points: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    score: 0.9,
    quality: 0.6,
    descriptor,
  };
}

/** The parent may have been killed meanwhile: then nobody listens. */
function send(message: FromEngine): void {
  process.send!(message, undefined, undefined, () => {});
}

let engine: FacesEngine | null = null;
process.on('message', (message: ToEngine) => {
  if (message.type === 'start') {
    engine = new FacesEngine(message.start);
    send({ type: 'ready' });
    return;
  }
  const { id, name, input } = message;
  const call = engine![name].bind(engine) as (given: unknown) => Promise<unknown>;
  call(input).then(
    (output) => send({ type: 'result', id, output }),
    (thrown: unknown) => send({ type: 'error', id, error: toErrorData(thrown) }),
  );
});
process.on('disconnect', () => process.exit(0));
