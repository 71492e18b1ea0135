/** Photos like one photo, told apart by how: of the same moment, very alike, alike, weak. Pure. */
export interface Like {
  /** Place in the timeline. */
  readonly index: number;
  readonly relevance: number;
  readonly takenAtMs: number;
}
export interface LikeSection {
  readonly name: 'moment' | 'very' | 'alike' | 'weak';
  readonly indexes: readonly number[];
}

/** A burst, a second try, a step aside. */
const momentMs = 2 * 60_000;
/** From here a person would hardly tell the scenes apart. */
const veryAlike = 0.9;

/**
 * @param likes  best first; that order stays within each section, but a moment runs by time.
 * @param takenAtMs  of the photo they are like; null where it is not known, and then no moment is told.
 * @param cut  relevance under which all are weak.
 * @returns only sections that hold something.
 */
export function likeSections(
  likes: readonly Like[],
  { takenAtMs, cut }: { takenAtMs: number | null; cut: number },
): LikeSection[] {
  const parts: Record<LikeSection['name'], Like[]> = { moment: [], very: [], alike: [], weak: [] };
  for (const like of likes) {
    // Cut-offs are twentieths, relevance is a float32: a hair must not decide.
    if (like.relevance < cut - 1e-9) parts.weak.push(like);
    else if (takenAtMs !== null && Math.abs(like.takenAtMs - takenAtMs) <= momentMs) parts.moment.push(like);
    else (like.relevance >= veryAlike ? parts.very : parts.alike).push(like);
  }
  parts.moment.sort((a, b) => a.takenAtMs - b.takenAtMs);
  return (['moment', 'very', 'alike', 'weak'] as const)
    .map((name) => ({ name, indexes: parts[name].map(({ index }) => index) }))
    .filter(({ indexes }) => indexes.length > 0);
}
