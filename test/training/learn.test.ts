/** The loop of a training when things go wrong: a device fails, memory or disk does not suffice, photos go, numbers overflow. */
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { readCheckpoint } from '../../training/checkpoint.ts';
import type { Device } from '../../training/choose-device.ts';
import type { LearnOptions } from '../../training/learn.ts';
import { RunFolder, type Standing } from '../../training/run-folder.ts';
import { openSession } from '../../training/session.ts';
import type { Stepper } from '../../training/stepper.ts';
import { assertClose } from './engines/operations.ts';
import { folder, learned, lossesOf, pictures, prepared, run, trained } from './runs.ts';

type Open = NonNullable<LearnOptions['open']>;
type Step = Stepper['step'];

const card = { engine: 'webgpu', name: 'The card', half: false } as const;
const inHalf = { engine: 'cpu', name: 'The processor', half: true } as const;

/** A session on the processor, whatever is asked for, whose step k (from 1) is changed. */
function stepping(change: (step: Step, k: number, device: Device) => Step): Open {
  let k = 0;
  return async (options) => {
    const { device } = options;
    const session = await openSession({ ...options, device: { ...device, engine: 'cpu' } });
    const { stepper } = session;
    const step: Step = (feeds, accept) =>
      change((...all) => stepper.step(...all), ++k, device)(feeds, accept);
    const { graphs, states, watchedDim, onCpu } = stepper;
    return {
      ...session,
      device,
      stepper: { graphs, states, watchedDim, onCpu, step, close: () => stepper.close() },
    };
  };
}

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => {
      assert.ok(thrown instanceof LikenessError, String(thrown));
      return thrown;
    },
  );
const standingOf = async (out: string) =>
  (await readCheckpoint(join(out, 'checkpoint.safetensors'))).facts as Standing;

test('an engine that fails at once hands over to the processor, and says so', async () => {
  const prepare = await prepared({ epochs: 1 });
  // On none of the systems is there such an engine.
  const engine = process.platform === 'darwin' ? 'dml' : 'coreml';
  const { ended, notes } = await learned(prepare, { device: { engine, name: 'The card', half: false } });
  assert.equal(ended.session.device.engine, 'cpu');
  assert.equal(ended.losses.length, prepare.plan.steps);
  assert.match(notes.join('\n'), /^The card failed: .* The training goes on with the processor/m);
});

test('an engine that is lost in the middle hands over at the last checkpoint; no step is lost or made twice', async () => {
  const whole = await learned(await prepared());
  const open = stepping((step, k) => (k === 8 ? () => Promise.reject(new Error('Device lost.')) : step));
  const prepare = await prepared();
  const { ended, notes } = await learned(prepare, { device: card, open });
  assert.match(notes.join('\n'), /The card failed: Device lost\. The training goes on with the processor/);
  assert.match(notes.join('\n'), /another engine or number of threads/);
  assert.deepEqual(ended.losses, whole.ended.losses);
  assert.deepEqual(lossesOf(prepare.wish.out), whole.ended.losses);
});

/** Memory for so many photos at a time. */
const roomFor =
  (photos: number): Open =>
  (options) =>
    options.plan.micro > photos ? Promise.reject(new Error('std::bad_alloc')) : openSession(options);

test('where memory does not suffice the network sees parts of the batch, and does so when taken up again', async () => {
  const prepare = await prepared();
  const { plan, folder: runFolder } = prepare;
  const { ended, notes } = await learned(prepare, { open: roomFor(2) });
  assert.deepEqual(
    notes.map((text) => /now sees (\d) photos at a time, the loss still 8/.exec(text)?.[1]),
    ['4', '2'],
  );
  assert.equal(ended.losses.length, plan.steps);
  assert.equal(runFolder.readPlan().micro, 2);
  const again = await run({ kind: 'resume', dir: prepare.wish.out });
  assert.ok(!('stopped' in again.result) && again.result.steps === plan.steps);
  assert.deepEqual(lossesOf(prepare.wish.out), ended.losses);
});

test('where parts are impossible, too little memory is told with what to try', async () => {
  for (const change of [{ method: 'byol' }, { net: 'resnet-10-slim' }, { batch: 7 }] as const) {
    const { message, hint } = await refusalOf(learned(await prepared(change), { open: roomFor(2) }));
    assert.match(message, /Memory does not suffice for \d photos of 32 px at once/);
    assert.match(hint, /--batch [34], or a smaller --side or --net/);
  }
});

test('a checkpoint of whole batches is never taken up in parts', async () => {
  const prepare = await prepared({ epochs: 2 });
  await learned(prepare);
  assert.match((await refusalOf(learned(prepare, { open: roomFor(4) }))).message, /Memory does not suffice/);
});

