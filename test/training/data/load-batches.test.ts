import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadBatches } from '../../../training/data/load-batches.ts';
import { Random } from '../../../training/random.ts';

/** Resolves after some turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Loads that take as long as given, and tell how many are under way or waiting. */
function counted(length: (planned: number) => number) {
  const state = { started: 0, running: 0, taken: 0, most: 0 };
  const load = async (planned: number): Promise<number> => {
    state.started++;
    state.running++;
    state.most = Math.max(state.most, state.started - state.taken);
    await turns(length(planned));
    state.running--;
    return planned * 10;
  };
  return { state, load };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('batches come in the order of the plan, however long each takes', async () => {
  const random = new Random(1);
  for (const ahead of [1, 2, 5, 50]) {
    const { state, load } = counted(() => random.integer(6));
    const loaded: number[] = [];
    for await (const batch of loadBatches(upTo(20), load, { ahead })) {
      state.taken++;
      loaded.push(batch);
      if (loaded.length % 3 === 0) await turns(5);
    }
    assert.deepEqual(
      loaded,
      upTo(20).map((planned) => planned * 10),
    );
    // The caller's own batch is among those taken.
    assert.ok(state.most <= ahead + 1, `${state.most} at once with ${ahead} ahead`);
  }
});

test('the next batches load while the caller works', async () => {
  const { state, load } = counted(() => 1);
  const batches = loadBatches(upTo(10), load, { ahead: 2 });
  await batches.next();
  await turns(4);
  assert.deepEqual([state.started, state.running], [3, 0]);
  await batches.return();
  assert.deepEqual([state.started, state.running], [3, 0]);
});

test('an error comes at its batch, after those before it', async () => {
  const loaded: number[] = [];
  let running = 0;
  const reading = async () => {
    for await (const batch of loadBatches(
      upTo(9),
      async (planned) => {
        running++;
        await turns(planned === 3 ? 0 : 3);
        running--;
        if (planned === 3) throw new Error('disk gone');
        return planned;
      },
      { ahead: 3 },
    ))
      loaded.push(batch);
  };
  await assert.rejects(reading(), /disk gone/);
  assert.deepEqual([loaded, running], [[0, 1, 2], 0]);
});

test('a load that throws at once is an error at its batch too', async () => {
  const batches = loadBatches(upTo(2), (planned) => {
    if (planned === 1) throw new RangeError('at once');
    return Promise.resolve(planned);
  });
  assert.deepEqual(await batches.next(), { value: 0, done: false });
  await assert.rejects(batches.next(), /at once/);
});

test('a stop ends it with its reason and leaves no load running', async () => {
  const stop = new AbortController();
  const { state, load } = counted(() => 5);
  let told = 0;
  const batches = loadBatches(
    upTo(9),
    (planned, signal) => {
      signal.addEventListener('abort', () => told++);
      return load(planned);
    },
    { signal: stop.signal },
  );
  await batches.next();
  stop.abort('stop');
  await assert.rejects(batches.next(), (reason) => reason === 'stop');
  assert.deepEqual([state.started, state.running, told], [3, 0, 3]);
});

test('who leaves early leaves nothing running, and the plan is closed', async () => {
  const { state, load } = counted(() => 5);
  let closed = false;
  function* plan() {
    try {
      yield* upTo(100);
    } finally {
      closed = true;
    }
  }
  for await (const batch of loadBatches(plan(), load)) if (batch === 20) break;
  assert.deepEqual([state.running, state.started, closed], [0, 5, true]);
});

test('an empty plan gives nothing, nothing ahead is refused', async () => {
  const { load } = counted(() => 0);
  assert.deepEqual(await loadBatches([], load).next(), { value: undefined, done: true });
  await assert.rejects(loadBatches([1], load, { ahead: 0 }).next(), RangeError);
});
