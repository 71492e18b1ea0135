/** A disk that is full is no reason to lose a training: it waits until there is room. */
import { setTimeout as wait } from 'node:timers/promises';
import { LikenessError } from '../src-main/contract/errors.ts';
import { isDiskFull } from './run-folder.ts';

/** Between two tries. */
const retryMs = 5_000;

/**
 * Saves; while the disk is full, waits for room and tries again.
 * @throws LikenessError when asked to stop meanwhile; whatever else `save` throws.
 */
export async function whileDiskIsFull(
  { note, signal }: { readonly note: (text: string) => void; readonly signal: AbortSignal },
  save: () => Promise<void>,
): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      await save();
      if (told) note('There is room on the disk again: the training goes on.');
      return;
    } catch (thrown) {
      if (!isDiskFull(thrown)) throw thrown;
      if (signal.aborted)
        throw new LikenessError(
          'disk-full',
          'The disk is full, so what was learned since the last checkpoint could not be kept.',
          'Free some space, then resume: the run goes on from its last checkpoint.',
          { cause: thrown },
        );
      if (!told) note('The disk is full, so the training pauses. Free some space, and it goes on by itself.');
      await wait(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}
