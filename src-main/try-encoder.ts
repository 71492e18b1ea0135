/** Runs a new encoder once, in a process that may die of it, before it stands among the installed ones. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dot } from '../models/embedding.ts';
import type { EngineCalls } from './contract/engine.ts';
import { LikenessError, toErrorData } from './contract/errors.ts';
import type { EngineProcess } from './jobs/engine-process.ts';

/** Loading 500 MB from a slow disk, and a first run. */
const timeoutMs = 180_000;
/** Two texts that no encoder takes for one. */
const texts = ['a dog on a beach', 'an invoice of two pages'];
/** A PNG of 8 x 8 grey pixels. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAD0lEQVQI12NowAEYhpYEAILzYAGUMxmUAAAAAElFTkSuQmCC';

/**
 * @param dir  the encoder's folder. @param name  as people know it.
 * @throws LikenessError encoder-broken when it does not load, its photos or texts have no direction, or all texts have the same one.
 */
export async function tryEncoder(
  engine: Pick<EngineProcess, 'call' | 'close'>,
  { dir, name }: { readonly dir: string; readonly name: string },
): Promise<void> {
  const path = join(dir, 'try.png');
  try {
    await writeFile(path, Buffer.from(picture, 'base64'));
    const input = { encoder: dir, output: 'embedding', paths: [path], texts } as const;
    const [photo, first, second] = (await engine.call('embed', input, { timeoutMs })).map(vectorOf);
    for (const vector of [photo!, first!, second!])
      if (!vector.every(Number.isFinite)) throw new RangeError('its vectors are no numbers');
    if (dot(first!, second!) > 0.9999) throw new RangeError('all its texts are one');
  } catch (thrown) {
    const { message } = toErrorData(thrown);
    throw new LikenessError(
      'encoder-broken',
      `${name} was downloaded, but does not run on this computer: ${message}`,
      'Choose another encoder; the one in use stays.',
      { cause: thrown },
    );
  } finally {
    engine.close();
    await rm(path, { force: true });
  }
}

function vectorOf(outcome: EngineCalls['embed'][1][number]): Float32Array {
  if (outcome.ok) return outcome.vector;
  throw new LikenessError(outcome.error.code, outcome.error.message, outcome.error.hint);
}
