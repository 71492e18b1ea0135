/** What each kind of job does, with the services that it needs. */
import { availableParallelism } from 'node:os';
import type { JobKind } from './contract/jobs.ts';
import { findDuplicates } from './duplicates/find-duplicates.ts';
import { indexPhotos } from './index-photos.ts';
import type { EngineProcess } from './jobs/engine-process.ts';
import type { JobWork } from './jobs/job-list.ts';
import { workRun } from './learn/work-run.ts';
import { required } from './people/face-model.ts';
import { workPeople } from './people/work-people.ts';
import { prepareEncoder } from './prepare-encoder.ts';
import type { Services } from './app.ts';
import type { Store } from './store/store.ts';

/** @param services  asked when a job begins: the list of jobs is one of them. */
export function jobWorks(services: () => Services): Readonly<Record<JobKind, JobWork>> {
  return {
    index: async (job, control) => {
      const { store, looking: engine, announcer, events, activeEncoder } = services();
      const onPhotos = () => announcer.photosChanged();
      const encoder = activeEncoder();
      const report = await indexPhotos({ store, engine, encoder, job, control, onPhotos });
      events.emit({ type: 'indexed', job: job.id, report });
      lookForNewFaces(services());
      restLater(engine);
      return report;
    },
    learn: async (job, control) => {
      const { store, trainer, encoders, events, modelsChanged } = services();
      await workRun(job, control, {
        ...trainer,
        store,
        encoderDir: (id) => encoders.find(id)?.dir ?? null,
        threads: () => trainerThreads(store),
        onLook: (run, look) => events.emit({ type: 'look', run, look }),
        onNote: (run, text) => events.emit({ type: 'note', run, text }),
        onLearned: () => {
          encoders.refresh();
          modelsChanged();
        },
      });
      return null;
    },
    apply: async (job, control) => {
      const { store, looking: engine, announcer, encoders, switched } = services();
      const encoder = encoders.named(job.encoder ?? '');
      const onPhotos = () => announcer.photosChanged();
      await prepareEncoder({ store, engine, encoder, job, control, onPhotos });
      switched();
      restLater(engine);
      return null;
    },
    people: async (job, control) => {
      const { store, looking: engine, announcer, faceModel, peopleGrouped: onGrouped } = services();
      const model = required(faceModel);
      const onFaces = () => announcer.peopleChanged();
      const crops = store.paths.faces;
      await workPeople(job, control, { people: store.people, engine, model, crops, onFaces, onGrouped });
      restLater(engine);
      return null;
    },
    duplicates: async (job, control) => {
      const { store, looking: engine, announcer, activeEncoder } = services();
      const onFound = () => announcer.duplicatesChanged();
      await findDuplicates(job, control, {
        duplicates: store.duplicates,
        engine,
        encoder: activeEncoder(),
        onFound,
      });
      restLater(engine);
      return null;
    },
  };
}

/** Where a person has turned faces on, photos that nobody has looked at for faces get a job of their own. */
export function lookForNewFaces({
  store,
  jobs,
  faceModel,
}: Pick<Services, 'store' | 'jobs' | 'faceModel'>): void {
  if (!faceModel || !store.settings.get().people) return;
  if (store.people.faces.waiting(faceModel.id, 1).length > 0) jobs.add('people', []);
}

/** An idle engine holds some 200 MB; starting one takes a second. */
const restAfterMs = 30_000;

export function restLater(engine: EngineProcess): void {
  setTimeout(() => engine.rest(), restAfterMs).unref();
}

/** Processor threads that learning may take, by the pace that the person set; null for all. */
function trainerThreads(store: Store): number | null {
  const cores = availableParallelism();
  const { pace } = store.settings.get();
  if (pace === 'full') return null;
  return Math.max(1, pace === 'gentle' ? Math.floor(cores / 2) : cores - 1);
}
