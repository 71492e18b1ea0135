/** Learning by battery or by mains power, as the person chose. */
import type { JobKind } from './contract/jobs.ts';
import type { JobList } from './jobs/job-list.ts';
import type { Store } from './store/store.ts';

/** What a host can tell of the computer's power. */
export interface Power {
  onBattery(): boolean;
  /** Calls whenever that changes. */
  onChange(listener: () => void): void;
}

/** Why a job may not begin now; null when it may. */
export function heldByBattery(kind: JobKind, power: Power | undefined, store: Store): string | null {
  if (kind !== 'learn' || !power?.onBattery() || store.settings.get().learnOnBattery) return null;
  return 'The computer runs on battery; it goes on with mains power.';
}

/** Whenever power or the choice changed: a run that may not learn now puts down what it holds; one that may again goes on. */
export function followPower(jobs: JobList, power: Power | undefined, store: Store): void {
  const running = jobs.list().find(({ kind, state }) => kind === 'learn' && state === 'running');
  if (running && heldByBattery('learn', power, store) !== null) jobs.again(running.id);
  else jobs.start();
}
