/** `likeness learn`: learns from the library's own photos, in the foreground. */
import type { App } from '../../../app.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Job } from '../../../contract/jobs.ts';
import {
  learnGoals,
  learnStarts,
  type LearnGoal,
  type LearnStart,
  type Run,
} from '../../../contract/learn.ts';
import { engineChoices, type EngineChoice } from '../../../contract/run.ts';
import { learnFaces } from '../learn-faces.ts';
import { command, type Context, type OptionSpecs, type OptionValues } from '../command.ts';
import { usage } from '../parse.ts';
import { runText, summaryOf } from '../run-summary.ts';
import { endOfJob } from '../watch-job.ts';

const options = {
  goal: {
    type: 'text',
    value: 'GOAL',
    choices: learnGoals,
    summary: 'what it is to get better at (default: likeness)',
  },
  minutes: { type: 'number', value: 'N', min: 1, max: 1440, summary: 'how long it may take (default: 20)' },
  engine: {
    type: 'text',
    value: 'E',
    choices: engineChoices,
    summary: 'what computes; auto (default) is the best that works',
  },
  start: {
    type: 'text',
    value: 'START',
    choices: learnStarts,
    summary: 'what is trained: an addition to the encoder (default), its own weights, or a new network',
  },
  'from-folder': {
    type: 'text',
    value: 'P',
    many: true,
    summary: 'learn from the photos of this folder alone',
  },
  classes: { type: 'flag', summary: 'photos of one folder belong together' },
  seed: {
    type: 'number',
    value: 'N',
    min: 0,
    max: 0xffffffff,
    summary: 'chance starts from here (default: 1)',
  },
  apply: { type: 'flag', summary: 'use it when it is better' },
  resume: { type: 'number', value: 'RUN', min: 1, summary: 'go on with a run that was stopped' },
} as const satisfies OptionSpecs;
type Given = OptionValues<typeof options>;

export const learn = command({
  name: 'learn',
  summary: 'Learn from the photos of the library; Ctrl+C stops it, and it can go on later',
  takes: '',
  count: [0, 0],
  options,
  examples: [
    'likeness learn --minutes 30 --apply',
    'likeness --json learn --goal likeness --from-folder ~/Pictures/2024 --classes',
    'likeness learn --goal people --apply',
    'likeness learn --resume 3',
  ],
  async run({ options: given }, context) {
    if (given.goal === 'people' && given.resume === undefined) checkPeople(given);
    const app = await context.app();
    if (given.goal === 'people' && given.resume === undefined) return learnFaces(app, given.apply, context);
    const { run } = await begin(given, app, context);
    const learned = await followed(run, app, context);
    const better = learned.result?.verdict === 'better';
    if (given.apply && !better)
      context.output.note('It is not used: it is no better than the encoder in use.');
    const used = given.apply && better ? await applied(run.id, app, context) : learned;
    return { data: summaryOf(used), text: () => runText(used) };
  },
});

/** People are learned from their faces alone, which takes seconds on the processor. */
function checkPeople(given: Given): void {
  const other = Object.entries(given).find(
    ([name, value]) => !['goal', 'apply'].includes(name) && name in options && value && String(value) !== '',
  );
  if (other)
    throw usage(
      `--goal people takes no --${other[0]}.`,
      'People are learned from their names: leave it out.',
    );
}

async function begin(given: Given, app: App, { absolute }: Context): Promise<{ run: Run }> {
  if (given.resume !== undefined) {
    const other = Object.entries(given).find(
      ([name, value]) =>
        name !== 'resume' && name !== 'apply' && name in options && value && String(value) !== '',
    );
    if (!other) return app.call('learn.resume', { id: given.resume });
    throw usage(
      `--resume takes no --${other[0]}: a run goes on as it was begun.`,
      'Leave it out, or begin another run without --resume.',
    );
  }
  const folders = given['from-folder'].map(absolute);
  // Only the choices of each option come this far.
  return app.call('learn.start', {
    from: folders.length > 0 ? { kind: 'folders', folders } : { kind: 'all' },
    goal: given.goal as LearnGoal | undefined,
    start: given.start as LearnStart | undefined,
    classes: given.classes,
    minutes: given.minutes,
    engine: given.engine as EngineChoice | undefined,
    seed: given.seed,
  });
}

/** Waits until a run has learned; Ctrl+C leaves it paused, with a checkpoint. */
async function followed(run: Run, app: App, context: Context): Promise<Run> {
  const { signal, output } = context;
  const job = run.job;
  if (job === null) return run;
  const stopNotes = app.onEvent((event) => {
    if (event.type === 'note' && event.run === run.id) output.note(event.text);
  });
  const pause = () => void app.call('learn.pause', { id: run.id }).catch(() => {});
  signal.addEventListener('abort', pause, { once: true });
  if (signal.aborted) pause();
  let last: Job | null = null;
  try {
    await endOfJob(job, app, context, (latest) => (last = latest));
  } catch (thrown) {
    if (signal.aborted) throw interrupted(run.id, last);
    throw thrown;
  } finally {
    signal.removeEventListener('abort', pause);
    stopNotes();
  }
  return (await app.call('runs.show', { id: run.id })).run;
}

function interrupted(run: number, last: Job | null): LikenessError {
  const where = last?.phase === 'learning' ? ` after step ${last.done} of ${last.total}` : '';
  return new LikenessError(
    'cancelled',
    `Stopped${where}; what was done is kept.`,
    `\`likeness learn --resume ${run}\` goes on from there.`,
  );
}

/** Uses a run's encoder and waits until it does. */
export async function applied(id: number, app: App, context: Context, anyway = false): Promise<Run> {
  const { run } = await app.call('runs.apply', { id, anyway });
  if (run.use !== 'preparing' || run.job === null) return run;
  await endOfJob(run.job, app, context);
  return (await app.call('runs.show', { id })).run;
}
