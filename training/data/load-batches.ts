/** Prepares the next batches while a step runs. */

export interface PlannedBatch {
  readonly epoch: number;
  readonly step: number;
  readonly photos: Int32Array;
}

/**
 * What `load` makes of each planned batch, in the order of the plan. Up to `ahead` batches are in work or waiting while the
 * caller has the one before them, so at most `ahead` + 1 are in memory. An error comes where its batch would have come.
 * When it ends, however it ends, no load is still running.
 * @param load  its signal is aborted when nobody waits for the batch any more.
 * @param ahead  1 or more.
 * @throws what a load throws; the signal's reason.
 */
export async function* loadBatches<Planned, Loaded>(
  plan: Iterable<Planned>,
  load: (planned: Planned, signal: AbortSignal) => Promise<Loaded>,
  { ahead = 2, signal }: { readonly ahead?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<Loaded, void, undefined> {
  if (!(ahead >= 1)) throw new RangeError(`loadBatches: 1 or more ahead, got ${ahead}`);
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const planned = Iterator.from(plan);
  const started: Promise<Loaded>[] = [];
  const fill = () => {
    while (started.length < ahead) {
      const next = planned.next();
      if (next.done) return;
      const loading = (async () => load(next.value, stopped))();
      // Its error is thrown in its turn; until then it is no unhandled one.
      loading.catch(() => {});
      started.push(loading);
    }
  };
  try {
    for (;;) {
      signal?.throwIfAborted();
      fill();
      const loading = started[0];
      if (loading === undefined) return;
      const loaded = await loading;
      signal?.throwIfAborted();
      started.shift();
      // Now, and not when the caller comes back: these load while it works.
      fill();
      yield loaded;
    }
  } finally {
    stop.abort();
    await Promise.allSettled(started);
    planned.return?.();
  }
}
