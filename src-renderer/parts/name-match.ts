/** Which of the names that are known a person may be writing. Pure. */
import { nameWords } from '../../src-main/contract/names.ts';

const keyOf = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** Whether giving one name would join whoever has the other: case does not matter, accents do, as the library holds it. */
export const isSameName = (a: string, b: string): boolean => keyOf(a) === keyOf(b);

/**
 * Those whose words begin as what is typed does, in the order given; all of them for an empty text.
 * @param most  how many at most.
 */
export function matchNames<T extends { readonly name: string }>(
  typed: string,
  known: readonly T[],
  most: number,
): T[] {
  const wanted = nameWords(typed).map(({ folded }) => folded);
  const fits = ({ name }: T) => {
    const own = nameWords(name).map(({ folded }) => folded);
    return wanted.every((part) => own.some((word) => word.startsWith(part)));
  };
  return known.filter(fits).slice(0, most);
}
