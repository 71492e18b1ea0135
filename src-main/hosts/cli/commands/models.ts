/** `likeness models …`: the encoders, and the models for faces, that are installed or can be, and the way from the one to the other. */
import type { App } from '../../../app.ts';
import type { Encoder, Models } from '../../../contract/api.ts';
import { LikenessError } from '../../../contract/errors.ts';
import type { Job } from '../../../contract/jobs.ts';
import { command, type Context } from '../command.ts';
import { ProgressLine } from '../progress.ts';
import { bytes, columns, count, duration, photos } from '../table.ts';

export const modelsList = command({
  name: 'models list',
  summary: 'List the encoders and the models for faces, with licence and size',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness models list'],
  async run(_input, { app }) {
    return listed(await (await app()).call('models.list', {}));
  },
});

export const modelsInstall = command({
  name: 'models install',
  summary: 'Download a model, or go on with it; the only command that uses the network',
  takes: 'ID',
  count: [1, 1],
  options: {},
  examples: ['likeness models install siglip2-b16-224', 'likeness models install yunet-sface'],
  async run({ args: [id = ''] }, context) {
    const app = await context.app();
    const line = new ProgressLine(context.output);
    const named = ({ models, faces }: Models) =>
      [...models, ...faces].find((one) => one.id === id || isShort(id, one));
    const before = named(await app.call('models.list', {}));
    if (before && !before.installed && before.from !== null)
      context.output.note(`${before.name}, ${before.licence}: ${bytes(before.bytes)} from ${before.from}.`);
    const stopListening = app.onEvent((event) => {
      const download = event.type === 'models' && named(event)?.download;
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
    return listed(await app.call('models.list', {}));
  },
});

export const modelsUse = command({
  name: 'models use',
  summary: 'Find photos with another encoder, or faces with another model',
  takes: 'ID',
  count: [1, 1],
  options: {},
  examples: ['likeness models use siglip2-b16-224', 'likeness models use yunet-sface'],
  async run({ args: [id = ''] }, context) {
    const app = await context.app();
    const { job } = await app.call('models.use', { id });
    if (job) await prepared(app, job, context);
    return listed(await app.call('models.list', {}));
  },
});

export const modelsVerify = command({
  name: 'models verify',
  summary: 'Check every file of the installed models against its card',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness models verify'],
  async run(_input, { app }) {
    const likeness = await app();
    const { models, faces } = await likeness.call('models.list', {});
    const checks = new Map((await likeness.verifyModels()).map((check) => [check.id, check]));
    const checkedOf = (all: readonly Encoder[]) =>
      all
        .filter(({ installed }) => installed)
        .map((model) => ({
          ...plain(model),
          ok: checks.get(model.id)?.ok ?? false,
          details: checks.get(model.id)?.details ?? [],
        }));
    const data = { models: checkedOf(models), faces: checkedOf(faces) };
    const checked = [...data.models, ...data.faces];
    const rows = checked.map(({ id, ok, details }) => [id, ok ? 'whole' : `damaged: ${details.join(' ')}`]);
    return {
      data,
      text: () => columns(rows),
      exitCode: checked.every(({ ok }) => ok) ? 0 : 1,
    };
  },
});

function listed({ models, faces }: Models) {
  const rowsOf = (all: readonly Encoder[]) =>
    all.map(({ id, name, licence, bytes: size, installed, active, recommended }) => [
      active ? '*' : ' ',
      id,
      name,
      licence,
      bytes(size),
      installed ? 'installed' : recommended ? 'not installed, recommended' : 'not installed',
    ]);
  return {
    data: { models: models.map(plain), faces: faces.map(plain) },
    text: () =>
      `${columns(rowsOf(models), [4])}\n* finds your photos now\n\n${columns(rowsOf(faces), [4])}\n* finds faces now`,
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
  if (state === 'trying') return 'Trying it on this computer';
  const rate = bytesPerSecond > 0 ? [`${bytes(bytesPerSecond)}/s`] : [];
  const left = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  const notes = [...rate, ...left].join(', ');
  return `Downloading: ${bytes(doneBytes)} of ${bytes(totalBytes)}${notes ? ` (${notes})` : ''}`;
}

/** Waits until every photo was looked at. What is made is kept when it is stopped. */
async function prepared(
  app: App,
  { id: job, kind }: Pick<Job, 'id' | 'kind'>,
  { output, signal }: Context,
): Promise<void> {
  const faces = kind === 'people';
  const looking = faces ? 'Looking for faces with the new model' : 'Looking at photos with the new encoder';
  const stays = faces ? 'the rest is looked at later' : 'the encoder in use stays';
  const line = new ProgressLine(output);
  let [done, total] = [0, 0];
  const stopListening = app.onEvent((event) => {
    const now = event.type === 'jobs' ? event.jobs.find(({ id }) => id === job) : undefined;
    if (!now) return;
    ({ done, total } = now);
    line.show(`${looking}: ${count(done)} of ${count(total)}`);
  });
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () =>
    reject(
      new LikenessError(
        'cancelled',
        `Stopped after ${count(done)} of ${photos(total)}; these are kept, and ${stays}.`,
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
