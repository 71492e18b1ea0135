/** The commands of «Learn my library»: runs that learn, and the encoders that came of them. */
import type { CommandInput, CommandName, CommandOutput } from './contract/api.ts';
import { LikenessError } from './contract/errors.ts';
import type { LearnOffer, LearnWish, Run } from './contract/learn.ts';
import type { PhotoId } from './contract/photo.ts';
import type { TrainerTask } from './contract/run.ts';
import type { Services } from './app.ts';
import { offeredPhotos, refusals } from './learn/offer.ts';
import { readDetails } from './learn/run-details.ts';
import { exportRun, importRun } from './learn/run-file.ts';
import { runTrainer, type TrainerResult } from './learn/run-trainer.ts';

export type LearnCommand = Extract<CommandName, `learn.${string}` | `runs.${string}`>;
type Handlers<Name extends CommandName> = {
  readonly [Each in Name]: (input: CommandInput<Each>) => Promise<CommandOutput<Each>>;
};

export function learnCommands(services: Services): Handlers<LearnCommand> {
  return { ...learning(services), ...runs(services) };
}

function learning(services: Services): Handlers<Extract<LearnCommand, `learn.${string}`>> {
  const { store, runs } = services;
  const offer = new Offer(services);
  return {
    'learn.offer': () => offer.now(),
    'learn.start': async (wish) => {
      await offer.check(wish);
      return { run: await runs.start(wish) };
    },
    'learn.pause': async ({ id }) => ({ run: runs.pause(id) }),
    'learn.resume': async ({ id }) => ({ run: runs.resume(id) }),
    'learn.finish': async ({ id }) => ({ run: runs.finish(id) }),
    'learn.cancel': async ({ id }) => ({ run: runs.cancel(id) }),
    'learn.views': async ({ photo: wanted, seed, options }) => {
      const id = (wanted as PhotoId | undefined) ?? store.photos.anyReady(seed);
      const content = id === null ? null : store.photos.content(id);
      if (id === null || content === null)
        throw new LikenessError(
          'photo-gone',
          'There is no such photo to draw views of.',
          'Choose another photo.',
        );
      const { path: photo, contentId } = content;
      const end = await trained(services, { kind: 'views', photo, start: 'adapter', options, seed });
      if (end.kind !== 'views') throw new RangeError(`The trainer was to draw views, and ${end.kind}.`);
      return { photo: { id, contentId }, views: end.views };
    },
  };
}

function runs(services: Services): Handlers<Extract<LearnCommand, `runs.${string}`>> {
  const { store, runs } = services;
  return {
    'runs.list': async () => ({ runs: runs.list() }),
    'runs.show': async ({ id }) => ({
      run: runs.get(id),
      ...(await readDetails(runs.folder(id), store.photos)),
    }),
    'runs.apply': async ({ id, anyway }) => {
      const run = runs.get(id);
      if (!run.result)
        throw new LikenessError(
          'bad-input',
          'This run has not learned yet.',
          'Use it when it has ended, or end it now.',
        );
      if (run.result.verdict === 'worse' && !anyway)
        throw new LikenessError(
          'bad-input',
          run.result.words,
          'Keep the encoder that is in use, or insist on this one.',
        );
      await services.useEncoder(run.result.encoder, id);
      return { run: runs.get(id) };
    },
    'runs.rollback': async () => ({ run: rollBack(services) }),
    'runs.rename': async ({ id, name }) => ({ run: runs.rename(id, name) }),
    'runs.remove': async ({ id }) => ({ removed: await runs.remove(id) }),
    'runs.export': ({ id, file }) => exportRun(runs.get(id), runs.folder(id), file),
    'runs.import': async ({ file }) => ({ run: await importRun(file, runs) }),
  };
}

/** Stops what is being prepared; where nothing is, the encoder before is in use again. @returns the run that it is about. */
function rollBack({ runs, jobs, encoders, store, switched }: Services): Run | null {
  const all = runs.list();
  const preparing = jobs.list().filter(({ kind, state }) => kind === 'apply' && isOpen(state));
  if (preparing.length > 0) {
    for (const { id } of preparing) jobs.cancel(id);
    const about = preparing[0]!.run;
    return about ? runs.get(about) : null;
  }
  const before = all.find(({ use }) => use === 'in-use');
  const installed = new Set(encoders.all.map(({ id }) => id));
  const now = store.encoderChoice.goBack(installed);
  if (now === null)
    throw new LikenessError(
      'not-found',
      'No other encoder was in use before.',
      'Choose one of the list: `likeness models list`.',
    );
  switched();
  return before ? runs.get(before.id) : null;
}

function isOpen(state: string): boolean {
  return state === 'waiting' || state === 'running' || state === 'paused';
}

/** What can be learned now. Photos are counted anew when the library changed; engines are tried once. */
class Offer {
  readonly #services: Services;
  #engines: LearnOffer['engines'] = [];
  #tried = false;
  #counted: { readonly at: string; readonly photos: ReturnType<typeof offeredPhotos> } | null = null;

  constructor(services: Services) {
    this.#services = services;
  }

  async now(): Promise<LearnOffer> {
    void this.#tryEngines();
    const photos = await this.#photos();
    const { id, name } = this.#services.activeEncoder();
    return { base: { id, name }, ...photos, engines: this.#engines, refused: refusals(photos) };
  }

  /** @throws LikenessError bad-input with the reason, when the library does not have what is needed. */
  async check({ goal, start }: LearnWish): Promise<void> {
    const refused = refusals(await this.#photos());
    const reason = refused[goal] ?? refused[start];
    if (reason) throw new LikenessError('bad-input', reason, 'Choose another goal.');
  }

  #photos(): ReturnType<typeof offeredPhotos> {
    const { store } = this.#services;
    const { version, generation } = store.photos.versions();
    const watched = store.folders.list().map(({ path }) => path);
    const at = JSON.stringify([version, generation, watched]);
    if (this.#counted?.at !== at) this.#counted = { at, photos: offeredPhotos(store.paths.dir, watched) };
    return this.#counted.photos;
  }

  /** Starting drivers takes seconds: the first answer names no engine, the next one does. */
  async #tryEngines(): Promise<void> {
    if (this.#tried) return;
    this.#tried = true;
    try {
      const end = await trained(this.#services, { kind: 'probe' });
      if (end.kind === 'probed') this.#engines = end.engines;
    } catch {
      // The next offer tries again.
      this.#tried = false;
    }
  }
}

/** A task that is over in seconds. */
function trained({ trainer, closing }: Services, task: TrainerTask): Promise<TrainerResult> {
  return runTrainer(task, { ...trainer, signal: closing, onProgress: () => {}, onNote: () => {} });
}
