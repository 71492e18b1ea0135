/**
 * The duplicates job: a look at every photo that has none, then a search over all of them, then each pair that was not compared
 * yet. What is found is saved at once: stopping or kill -9 at any moment costs the photos or pairs in flight.
 */
import type { EngineCalls } from '../contract/engine.ts';
import { LikenessError } from '../contract/errors.ts';
import type { Job } from '../contract/jobs.ts';
import { limits } from '../contract/limits.ts';
import type { EngineProcess } from '../jobs/engine-process.ts';
import type { JobControl } from '../jobs/job-list.ts';
import type { Duplicates, UnseenContent } from '../store/duplicates.ts';
import { lookVersion } from './look-at-photo.ts';

export interface FindDuplicatesOptions {
  readonly duplicates: Duplicates;
  readonly engine: EngineProcess;
  /** The library's encoder: its vectors tell which photos show the same scene. */
  readonly encoder: { readonly id: string; readonly dir: string };
  /** Called when something was found. */
  readonly onFound: () => void;
}

/** Photos, and pairs, that travel in one message: few enough that a pause is quick. */
const photosAtOnce = 16;
const pairsAtOnce = 64;
/** Pairs of which the database is asked in one go whether they were judged: some 10 ms. */
const askedAtOnce = 2_000;
/** Open windows are told this often while pairs are judged. */
const tellEveryMs = 5_000;
/** Steps from copy to copy that are followed, and pictures of one family that are all compared with one another. */
const widerRounds = 3;
const largestFamily = 60;
/** All prints and vectors compared with one another: an hour is for a million photos. */
const searchTimeoutMs = 60 * 60 * 1000;

/**
 * Works off one duplicates job. Begun again it goes on where the database stands.
 * @throws what the signal was aborted with; LikenessError disk-full, engine-not-starting.
 */
export async function findDuplicates(
  job: Job,
  control: JobControl,
  options: FindDuplicatesOptions,
): Promise<void> {
  await lookAtAll(job, control, options);
  await compareAll(control, options);
}

async function lookAtAll(
  job: Job,
  { signal, report }: JobControl,
  { duplicates, engine }: FindDuplicatesOptions,
): Promise<void> {
  let { done, failed } = job.phase === 'looking' ? job : { done: 0, failed: 0 };
  const total = done + duplicates.waitingCount(lookVersion);
  const tell = () => report({ phase: 'looking', done, failed, total: Math.max(total, done) });
  tell();
  const look = async (batch: readonly UnseenContent[]): Promise<void> => {
    const photos = batch.map(({ path, hash }) => ({ path, hash }));
    let outcomes: EngineCalls['lookForDuplicates'][1];
    try {
      const timeoutMs = limits.photoTimeoutMs + batch.length * 5_000;
      outcomes = await engine.call('lookForDuplicates', { photos }, { signal, timeoutMs });
    } catch (thrown) {
      if (!(thrown instanceof LikenessError) || thrown.code !== 'engine-failed') throw thrown;
      // One of them takes the engine down: each by itself tells which.
      if (batch.length > 1) for (const one of batch) await look([one]);
      else if (duplicates.attempted(batch[0]!.id, lookVersion) < limits.fatalAttempts) await look(batch);
      else {
        duplicates.saveLook(batch[0]!.id, lookVersion, `${thrown.message} It was set aside.`);
        failed += 1;
      }
      return;
    }
    for (const [i, { id }] of batch.entries()) {
      const outcome = outcomes[i]!;
      if (outcome.ok) duplicates.saveLook(id, lookVersion, outcome);
      else if (outcome.error.code === 'disk-full')
        throw new LikenessError(outcome.error.code, outcome.error.message, outcome.error.hint);
      else if (outcome.error.code !== 'not-found') {
        duplicates.saveLook(id, lookVersion, outcome.error.message);
        failed += 1;
      }
    }
    done += batch.length;
    tell();
  };
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    signal.throwIfAborted();
    const batch = duplicates.waiting(lookVersion, photosAtOnce, before);
    if (batch.length === 0) return;
    before = batch.at(-1)!.id;
    await look(batch);
  }
}

async function compareAll(
  { signal, report }: JobControl,
  { duplicates, engine, encoder, onFound }: FindDuplicatesOptions,
): Promise<void> {
  const search = duplicates.nextSearch();
  const lastContent = duplicates.lastContent();
  report({ phase: 'comparing', done: 0, failed: 0, total: 0 });
  const found = await engine.call(
    'duplicateCandidates',
    { encoder: encoder.dir, encoderId: encoder.id },
    { signal, timeoutMs: searchTimeoutMs },
  );
  signal.throwIfAborted();
  const { pairs, likeness, threshold } = found;
  let [done, total] = [0, likeness.length];
  let toldMs = performance.now();
  /** Whoever hears of it groups everything anew: seldom enough that nobody waits for that. */
  const tell = (now = false) => {
    if (!now && performance.now() - toldMs < tellEveryMs) return;
    toldMs = performance.now();
    duplicates.found();
    onFound();
  };
  /** Judges those of the pairs that were not judged yet. @returns how many those were. */
  const judgeThese = async (these: Int32Array, alike: (place: number) => number): Promise<number> => {
    let judgedNow = 0;
    for (let start = 0; start < these.length; start += 2 * askedAtOnce) {
      signal.throwIfAborted();
      const part = these.subarray(start, start + 2 * askedAtOnce);
      const left = duplicates.unjudged(part, encoder.id, search);
      done += part.length / 2 - left.length;
      judgedNow += left.length;
      report({ phase: 'comparing', done, failed: 0, total });
      for (let from = 0; from < left.length; from += pairsAtOnce) {
        signal.throwIfAborted();
        const places = left.slice(from, from + pairsAtOnce);
        const some = Int32Array.from(places.flatMap((i) => [part[2 * i]!, part[2 * i + 1]!]));
        const input = {
          pairs: some,
          likeness: Float32Array.from(places, (i) => alike(start / 2 + i)),
          threshold,
        };
        const timeoutMs = limits.photoTimeoutMs + places.length * 5_000;
        const { classes, distances } = await engine.call('judgePairs', input, { signal, timeoutMs });
        const judged = places.map((_, i) => ({
          a: some[2 * i] as never,
          b: some[2 * i + 1] as never,
          class: classes[i]!,
          distance: distances[i]!,
        }));
        duplicates.savePairs(judged, encoder.id, search);
        done += places.length;
        report({ phase: 'comparing', done, failed: 0, total });
        if (judged.some((pair) => pair.class !== 'none')) tell();
      }
      // Main answers the window between two parts.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return judgedNow;
  };
  await judgeThese(pairs, (place) => likeness[place]!);
  // What is the same picture as a third one is compared, too: a small part is seldom found by itself, and its original has other copies.
  for (let round = 0; round < widerRounds; round++) {
    const { pairs: wider } = await engine.call('relatedPairs', { largest: largestFamily }, { signal });
    total = Math.max(total, done + wider.length / 2);
    if ((await judgeThese(wider, () => Number.NaN)) === 0) break;
  }
  duplicates.endSearch(search, lastContent);
  tell(true);
}
