/**
 * The apply job: every photo of the library gets its vectors of another encoder, then one transaction switches. Until then the
 * one in use answers. What is made stands in the database at once: a pause or a kill costs the batches in flight.
 */
import { statfs } from 'node:fs/promises';
import { rowOf, toUnit } from '../models/embedding.ts';
import type { EncoderOutput } from './contract/engine.ts';
import { LikenessError } from './contract/errors.ts';
import type { Job } from './contract/jobs.ts';
import { encodePhotos } from './encode/encode-photos.ts';
import type { InstalledEncoder } from './encoders.ts';
import type { EngineProcess } from './jobs/engine-process.ts';
import type { JobControl } from './jobs/job-list.ts';
import type { Store } from './store/store.ts';
import type { TurnableVectors } from './store/vectors.ts';

export interface PrepareOptions {
  readonly store: Store;
  readonly engine: EngineProcess;
  readonly encoder: InstalledEncoder;
  readonly job: Job;
  readonly control: JobControl;
  /** Called whenever photos changed. */
  readonly onPhotos: () => void;
}

/** Contents turned together: written in some 10 ms, so that main stays prompt. */
const turnedAtOnce = 256;
/** Rounds that bring nothing before it is given up: a photo may come, change or leave meanwhile. */
const idleRounds = 3;

/** @throws what the signal was aborted with; LikenessError disk-full, or what the engine says is wrong. */
export async function prepareEncoder(options: PrepareOptions): Promise<void> {
  const { store, encoder, job, control } = options;
  await checkRoom(store, encoder);
  const progress = new Preparing(store, encoder.id, control);
  for (let idle = 0; ;) {
    control.signal.throwIfAborted();
    const before = progress.done;
    await turnVectors(options, progress);
    await lookAtPhotos(options, progress);
    // The job ends with the switch: begun anew after a kill, it would undo a rollback that came in between.
    const missing = store.transaction(() => {
      const lacking = store.encoderChoice.switchTo(encoder.id, job.run ?? null);
      if (lacking === 0) store.jobs.update(job.id, { state: 'done', endedAtMs: Date.now() });
      return lacking;
    });
    if (missing === 0) return;
    idle = progress.done === before ? idle + 1 : 0;
    if (idle >= idleRounds) throw stuck(missing, encoder.name);
  }
}

/** How many contents have their vectors, of all that are to have some. */
class Preparing {
  done = 0;
  #failed = 0;
  readonly #total: number;
  readonly #control: JobControl;

  constructor(store: Store, encoderId: string, control: JobControl) {
    this.#total = store.vectors.missingCount(encoderId);
    this.#control = control;
    this.add(0);
  }

  add(done: number, failed = 0): void {
    this.done += done;
    this.#failed += failed;
    const total = Math.max(this.#total, this.done);
    this.#control.report({ phase: 'preparing', done: this.done, total, failed: this.#failed });
  }
}

/** Vectors that follow from those of the encoder that it was made from. */
async function turnVectors({ store, engine, encoder, control }: PrepareOptions, progress: Preparing) {
  const { id, dir, card } = encoder;
  if (!card.adapts) return;
  for (let seq = 0; ;) {
    control.signal.throwIfAborted();
    const rows = store.vectors.turnable(card.adapts.base, id, seq, turnedAtOnce);
    if (rows.length === 0) return;
    seq = rows.at(-1)!.seq;
    const made = await engine.call(
      'adapt',
      { encoder: dir, features: joined(rows, 'features'), embedding: joined(rows, 'embedding') },
      { signal: control.signal },
    );
    const vectorOf = (row: TurnableVectors, at: number, output: EncoderOutput) => {
      const turned = made[output];
      return turned ? toUnit(rowOf(turned, at, card.dim[output])) : row[output];
    };
    store.transaction(() => {
      for (const [at, row] of rows.entries())
        store.vectors.save(row.contentId, id, {
          features: vectorOf(row, at, 'features'),
          embedding: vectorOf(row, at, 'embedding'),
        });
    });
    progress.add(rows.length);
  }
}

function joined(rows: readonly TurnableVectors[], output: EncoderOutput): Float32Array {
  const dim = rows[0]![output].length;
  const all = new Float32Array(rows.length * dim);
  for (const [at, row] of rows.entries()) all.set(row[output], at * dim);
  return all;
}

/** The others are looked at again, each once. */
async function lookAtPhotos(options: PrepareOptions, progress: Preparing): Promise<void> {
  const { store, engine, encoder, control, onPhotos } = options;
  if (store.vectors.missingCount(encoder.id) === 0) return;
  await encodePhotos({
    store,
    engine,
    encoder,
    // Photos that nobody has looked at are an index job's.
    folderIds: [],
    vectorsAlone: true,
    signal: control.signal,
    more: async () => false,
    onDone: ({ done, failed }) => {
      progress.add(done, failed);
      onPhotos();
    },
  });
}

/** Beside the numbers themselves: keys, indexes, half-filled pages. */
const overhead = 1.3;
const spareBytes = 64 * 1024 * 1024;

/** @throws LikenessError disk-full when the vectors would not fit. */
export async function checkRoom(store: Store, { id, name, card }: InstalledEncoder): Promise<void> {
  const numbers = card.dim.features + card.dim.embedding;
  const needed = store.vectors.missingCount(id) * numbers * 4 * overhead + spareBytes;
  const { bavail, bsize } = await statfs(store.paths.dir);
  if (bavail * bsize >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
  throw new LikenessError(
    'disk-full',
    `The vectors of “${name}” need ${megabytes(needed)}, and ${megabytes(bavail * bsize)} are free.`,
    'Free some space, then try again; the encoder in use stays.',
  );
}

function stuck(missing: number, name: string): LikenessError {
  return new LikenessError(
    'internal',
    `${missing} photos could not be given vectors of “${name}”.`,
    'Look for changes in the folders again, then try once more; the encoder in use stays.',
  );
}
