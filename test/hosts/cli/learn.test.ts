/** `learn` and `runs …`: what they ask the application, and the JSON that programs count on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppEvent } from '../../../src-main/contract/api.ts';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import type { Run } from '../../../src-main/contract/learn.ts';
import { job, learned as result, likeness, runAtWork as started, runDone as done } from './stand-ins.ts';

const worse: Run = { ...done, result: { ...result, verdict: 'worse' } };
const summary = {
  run: 3,
  name: 'Likeness, all photos',
  method: 'simclr',
  base: 'tiny',
  before: { half: 0.5, knn: 0.4 },
  after: { half: 0.75, knn: 0.4 },
  verdict: 'better',
  applied: false,
};
const show = (run: Run) => ({ run, looks: [], map: null, neighbours: [] });
const answers = {
  'learn.start': { run: started },
  'learn.resume': { run: started },
  'runs.show': show(done),
};
const named = (asked: readonly (readonly [string, unknown])[]) => asked.map(([name]) => name);

test('learn asks for what the options say, waits, and answers the run', async () => {
  const line =
    '--json learn --goal words --minutes 5 --engine cpu --seed 4 --classes --from-folder Pictures --from-folder /other';
  const { code, stdout, asked } = await likeness(line.split(' '), { answers });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), summary);
  const [, input] = asked.find(([name]) => name === 'learn.start')!;
  assert.deepEqual(JSON.parse(JSON.stringify(input)), {
    from: { kind: 'folders', folders: ['/home/ana/Pictures', '/other'] },
    goal: 'words',
    classes: true,
    minutes: 5,
    engine: 'cpu',
    seed: 4,
  });
  assert.ok(!named(asked).includes('runs.apply'), 'what was learned is never used by itself');
});

test('people read the verdict and what to do next; progress and notes go to stderr', async () => {
  const events: AppEvent[] = [
    { type: 'note', run: 3, text: 'All photos are looked at.' },
    { type: 'note', run: 9, text: 'Of another run.' },
    { type: 'jobs', jobs: [{ ...job, kind: 'learn', phase: 'learning', done: 5, total: 200, failed: 0 }] },
  ];
  const { stdout, stderr } = await likeness(['learn'], {
    answers,
    tty: true,
    app: {
      onEvent: (listener) => {
        events.forEach(listener);
        return () => {};
      },
    },
  });
  assert.match(stdout, /It finds more than before\.\n\nA photo by half of itself +50\.0 % +→ +75\.0 %/);
  assert.match(stdout, /`likeness runs apply 3` uses it/);
  assert.match(stderr, /All photos are looked at/);
  assert.doesNotMatch(stderr, /Of another run/);
  assert.match(stderr, /Learning: step 5 of 200 \(34\/s, 12 s left\)/);
});

test('--apply uses a better encoder and waits for the switch; one that is not better stays unused', async () => {
  const applying = { ...answers, 'runs.apply': { run: { ...done, use: 'preparing', job: 8 } } };
  const waited: number[] = [];
  const app = { ended: async (id: number) => void waited.push(id) };
  const better = await likeness(['--json', 'learn', '--apply'], { answers: applying, app });
  assert.deepEqual([better.code, waited], [0, [7, 8]]);
  assert.ok(named(better.asked).includes('runs.apply'));
  const unused = await likeness(['--json', 'learn', '--apply'], {
    answers: { ...applying, 'runs.show': show(worse) },
  });
  assert.deepEqual([unused.code, (JSON.parse(unused.stdout) as { verdict: string }).verdict], [0, 'worse']);
  assert.ok(!named(unused.asked).includes('runs.apply'));
  assert.match(unused.stderr, /It is not used/);
});

test('Ctrl+C pauses the run and says how to go on, which --resume does', async () => {
  const interrupt = new AbortController();
  const stopped = new LikenessError('cancelled', 'The job was paused.', 'Start it again.');
  const { code, stdout, asked } = await likeness(['--json', 'learn'], {
    answers: { ...answers, 'learn.pause': { run: { ...started, state: 'paused' } } },
    signal: interrupt.signal,
    app: {
      ended: async () => {
        interrupt.abort();
        throw stopped;
      },
    },
  });
  assert.equal(code, 1);
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
  assert.deepEqual(
    [error.code, error.hint],
    ['cancelled', '`likeness learn --resume 3` goes on from there.'],
  );
  assert.ok(named(asked).includes('learn.pause'));

  const resumed = await likeness(['--json', 'learn', '--resume', '3'], { answers });
  assert.deepEqual(JSON.parse(resumed.stdout), summary);
  assert.deepEqual(named(resumed.asked).slice(0, 2), ['open', 'learn.resume']);
  const both = await likeness(['learn', '--resume', '3', '--minutes', '5'], { answers });
  assert.deepEqual([both.code, /--resume takes no --minutes/.test(both.stderr)], [2, true]);
});

test('a run that failed ends with its reason and code 1, a slip with code 2', async () => {
  const reason = new LikenessError('training-failed', 'The disk was full.', 'Free some space.');
  const failed = await likeness(['learn'], { answers, app: { ended: () => Promise.reject(reason) } });
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /The disk was full\.\nFree some space/);
  for (const line of ['learn --goal fame', 'learn --minutes 0', 'runs apply', 'runs apply x', 'runs']) {
    const { code } = await likeness(line.split(' '), { answers });
    assert.equal(code, 2, line);
  }
});

test('runs are listed, used, left, written and brought in, each as the same object', async () => {
  const used = { ...done, use: 'in-use' } as const;
  const all = {
    ...answers,
    'runs.list': { runs: [used, { ...started, id: 4 }] },
    'runs.apply': { run: used },
    'runs.rollback': { run: { ...done, use: 'rolled-back' } },
    'runs.export': { file: '/home/ana/run.tar', bytes: 1234 },
    'runs.import': { run: { ...done, imported: true } },
  };
  const answer = async (line: string) =>
    JSON.parse((await likeness(['--json', ...line.split(' ')], { answers: all })).stdout) as unknown;
  const empty = { ...summary, run: 4, method: null, before: {}, after: {}, verdict: null };
  assert.deepEqual(await answer('runs list'), { runs: [{ ...summary, applied: true }, empty] });
  assert.deepEqual(await answer('runs apply 3'), { ...summary, applied: true });
  assert.deepEqual(await answer('runs rollback'), summary);
  assert.deepEqual(await answer('runs export 3 run.tar'), {
    ...summary,
    file: '/home/ana/run.tar',
    bytes: 1234,
  });
  assert.deepEqual(await answer('runs import run.tar'), summary);
  const { asked } = await likeness(['runs', 'apply', '3', '--anyway'], { answers: all });
  assert.deepEqual(
    asked.find(([name]) => name === 'runs.apply'),
    ['runs.apply', { id: 3, anyway: true }],
  );
  const { stdout } = await likeness(['runs', 'list'], { answers: all });
  assert.match(stdout, /\* +3 +Likeness, all photos +learned +better/);
  for (const name of ['learn', 'runs list', 'runs apply', 'runs rollback', 'runs export', 'runs import'])
    assert.match((await likeness([...name.split(' '), '--help'])).stdout, /Example/, name);
});
