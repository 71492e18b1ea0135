/** Runs a new encoder in a process that may die of it, before it stands among the installed ones. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncoderCard } from '../models/card.ts';
import { dot } from '../models/embedding.ts';
import type { EngineCalls } from './contract/engine.ts';
import { LikenessError, toErrorData } from './contract/errors.ts';
import type { PhotoId } from './contract/photo.ts';
import type { EngineProcess } from './jobs/engine-process.ts';
import type { Store } from './store/store.ts';

/** Loading 500 MB from a slow disk, and a first run. */
const timeoutMs = 180_000;
/** Photos of the library that its likeness is fitted on, and how long that may take: the line then lies within 0.01 (docs/encoders.md). */
const fitted = { photos: 120, patienceMs: 60_000 };
/** Two texts that no encoder takes for one. */
const texts = ['a dog on a beach', 'an invoice of two pages'];
/** A PNG of 8 x 8 grey pixels. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAD0lEQVQI12NowAEYhpYEAILzYAGUMxmUAAAAAElFTkSuQmCC';

export interface TryEncoderOptions {
  /** As people know it. */
  readonly name: string;
  /** Closed at the end. */
  readonly engine: Pick<EngineProcess, 'call' | 'close'>;
  /** Paths of some photos of the library. */
  readonly photos: readonly string[];
  /** Aborted, it rejects soon. */
  readonly signal: AbortSignal;
}

/**
 * Runs it on a picture and two texts, then fits how its likeness is to be read on photos of the library, where there are
 * enough, and writes that into its card.
 * @param dir  the encoder's folder.
 * @throws LikenessError encoder-broken when it does not load, its photos or texts have no direction, or all texts have the same one.
 */
export async function tryEncoder(dir: string, options: TryEncoderOptions): Promise<void> {
  const { name, engine, photos, signal } = options;
  const stop = () => engine.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await runOnce(dir, engine).catch((thrown: unknown) => {
      throw new LikenessError(
        'encoder-broken',
        `${name} was downloaded, but does not run on this computer: ${toErrorData(thrown).message}`,
        'Choose another encoder; the one in use stays.',
        { cause: thrown },
      );
    });
    const { patienceMs } = fitted;
    const input = { encoder: dir, paths: photos, patienceMs };
    const fit = await engine
      .call('fitLikeness', input, { timeoutMs: patienceMs + timeoutMs })
      // The card's own two numbers serve as well; a photo that stops the engine is nothing that the encoder is to blame for.
      .catch(() => null);
    if (fit) await keepFit(dir, fit);
  } finally {
    signal.removeEventListener('abort', stop);
    engine.close();
  }
}

/** Photos evenly spaced over the library, so that few are of one moment. */
export function photosAcross(store: Pick<Store, 'photos'>, most = fitted.photos): string[] {
  const { id: ids } = store.photos.timeline();
  const count = Math.min(most, ids.length);
  const places = Array.from({ length: count }, (_, place) =>
    Math.floor(((place + 0.5) * ids.length) / count),
  );
  return places.flatMap((place) => store.photos.pathOf(ids[place] as PhotoId) ?? []);
}

async function runOnce(dir: string, engine: TryEncoderOptions['engine']): Promise<void> {
  const path = join(dir, 'try.png');
  try {
    await writeFile(path, Buffer.from(picture, 'base64'));
    const input = { encoder: dir, output: 'embedding', paths: [path], texts } as const;
    const [photo, first, second] = (await engine.call('embed', input, { timeoutMs })).map(vectorOf);
    for (const vector of [photo!, first!, second!])
      if (!vector.every(Number.isFinite)) throw new RangeError('its vectors are no numbers');
    if (dot(first!, second!) > 0.9999) throw new RangeError('all its texts are one');
  } finally {
    await rm(path, { force: true });
  }
}

async function keepFit(dir: string, likeness: EncoderCard['calibration']['likeness']): Promise<void> {
  const path = join(dir, 'encoder.json');
  const card = JSON.parse(await readFile(path, 'utf8')) as EncoderCard;
  const calibration = { ...card.calibration, likeness };
  await writeFile(path, `${JSON.stringify({ ...card, calibration }, null, 2)}\n`, { flush: true });
}

function vectorOf(outcome: EngineCalls['embed'][1][number]): Float32Array {
  if (outcome.ok) return outcome.vector;
  throw new LikenessError(outcome.error.code, outcome.error.message, outcome.error.hint);
}
