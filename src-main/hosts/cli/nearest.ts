/** Which known word a mistyped one was meant to be. */

/**
 * @returns the known word that begins with `word`, or else the one fewest slips away: at most one slip for
 * every three letters, two from four letters on; null when none is that near.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const typed = word.toLowerCase();
  const prefixed = typed.length >= 2 ? known.filter((one) => one.startsWith(typed)) : [];
  if (prefixed.length === 1) return prefixed[0] ?? null;
  const allowed = typed.length < 4 ? 1 : Math.max(2, Math.floor(typed.length / 3));
  let best: string | null = null;
  let fewest = allowed + 1;
  for (const one of known) {
    const slips = slipsBetween(typed, one);
    if (slips < fewest) [best, fewest] = [one, slips];
  }
  return best;
}

/** Letters to add, drop, change, or swap with their neighbour (optimal string alignment distance). */
export function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let fewest = Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        fewest = Math.min(fewest, (before[j - 2] ?? 0) + 1);
      next.push(fewest);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
