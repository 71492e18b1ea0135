/** Which boxes of one photo mean the same face. */
import type { Box } from '../contract/people.ts';

/** Two boxes that overlap by less are two faces. The published apps that keep faces over a new look cut here, too. */
const leastOverlap = 0.5;

/** Area that two boxes share, over the area that either covers: 0..1. */
export function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (aw * ah + bw * bh - shared);
}

/**
 * Pairs two lists of boxes, the best overlap first, each box once.
 * @returns for each box of `a` its place in `b`, or null where none overlaps by half. Equal overlaps go by place.
 */
export function matchBoxes(a: readonly Box[], b: readonly Box[]): (number | null)[] {
  const pairs: { a: number; b: number; shared: number }[] = [];
  for (const [i, box] of a.entries())
    for (const [j, other] of b.entries()) {
      const shared = overlap(box, other);
      if (shared >= leastOverlap) pairs.push({ a: i, b: j, shared });
    }
  pairs.sort((one, two) => two.shared - one.shared || one.a - two.a || one.b - two.b);
  const matched = a.map((): number | null => null);
  const taken = new Set<number>();
  for (const pair of pairs) {
    if (matched[pair.a] !== null || taken.has(pair.b)) continue;
    matched[pair.a] = pair.b;
    taken.add(pair.b);
  }
  return matched;
}
