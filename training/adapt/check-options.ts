import { LikenessError } from '../../src-main/contract/errors.ts';
import type { LearnOptions } from '../../src-main/contract/learn.ts';

/** @throws LikenessError bad-input for options that an adapter cannot be learned with. */
export function checkOptions({ method, smallestCrop, colour, grey, blur, mirror }: LearnOptions): void {
  if (method !== undefined && method !== null)
    throw new LikenessError(
      'bad-input',
      `An adapter learns by a method of its own, not by ${method}.`,
      'Leave the method out, or train a new network.',
    );
  // Grey and blur in every view change all of them in the same way; whatever varies makes them differ.
  const varies =
    (smallestCrop ?? 0) < 1 ||
    colour !== 0 ||
    mirror !== false ||
    [grey, blur].some((share) => share !== undefined && share !== null && share > 0 && share < 1);
  if (!varies)
    throw new LikenessError(
      'bad-input',
      'With the whole photo in every view, and neither colours nor mirroring changed, all views of a photo are the same: there is nothing to learn from.',
      'Let views show less than the whole photo, or change their colours.',
    );
}
