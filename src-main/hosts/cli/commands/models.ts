/** `likeness models …`: the encoders that are installed or can be, and the way from the one to the other. */
import type { App } from '../../../app.ts';
import type { Encoder } from '../../../contract/api.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { command, type Context } from '../command.ts';
import { ProgressLine } from '../progress.ts';
import { bytes, columns, count, duration, photos } from '../table.ts';

export const modelsList = command({
  name: 'models list',
  summary: 'List the encoders, with licence and size',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness models list'],
  async run(_input, { app }) {
    return listed((await (await app()).call('models.list', {})).models);
  },
});

export const modelsInstall = command({
  name: 'models install',
  summary: 'Download an encoder, or go on with it; the only command that uses the network',
  takes: 'ID',
  count: [1, 1],
  options: {},
  examples: ['likeness models install siglip2-b16-224'],
  async run({ args: [id = ''] }, context) {
    const app = await context.app();
    const line = new ProgressLine(context.output);
    const named = (models: readonly Encoder[]) => models.find((one) => one.id === id || isShort(id, one));
    const before = named((await app.call('models.list', {})).models);
    if (before && !before.installed && before.from !== null)
      context.output.note(`${before.name}, ${before.licence}: ${bytes(before.bytes)} from ${before.from}.`);
    const stopListening = app.onEvent((event) => {
      const download = event.type === 'models' && named(event.models)?.download;
      if (download) line.show(downloadLine(download));
    });
    const stop = () => void app.call('models.cancel', { id });
    context.signal.addEventListener('abort', stop, { once: true });
    try {
      await app.call('models.install', { id });
      if (context.signal.aborted) stop();
      await app.installed(id);
    } finally {
      stopListening();
      context.signal.removeEventListener('abort', stop);
    }
    return listed((await app.call('models.list', {})).models);
  },
});

export const modelsUse = command({
  name: 'models use',
  summary: 'Find photos with another encoder, once every photo was looked at with it',
  takes: 'ID',
  count: [1, 1],
  options: {},
  examples: ['likeness models use siglip2-b16-224'],
  async run({ args: [id = ''] }, context) {
    const app = await context.app();
    const { job } = await app.call('models.use', { id });
    if (job) await prepared(app, job.id, context);
    return listed((await app.call('models.list', {})).models);
  },
});

export const modelsVerify = command({
  name: 'models verify',
  summary: 'Check every file of the installed encoders against its card',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness models verify'],
  async run(_input, { app }) {
    const likeness = await app();
    const { models } = await likeness.call('models.list', {});
    const checks = new Map((await likeness.verifyEncoders()).map((check) => [check.id, check]));
    const checked = models
      .filter(({ installed }) => installed)
      .map((model) => ({
        ...plain(model),
        ok: checks.get(model.id)?.ok ?? false,
        details: checks.get(model.id)?.details ?? [],
      }));
    const rows = checked.map(({ id, ok, details }) => [id, ok ? 'whole' : `damaged: ${details.join(' ')}`]);
    return {
      data: { models: checked },
      text: () => columns(rows),
      exitCode: checked.every(({ ok }) => ok) ? 0 : 1,
    };
  },
});

function listed(models: readonly Encoder[]) {
  const rows = models.map(({ id, name, licence, bytes: size, installed, active, recommended }) => [
    active ? '*' : ' ',
    id,
    name,
    licence,
    bytes(size),
    installed ? 'installed' : recommended ? 'not installed, recommended' : 'not installed',
  ]);
  return {
    data: { models: models.map(plain) },
    text: () => `${columns(rows, [4])}\n* finds your photos now`,
  };
}

function plain({ id, name, licence, bytes: size, installed, active }: Encoder) {
  return { id, name, licence, bytes: size, installed, active };
}

/** The catalog's names lack the weights' hash at the end. */
function isShort(id: string, { id: whole }: Encoder): boolean {
  return whole.length === id.length + 9 && whole.startsWith(`${id}-`);
}

function downloadLine({
  state,
  doneBytes,
  totalBytes,
  bytesPerSecond,
  secondsLeft,
}: NonNullable<Encoder['download']>) {
  if (state === 'trying') return 'Trying the encoder on this computer';
  const rate = bytesPerSecond > 0 ? [`${bytes(bytesPerSecond)}/s`] : [];
  const left = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  const notes = [...rate, ...left].join(', ');
  return `Downloading: ${bytes(doneBytes)} of ${bytes(totalBytes)}${notes ? ` (${notes})` : ''}`;
}

/** Waits until every photo has its vectors. What is made is kept when it is stopped, and the encoder in use stays. */
async function prepared(app: App, job: number, { output, signal }: Context): Promise<void> {
  const line = new ProgressLine(output);
  let [done, total] = [0, 0];
  const stopListening = app.onEvent((event) => {
    const now = event.type === 'jobs' ? event.jobs.find(({ id }) => id === job) : undefined;
    if (!now) return;
    ({ done, total } = now);
    line.show(`Looking at photos with the new encoder: ${count(done)} of ${count(total)}`);
  });
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () =>
    reject(
      new LikenessError(
        'cancelled',
        `Stopped after ${count(done)} of ${photos(total)}; these are kept, and the encoder in use stays.`,
        'Run the same command again to go on from there.',
      ),
    );
  signal.addEventListener('abort', stop, { once: true });
  const ended = app.ended(job);
  // When Ctrl+C wins, the job ends later with an error that nobody waits for.
  ended.catch(() => {});
  try {
    await Promise.race([ended, aborted]);
  } finally {
    stopListening();
    signal.removeEventListener('abort', stop);
  }
}