/** A run's folder on a disk that is full from some save on. */
class FullDisk extends RunFolder {
  #saves = 0;
  readonly #last: number;
  constructor(dir: string, last: number) {
    super(dir);
    this.#last = last;
  }
  override save(...all: Parameters<RunFolder['save']>): Promise<void> {
    if (this.#saves++ < this.#last) return super.save(...all);
    return Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
  }
}

test('stopped while it waits for a full disk, a run says what is lost, and is no fault of the card', async () => {
  const prepare = await prepared({ epochs: 30 });
  const { wish } = prepare;
  const stopping = new AbortController();
  const notes: string[] = [];
  const { code, hint } = await refusalOf(
    learned(
      { ...prepare, folder: new FullDisk(wish.out, 1) },
      {
        device: card,
        open: stepping((step) => step),
        signal: stopping.signal,
        note: (text) => {
          notes.push(text);
          if (text.startsWith('The disk is full')) stopping.abort();
        },
        report: (report) => {
          if (report.kind === 'progress' && report.progress.done === prepare.plan.steps - 3) stopping.abort();
        },
      },
    ),
  );
  assert.equal(code, 'disk-full');
  assert.match(hint, /goes on from its last checkpoint/);
  assert.ok(notes.every((text) => !text.includes('The card failed')));
  assert.equal((await standingOf(wish.out)).step, prepare.plan.stepsPerEpoch);
});

test('photos that vanish during a run are counted, and others stand in for them', async () => {
  const data = join(folder, 'vanishing');
  cpSync(pictures, data, { recursive: true });
  const prepare = await prepared({ data, epochs: 2 }, false);
  let gone = false;
  const { ended, notes } = await learned(prepare, {
    report: (report) => {
      if (gone || report.kind !== 'progress' || report.progress.stage !== 'training') return;
      gone = true;
      for (const i of [0, 1, 2]) rmSync(join(data, 'sea', `${i}.png`));
    },
  });
  assert.equal(ended.losses.length, prepare.plan.steps);
  const told = /another stood in for it: (\d+)\.$/m.exec(notes.join('\n'));
  assert.ok(Number(told?.[1]) >= 1, notes.join('\n'));
});

test('half precision stays near the curve of single precision', async () => {
  // Batch norm of a head over eight pictures would make small differences large; the head of triplets has none.
  const change = { method: 'triplet', epochs: 3 } as const;
  const single = await learned(await prepared(change));
  for (const micro of [null, 2]) {
    const half = await learned(await prepared({ ...change, micro }), { device: inHalf });
    assert.notDeepEqual(half.ended.losses, single.ended.losses);
    assertClose(half.ended.losses, single.ended.losses, 0.02, `losses in parts of ${micro}`);
    assert.deepEqual(half.notes, []);
  }
});

/** In step 5 the gradients overflow. */
const overflowing = () =>
  stepping(
    (step, k) => (feeds, accept) => step(feeds, (loss, norm) => accept(loss, k === 5 ? Infinity : norm)),
  );

test('in half precision a step whose gradients overflow is skipped, counted, and the next is scaled less', async () => {
  const prepare = await prepared({ epochs: 2 });
  const { ended, notes } = await learned(prepare, { device: inHalf, open: overflowing() });
  assert.equal(ended.losses.length, prepare.plan.steps);
  assert.match(notes.join('\n'), /Steps skipped because half precision overflowed: 1\./);
  const { lossScale } = await standingOf(prepare.wish.out);
  assert.deepEqual(lossScale, { scale: 32_768, goodSteps: prepare.plan.steps - 5, skipped: 1 });
});

test('a run in half precision that is taken up again scales its loss as before', async () => {
  const scales = new Map<string, number[]>();
  const noting = (name: string, last: number): Open =>
    stepping((step, k) => (feeds, accept) => {
      scales.set(name, [...(scales.get(name) ?? []), feeds['lossScale'] as number]);
      if (k === last) throw new LikenessError('engine-failed', 'The power fails.', 'Wait.');
      return step(feeds, (loss, norm) => accept(loss, name === 'first' && k === 2 ? Infinity : norm));
    });
  const prepare = await prepared();
  await refusalOf(
    learned(prepare, { device: inHalf, open: noting('first', prepare.plan.stepsPerEpoch + 2) }),
  );
  const { notes } = await learned(prepare, { device: inHalf, open: noting('second', 1000) });
  assert.deepEqual(scales.get('first')!.slice(0, 3), [65_536, 65_536, 32_768]);
  assert.ok(scales.get('second')!.every((scale) => scale === 32_768));
  assert.match(notes.join('\n'), /half precision overflowed: 1\./);
});

test('an overflow without half precision stops the run', async () => {
  const { code, message } = await refusalOf(learned(await prepared(), { open: overflowing() }));
  assert.equal(code, 'training-failed');
  assert.match(message, /no number any more at step \d+/);
});

test('a run that was through before, taken up again, tells its collapse by what it measures', async () => {
  const { wish, result } = await trained({ epochs: 2 });
  const again = await run({ kind: 'resume', dir: wish.out });
  assert.ok(!('stopped' in again.result));
  assert.deepEqual(again.result.loss, result.loss);
  assert.notEqual(again.result.collapse.effectiveRank, 1);
});

test('operations that a card leaves to the processor are told', async () => {
  const open: Open = async (options) => {
    const session = await stepping((step) => step)(options);
    return { ...session, stepper: { ...session.stepper, onCpu: new Map([['Gather', 3]]) } };
  };
  const { notes } = await learned(await prepared({ epochs: 1 }), { device: card, open });
  assert.match(notes.join('\n'), /The card left operations to the processor.*: Gather \(3\)/);
});
