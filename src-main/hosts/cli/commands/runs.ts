/** `likeness runs …`: what was learned from the library, and what is used of it. */
import { LikenessError } from '../../../contract/errors.ts';
import type { Run } from '../../../contract/learn.ts';
import { command } from '../command.ts';
import { usage } from '../parse.ts';
import { runText, summaryOf } from '../run-summary.ts';
import { bytes, columns } from '../table.ts';
import { applied } from './learn.ts';

export const runsList = command({
  name: 'runs list',
  summary: 'List what was learned from the library, newest first',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness runs list'],
  async run(_input, { app }) {
    const { runs } = await (await app()).call('runs.list', {});
    return { data: { runs: runs.map(summaryOf) }, text: () => listText(runs) };
  },
});

export const runsApply = command({
  name: 'runs apply',
  summary: 'Use what a run has learned; the encoder in use answers until every photo is ready',
  takes: 'ID',
  count: [1, 1],
  options: { anyway: { type: 'flag', summary: 'even if it is worse' } },
  examples: ['likeness runs apply 3'],
  async run({ args: [id], options: { anyway } }, context) {
    const app = await context.app();
    const number = numberOf(id);
    const stop = () => void app.call('runs.rollback', {}).catch(() => {});
    context.signal.addEventListener('abort', stop, { once: true });
    try {
      const run = await applied(number, app, context, anyway);
      return { data: summaryOf(run), text: () => runText(run) };
    } catch (thrown) {
      if (!context.signal.aborted) throw thrown;
      throw new LikenessError(
        'cancelled',
        'Stopped; the encoder that was in use stays.',
        'Run the same command again to go on from there.',
      );
    } finally {
      context.signal.removeEventListener('abort', stop);
    }
  },
});

export const runsRollback = command({
  name: 'runs rollback',
  summary: 'Go back to the encoder that was in use before, at once',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness runs rollback'],
  async run(_input, context) {
    const app = await context.app();
    const { run } = await app.call('runs.rollback', {});
    const { encoder } = await app.call('status', {});
    return {
      data: run ? summaryOf(run) : { run: null, applied: false },
      text: () => `${encoder?.name ?? 'Another encoder'} finds your photos again.`,
    };
  },
});

export const runsExport = command({
  name: 'runs export',
  summary: 'Write what a run has learned into one file; no photos are in it',
  takes: 'ID FILE',
  count: [2, 2],
  options: {},
  examples: ['likeness runs export 3 ~/learned.tar'],
  async run({ args: [id, file = ''] }, { app, absolute }) {
    const likeness = await app();
    const number = numberOf(id);
    const written = await likeness.call('runs.export', { id: number, file: absolute(file) });
    const { run } = await likeness.call('runs.show', { id: number });
    return {
      data: { ...summaryOf(run), ...written },
      text: () => `Run ${number}, ${run.name}, is in ${written.file} (${bytes(written.bytes)}).`,
    };
  },
});

export const runsImport = command({
  name: 'runs import',
  summary: 'Bring in a run from a file; it is not used by itself',
  takes: 'FILE',
  count: [1, 1],
  options: {},
  examples: ['likeness runs import ~/learned.tar'],
  async run({ args: [file = ''] }, { app, absolute }) {
    const { run } = await (await app()).call('runs.import', { file: absolute(file) });
    return { data: summaryOf(run), text: () => runText(run) };
  },
});

function listText(runs: readonly Run[]): string {
  if (runs.length === 0) return 'Nothing was learned yet. `likeness learn` starts a run.';
  const rows = runs.map((run) => [
    run.use === 'in-use' ? '*' : ' ',
    String(run.id),
    run.name,
    run.state,
    run.result ? run.result.verdict : (run.reason ?? ''),
  ]);
  return `${columns(rows, [1])}\n* finds your photos now`;
}

function numberOf(id: string | undefined): number {
  const number = Number(id);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw usage(`“${id}” is no run.`, '`likeness runs list` tells their numbers.');
}
