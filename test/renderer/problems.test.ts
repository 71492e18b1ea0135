import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandName } from '../../src-main/contract/api.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { Job } from '../../src-main/contract/jobs.ts';
import type { Problem } from '../../src-main/contract/photo.ts';
import type { AppState } from '../../src-renderer/state/app.svelte.ts';
import './runes.ts';

const { Problems, pageRows } = await import('../../src-renderer/state/problems.svelte.ts');

const job: Job = {
  id: 7,
  kind: 'index',
  state: 'waiting',
  folders: [],
  phase: 'finding',
  done: 0,
  total: 0,
  failed: 0,
  photosPerSecond: 0,
  secondsLeft: null,
  startedAtMs: null,
  endedAtMs: null,
  reason: null,
};

/** A library with so many problems of each kind, in the order in which main lists them. */
function make(counts: { failed: number; missing: number; unsupported: number }) {
  const library = { ...counts };
  const calls: [CommandName, unknown][] = [];
  let down = false;
  const all = (): Problem[] =>
    (['failed', 'missing', 'unsupported'] as const).flatMap((kind) =>
      Array.from({ length: library[kind] }, (_, index) => ({
        id: index + { failed: 1, missing: 10_001, unsupported: 20_001 }[kind],
        path: `/photos/${kind} ${index}.jpg`,
        kind,
        reason: 'It is empty.',
      })),
    );
  const answers: Partial<Record<CommandName, (input: never) => unknown>> = {
    problems: ({ limit, offset }: { limit: number; offset: number }) => ({
      problems: all().slice(offset, offset + limit),
      total: all().length,
      unsupported: library.unsupported > 0 ? { HEIC: library.unsupported } : {},
    }),
    'problems.retry': () => ({ job }),
    reveal: () => ({ revealed: false }),
  };
  const toasts: { title: string; text?: string | null }[] = [];
  const app = {
    client: {
      call: async (name: CommandName, input: never) => {
        if (down) throw new LikenessError('internal', 'Likeness does not answer.', 'Try again.');
        calls.push([name, input]);
        return answers[name]?.(input);
      },
    },
    status: {
      get now() {
        return { failed: library.failed };
      },
      get problems() {
        return all().length;
      },
      load: async () => undefined,
    },
    toasts: { show: (toast: { title: string }) => toasts.push(toast) },
    attempt: async (work: () => Promise<unknown>) => work().then(() => true),
  };
  const problems = new Problems(app as unknown as AppState);
  return { problems, library, calls, toasts, setDown: (now: boolean) => void (down = now) };
}

test('each kind is a stretch of one list, with its own pages', async () => {
  const { problems } = make({ failed: 130, missing: 3, unsupported: 40 });
  await problems.load();
  assert.deepEqual(problems.counts, { all: 173, failed: 130, missing: 3, unsupported: 40 });
  assert.equal(problems.pages, 2);
  for (const [kind, page, rows] of [
    ['all', 1, 73],
    ['failed', 0, pageRows],
    ['failed', 1, 30],
    ['missing', 0, 3],
    ['unsupported', 0, 40],
  ] as const) {
    await problems.show(kind, page);
    assert.equal(problems.list?.length, rows, `${kind}, page ${page}`);
    if (kind !== 'all') assert.ok(problems.list?.every((problem) => problem.kind === kind));
  }
});

test('what comes while the list is looked at is announced, not put in', async () => {
  const { problems, library } = make({ failed: 2, missing: 0, unsupported: 0 });
  await problems.load();
  library.failed = 5;
  assert.equal(problems.news, 3);
  assert.equal(problems.list?.length, 2);
  await problems.load();
  assert.equal(problems.news, 0);
});

test('a retried photo is marked until the job has ended, then the list is read again', async () => {
  const { problems, library, calls } = make({ failed: 2, missing: 0, unsupported: 0 });
  await problems.load();
  const [first] = problems.list ?? [];
  await problems.retry(first);
  assert.deepEqual(calls.at(-1), ['problems.retry', { ids: [first?.id] }]);
  assert.ok(problems.retrying.has(first!.id));
  await problems.follow([{ ...job, state: 'running' }]);
  assert.equal(problems.list?.length, 2, 'the job still runs');
  library.failed = 1;
  await problems.follow([{ ...job, state: 'done', endedAtMs: 1 }]);
  assert.equal(problems.list?.length, 1);
  assert.equal(problems.retrying.size, 0);
});

test('when the last one of a kind is gone the whole list is shown', async () => {
  const { problems, library } = make({ failed: 1, missing: 4, unsupported: 0 });
  await problems.load();
  await problems.show('failed');
  library.failed = 0;
  await problems.load();
  assert.equal(problems.kind, 'all');
  assert.equal(problems.list?.length, 4);
});

test('no problems at all is an empty list, not an endless search for one', async () => {
  const { problems } = make({ failed: 0, missing: 0, unsupported: 0 });
  await problems.show('failed');
  assert.deepEqual(problems.list, []);
});

test('a list that cannot be read says why, and keeps what it had', async () => {
  const { problems, setDown } = make({ failed: 2, missing: 0, unsupported: 0 });
  await problems.load();
  setDown(true);
  await problems.load();
  assert.equal(problems.failure?.message, 'Likeness does not answer.');
  assert.equal(problems.list?.length, 2);
  setDown(false);
  await problems.load();
  assert.equal(problems.failure, null);
});

test('a file manager that does not open is said, with the path', async () => {
  const { problems, toasts } = make({ failed: 1, missing: 0, unsupported: 0 });
  await problems.load();
  await problems.reveal(problems.list![0]!);
  assert.equal(toasts[0]?.text, '/photos/failed 0.jpg');
});
