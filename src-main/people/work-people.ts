/** The people job: faces of every photo that waits, then all of them grouped. */
import type { JobControl } from '../jobs/job-list.ts';
import type { Job } from '../contract/jobs.ts';
import type { EngineProcess } from '../jobs/engine-process.ts';
import type { PeopleStore } from '../store/store.ts';
import type { FaceModel } from './face-model.ts';
import { lookForFaces } from './look-for-faces.ts';
import { groupFaces } from './regrouping.ts';

export interface WorkPeopleOptions {
  readonly people: PeopleStore;
  readonly engine: EngineProcess;
  readonly model: FaceModel;
  readonly crops: string;
  /** Called whenever faces came. */
  readonly onFaces: () => void;
  /** Called when they were grouped. */
  readonly onGrouped: () => void;
}

/**
 * Works off one people job. Begun again after a pause or a kill it goes on where the database stands.
 * @throws what the signal was aborted with; LikenessError disk-full, or what is wrong with the model.
 */
export async function workPeople(
  job: Job,
  { signal, report }: JobControl,
  options: WorkPeopleOptions,
): Promise<void> {
  const { people, engine, model, onFaces, onGrouped } = options;
  let { done, failed } = job;
  const total = done + people.faces.waitingCount(model.id);
  const tell = () => report({ phase: 'looking', done, failed, total: Math.max(total, done) });
  tell();
  await lookForFaces({
    ...options,
    signal,
    onDone: (looked, unreadable) => {
      done += looked;
      failed += unreadable;
      tell();
      onFaces();
    },
  });
  report({ phase: 'grouping', done, failed, total: Math.max(total, done) });
  await groupFaces({ people, engine, model, signal, onGrouped });
}
