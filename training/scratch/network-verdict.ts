import type { Compared, Verdict } from '../../src-main/contract/learn.ts';
import { overall, verdictWords } from '../adapt/verdict.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** The verdict for people, and what to do. */
  readonly words: string;
}

/**
 * The verdict on a new network. To find a photo by a part of it is what it has practised. Of everyday photos it knows less than a
 * base that saw millions: SimCLR on CIFAR-10 comes to neighbours that name 42 % of the classes (docs/training.md), where those
 * of the built-in encoder name 51 % (docs/learning.md). So of everyday photos halves alone prove nothing; of scans they count.
 * @param moved  how far features have gone, of a tower that was trained on; null where they are others altogether.
 * @param heldOut  how many photos were held out.
 */
export function judgeFigures(
  { compared, moved }: { readonly compared: readonly Compared[]; readonly moved: number | null },
  scans: boolean,
  heldOut: number,
): Judgement {
  const judged = { compared, moved: moved ?? 0 };
  const verdict = overall(judged);
  const words = verdictWords(judged, heldOut);
  if (moved !== null) return { verdict, words };
  const proved = compared.some(({ what }) => what === 'class' || what === 'mates');
  if (verdict !== 'better' || proved) return { verdict, words };
  if (scans)
    return {
      verdict,
      words: `${words} Whether pictures of one kind lie together could not be measured: that takes some that were sorted into folders.`,
    };
  return {
    verdict: 'same',
    words:
      'The new network finds photos by a part of them better, which is what it has practised. Whether photos of one kind still lie together cannot be told without photos that were sorted into folders. Keep the encoder that you have.',
  };
}
