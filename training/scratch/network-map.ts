/** Where photos lie, and what lies nearest to some, for the base and for the new network as it stands. */
import { LibraryMap } from '../adapt/library-map.ts';
import { type Rows, takeRows, unitRows } from '../evaluate/rows.ts';
import { writeWhole } from '../run-folder.ts';
import type { ScratchRun } from './begin-scratch.ts';
import { wholeRows } from './judge-network.ts';
import type { NetworkTask } from './learn-network.ts';
import { watchedRows } from './network-looks.ts';

export interface NetworkMap {
  /** Writes both into the run's folder. @param now  of `watchedRows`, one row each. */
  draw(now: Rows): Promise<void>;
}

/** Cost as of LibraryMap: seconds at the beginning. */
export function networkMap(
  { folder, set, request }: ScratchRun,
  { photos, before, data }: Pick<NetworkTask, 'photos' | 'before' | 'data'>,
): NetworkMap {
  const rows = watchedRows(photos);
  // As `wholeRows` has them: photos held out first.
  const first = photos.asked.length;
  const all = [...rows.asked, ...rows.known.map((row) => first + row)];
  const places = [...photos.asked, ...photos.known];
  const readable = [...before.asked.readable, ...before.known.readable];
  const kept = [...all.keys()].filter((at) => readable[all[at]!] === 1);
  const isAsked = (at: number) => at < rows.asked.length;
  const map = new LibraryMap({
    before: takeRows(wholeRows(before), all),
    heldOut: Int32Array.from(kept.filter(isAsked)),
    train: Int32Array.from(kept.filter((at) => !isAsked(at))),
    path: (at) => set.photos[data.cache.photos[places[all[at]!]!]!.index]!.path,
    seed: request.seed,
  });
  return {
    async draw(now) {
      const unit = unitRows(now);
      await writeWhole(folder.paths.map, map.draw(unit));
      await writeWhole(folder.paths.neighbours, map.neighbours(unit));
    },
  };
}
