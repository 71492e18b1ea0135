/**
 * Groups of photos from pairs. Complete link: every two photos of a group are alike by themselves, so that no chain of small
 * steps leads from one photo to a wholly different one. A function of the set of pairs, whatever order photos came in.
 */
import { type DuplicateClass, duplicateClasses } from '../contract/duplicate-kinds.ts';

export interface GroupPair {
  /** Names of photos, the same whatever order they came in. */
  readonly a: string;
  readonly b: string;
  readonly class: DuplicateClass;
  readonly distance: number;
}

export interface PairGroup {
  readonly class: DuplicateClass;
  /** Rising. */
  readonly names: readonly string[];
}

interface Link {
  readonly rank: number;
  readonly distance: number;
}

const rankOf = new Map(duplicateClasses.map((name, rank) => [name, rank]));

/**
 * How far photos are shared out. `once`: a photo is in one group at most, so that it cannot be kept in one and thrown away in another.
 * `each`: every photo is in one at least. `pairs`: every pair is in one; an original and two of its edits that have nothing in
 * common are two groups.
 */
const spread = {
  identical: 'once',
  're-encoded': 'once',
  edited: 'pairs',
  burst: 'each',
  similar: 'each',
} as const satisfies Record<DuplicateClass, 'once' | 'each' | 'pairs'>;

/**
 * A group of a class holds photos that are alike at least in that way, two of them in no stricter one; so that a photo and its copies
 * are together in the group of their re-encodings, too.
 * @returns the strictest class first.
 */
export function groupPairs(pairs: readonly GroupPair[]): PairGroup[] {
  const links = linksOf(pairs);
  const groups: PairGroup[] = [];
  for (const [rank, name] of duplicateClasses.entries()) {
    const exact = pairs.filter((pair) => rankOf.get(pair.class) === rank).sort(nearestFirst);
    const grouped = new Set<string>();
    const covered = new Set<string>();
    const begin = ({ a, b }: GroupPair, taken: ReadonlySet<string>) => {
      const names = grow([a, b], rank, links, taken);
      for (const one of names) grouped.add(one);
      for (const one of names) for (const other of names) if (one < other) covered.add(keyOf(one, other));
      groups.push({ class: name, names });
    };
    if (spread[name] === 'pairs') {
      for (const pair of exact) if (!covered.has(keyOf(pair.a, pair.b))) begin(pair, new Set());
      continue;
    }
    for (const pair of exact) if (!grouped.has(pair.a) && !grouped.has(pair.b)) begin(pair, grouped);
    if (spread[name] === 'once') continue;
    // Whoever is left over is shown beside one that has its group already.
    for (const pair of exact) if (!grouped.has(pair.a) || !grouped.has(pair.b)) begin(pair, new Set());
  }
  return groups;
}

/** Adds whoever is alike to all, the one whose farthest is nearest first. */
function grow(
  seed: readonly [string, string],
  rank: number,
  links: ReadonlyMap<string, ReadonlyMap<string, Link>>,
  taken: ReadonlySet<string>,
): string[] {
  const names = [...seed];
  /** Whoever is alike to all so far, and how far their farthest is. */
  let open = new Map<string, number>();
  for (const [name, link] of links.get(seed[0])!)
    if (link.rank <= rank && !taken.has(name) && name !== seed[1]) open.set(name, link.distance);
  let added: string = seed[1];
  for (;;) {
    const near = links.get(added)!;
    const still = new Map<string, number>();
    let best: { name: string; farthest: number } | null = null;
    for (const [name, farthest] of open) {
      const link = near.get(name);
      if (name === added || !link || link.rank > rank) continue;
      const far = Math.max(farthest, link.distance);
      still.set(name, far);
      if (!best || far < best.farthest || (far === best.farthest && name < best.name))
        best = { name, farthest: far };
    }
    if (!best) return names.sort();
    names.push(best.name);
    added = best.name;
    open = still;
  }
}

function linksOf(pairs: readonly GroupPair[]): Map<string, Map<string, Link>> {
  const links = new Map<string, Map<string, Link>>();
  const link = (from: string, to: string, one: Link) => {
    const known = links.get(from) ?? new Map<string, Link>();
    known.set(to, one);
    links.set(from, known);
  };
  for (const { a, b, class: name, distance } of pairs) {
    const one = { rank: rankOf.get(name)!, distance };
    link(a, b, one);
    link(b, a, one);
  }
  return links;
}

const keyOf = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`);

function nearestFirst(one: GroupPair, other: GroupPair): number {
  const [first, second] = [keyOf(one.a, one.b), keyOf(other.a, other.b)];
  return one.distance - other.distance || (first < second ? -1 : first > second ? 1 : 0);
}
