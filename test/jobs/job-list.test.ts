import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { IndexReport, Job } from '../../src-main/contract/jobs.ts';
import { JobList, type JobControl } from '../../src-main/jobs/job-list.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import type { Store } from '../../src-main/store/store.ts';

const report: IndexReport = {
  added: 1,
  updated: 0,
  unchanged: 0,
  missing: 0,
  failed: Array.from({ length: 8 }, (_, at) => ({ path: `/photos/${at}.jpg`, reason: 'It is cut off.' })),
  unsupported: {},
  photos: 1,
  seconds: 1,
  photosPerSecond: 1,
};

/** Work that goes on until the test ends it, or until it is told to stop. */
class Work {
  running: { job: Job; control: JobControl; end: (thrown?: unknown) => void } | null = null;
  begun = 0;
  most = 0;
  #now = 0;

  readonly run = async (job: Job, control: JobControl): Promise<IndexReport> => {
    this.begun += 1;
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    try {
      await new Promise<void>((resolve, reject) => {
        this.running = {
          job,
          control,
          end: (thrown) => (thrown === undefined ? resolve() : reject(thrown as Error)),
        };
        control.signal.addEventListener('abort', () => reject(control.signal.reason as Error));
      });
      return report;
    } finally {
      this.#now -= 1;
      this.running = null;
    }
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

let dir: string;
let store: Store;
let work: Work;
let jobs: JobList;
const openJobs = () => new JobList({ store, work: work.run, onChange: () => {} });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-jobs-'));
  store = openLibrary(dir);
  work = new Work();
  jobs = openJobs();
});
afterEach(async () => {
  await jobs.close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

test('jobs run one at a time, oldest first', async () => {
  const [first, second] = [jobs.add('index', ['/a']), jobs.add('index', ['/b'])];
  assert.deepEqual([jobs.get(first.id).state, jobs.get(second.id).state], ['running', 'waiting']);
  work.running!.end();
  assert.deepEqual(await jobs.ended(first.id), report);
  assert.equal(work.running!.job.id, second.id);
});

test('the same folders waiting already are not queued twice', () => {
  jobs.add('index', ['/a']);
  const [waiting, again] = [jobs.add('index', ['/b']), jobs.add('index', ['/b'])];
  assert.equal(again.id, waiting.id);
});

test('asking again for the folders of a paused job resumes it', async () => {
  const { id } = jobs.add('index', ['/a']);
  jobs.pause(id);
  await turn();
  assert.equal(jobs.add('index', ['/a']).id, id);
  assert.equal(jobs.get(id).state, 'running');
});

test('a job whose end cannot be written down has ended all the same', async (context) => {
  const { id } = jobs.add('index', ['/a']);
  const waiting = jobs.ended(id);
  context.mock.method(store.jobs, 'update', () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  });
  work.running!.end(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  await assert.rejects(
    waiting,
    (error: unknown) => error instanceof LikenessError && error.code === 'disk-full',
  );
  assert.equal(jobs.get(id).state, 'paused');
  context.mock.restoreAll();
  assert.equal(jobs.resume(id).state, 'running');
});

test('a paused job lets go, and goes on when it is resumed', async () => {
  const { id } = jobs.add('index', ['/a']);
  work.running!.control.report({ done: 3, total: 9 });
  assert.equal(jobs.pause(id).state, 'paused');
  await turn();
  assert.deepEqual([jobs.get(id).state, jobs.get(id).done, work.running], ['paused', 3, null]);
  jobs.resume(id);
  assert.equal(jobs.get(id).state, 'running');
  assert.equal(work.begun, 2);
});

test('a job that is resumed while it still lets go is not left paused', async () => {
  const { id } = jobs.add('index', ['/a']);
  jobs.pause(id);
  jobs.resume(id);
  await turn();
  assert.deepEqual([jobs.get(id).state, work.begun], ['running', 2]);
});

test('what came of a job before a pause is there when it goes on', async () => {
  const { id } = jobs.add('index', ['/a']);
  work.running!.control.report({ done: 3, total: 9 });
  work.running!.control.soFar({ ...report, added: 3 });
  jobs.pause(id);
  await turn();
  await jobs.close();
  jobs = openJobs();
  jobs.resume(id);
  assert.deepEqual([work.running!.job.done, work.running!.job.report?.added], [3, 3]);
});

test('a waiting job can be paused and cancelled without ever having run', () => {
  jobs.add('index', ['/a']);
  const { id } = jobs.add('index', ['/b']);
  assert.equal(jobs.pause(id).state, 'paused');
  assert.equal(jobs.cancel(id).state, 'cancelled');
  assert.equal(jobs.resume(id).state, 'cancelled');
});

test('a cancelled job is over, and whoever waited for it is told', async () => {
  const { id } = jobs.add('index', ['/a']);
  const waiting = jobs.ended(id);
  jobs.cancel(id);
  await assert.rejects(
    waiting,
    (error: unknown) => error instanceof LikenessError && error.code === 'cancelled',
  );
  assert.equal(jobs.get(id).state, 'cancelled');
});

test('a job that fails keeps its reason; the next one runs', async () => {
  const [first, second] = [jobs.add('index', ['/a']), jobs.add('index', ['/b'])];
  work.running!.end(new LikenessError('no-encoder', 'No encoder is installed.', 'Install one.'));
  await assert.rejects(
    jobs.ended(first.id),
    (error: unknown) =>
      error instanceof LikenessError && error.code === 'no-encoder' && error.hint === 'Install one.',
  );
  assert.equal(jobs.get(first.id).reason, 'No encoder is installed. Install one.');
  assert.deepEqual([jobs.get(first.id).state, jobs.get(second.id).state], ['failed', 'running']);
});

test('a full disk pauses the job rather than failing it', async () => {
  const { id } = jobs.add('index', ['/a']);
  work.running!.end(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  await turn();
  assert.equal(jobs.get(id).state, 'paused');
  assert.match(jobs.get(id).reason!, /disk .* is full.*Free some space/);
});

test('closing leaves the running job waiting, for the next start', async () => {
  const { id } = jobs.add('index', ['/a']);
  await jobs.close();
  assert.equal(store.jobs.get(id)!.state, 'waiting');
  work = new Work();
  jobs = openJobs();
  jobs.start();
  assert.equal(work.running!.job.id, id);
});

test('the list names a few failures, the awaited report all of them', async () => {
  const { id } = jobs.add('index', ['/a']);
  work.running!.end();
  assert.equal((await jobs.ended(id))!.failed.length, 8);
  assert.equal(jobs.list()[0]!.report!.failed.length, 5);
});

test('learning has a lane of its own: photos that come meanwhile need not wait for it', async () => {
  const learn = jobs.add('learn', [], { run: null, encoder: null });
  const [index, apply] = [jobs.add('index', ['/a']), jobs.add('apply', [], { run: null, encoder: 'x' })];
  const states = () => [learn, index, apply].map(({ id }) => jobs.get(id).state);
  assert.deepEqual(states(), ['running', 'running', 'waiting']);
  work.running!.end();
  await jobs.ended(index.id);
  assert.deepEqual(states(), ['running', 'done', 'running']);
});

test('the same kind of work on another encoder is other work', () => {
  jobs.add('index', ['/a']);
  const subjects = ['x', 'y', 'x'].map((encoder) => ({ run: null, encoder }));
  const [first, second, third] = subjects.map((subject) => jobs.add('apply', [], subject).id);
  assert.notEqual(first, second);
  assert.equal(first, third);
});

test('a job that begins anew lets go first, and keeps how far it was', async () => {
  const { id } = jobs.add('learn', []);
  work.running!.control.report({
    phase: 'learning',
    done: 3,
    total: 9,
    pace: { photosPerSecond: 5, secondsLeft: 60 },
  });
  assert.deepEqual([jobs.get(id).photosPerSecond, jobs.get(id).secondsLeft], [5, 60]);
  jobs.again(id);
  assert.equal(work.begun, 1);
  await turn();
  assert.deepEqual([jobs.get(id).state, jobs.get(id).done, work.begun], ['running', 3, 2]);
});

test('a kind that is held waits with the reason, and begins when it is let go', async () => {
  let held: string | null = 'The computer runs on battery.';
  await jobs.close();
  jobs = new JobList({
    store,
    work: work.run,
    onChange: () => {},
    hold: (kind) => (kind === 'learn' ? held : null),
  });
  const { id } = jobs.add('learn', []);
  assert.equal(jobs.add('index', ['/a']).state, 'running');
  assert.deepEqual([jobs.get(id).state, jobs.get(id).reason], ['waiting', held]);
  held = null;
  jobs.start();
  assert.deepEqual([jobs.get(id).state, jobs.get(id).reason], ['running', null]);
});

test('whatever a person does, one job runs at a time and none is lost', async () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('add' as const), which: fc.nat(3) }),
    fc.record({
      act: fc.constantFrom('pause', 'resume', 'cancel', 'end', 'fail', 'reopen'),
      which: fc.nat(5),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const ids: number[] = [];
      work.most = 0;
      for (const { act, which } of steps) {
        const id = ids[which % Math.max(1, ids.length)];
        if (act === 'add') {
          const added = jobs.add('index', [`/folder ${which}`]).id;
          if (!ids.includes(added)) ids.push(added);
        } else if (act === 'reopen') {
          await jobs.close();
          jobs = openJobs();
          jobs.start();
        } else if (act === 'end') work.running?.end();
        else if (act === 'fail') work.running?.end(new Error('a fault'));
        else if (id !== undefined) jobs[act](id);
        await turn();
        const running = ids.filter((one) => jobs.get(one).state === 'running');
        assert.ok(running.length <= 1);
        assert.equal(work.running?.job.id, running[0]);
        if (running.length === 0)
          assert.ok(
            ids.every((one) => jobs.get(one).state !== 'waiting'),
            'a job waits while none runs',
          );
      }
      assert.ok(work.most <= 1);
      for (const id of ids) {
        const { state, report: kept } = store.jobs.get(id)!;
        assert.equal(state === 'done', kept !== null);
        jobs.cancel(id);
      }
      await turn();
    }),
    { numRuns: 60 },
  );
});
