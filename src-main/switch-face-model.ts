/** From one model that finds faces to another: photos are looked at again, and whatever a person decided stays. */
import type { Services } from './app.ts';
import type { Job } from './contract/jobs.ts';
import { lookForNewFaces } from './job-works.ts';
import type { FaceModel } from './people/face-model.ts';

/**
 * The switch is at once; faces of the model before stay in place until the photo is looked at again, matched by where they lie.
 * @returns the job that looks for faces anew; null where it is in use already, or faces are turned off.
 */
export function switchFaceModel(model: FaceModel, services: Services): Job | null {
  const { faceModels, jobs, announcer, modelsChanged } = services;
  if (!faceModels.use(model)) return null;
  // One that runs would go on with the model before.
  for (const { id, kind } of jobs.list()) if (kind === 'people') jobs.cancelOpen(id);
  lookForNewFaces(services);
  announcer.peopleChanged();
  modelsChanged();
  const open = jobs
    .list()
    .find(({ kind, state }) => kind === 'people' && (state === 'waiting' || state === 'running'));
  return open ?? null;
}
