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
 * @param likes  matches, best first; that order stays within each section, but a moment runs by time.
 * @param takenAtMs  of the photo they are like; null where it is not known, and then no moment is told.
 * @param weak  what lies below the line and is shown all the same.
 * @returns only sections that hold something.
 */
export function likeSections(
  likes: readonly Like[],
  { takenAtMs, weak }: { takenAtMs: number | null; weak: readonly Like[] },
): LikeSection[] {
  const moment: Like[] = [];
  const very: Like[] = [];
  const alike: Like[] = [];
  for (const like of likes) {
    if (takenAtMs !== null && Math.abs(like.takenAtMs - takenAtMs) <= momentMs) moment.push(like);
    else (like.relevance >= veryAlike ? very : alike).push(like);
  }
  moment.sort((a, b) => a.takenAtMs - b.takenAtMs);
  const sections = Object.entries({ moment, very, alike, weak }) as [LikeSection['name'], readonly Like[]][];
  return sections
    .map(([name, all]) => ({ name, indexes: all.map(({ index }) => index) }))
    .filter(({ indexes }) => indexes.length > 0);
}
