/** Pairs of photos that are the same picture as some third one, and what is that to another. */
import type { DuplicateClass } from '../contract/duplicate-kinds.ts';
import type { AlikePair } from '../store/duplicate-reader.ts';

/** Classes of one picture. */
const samePicture: readonly DuplicateClass[] = ['identical', 're-encoded', 'edited'];

/**
 * All pairs within each family of pictures that lead to one another.
 * @param largest  photos of a family, at most: of a larger one nothing is said, since chains of chance may have made it.
 * @returns [a, b, a, b…], a < b, each pair once; those that are known among them.
 */
export function relatedPairs(pairs: readonly AlikePair[], largest: number): Int32Array {
  const parents = new Map<number, number>();
  const rootOf = (id: number): number => {
    let root = id;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    parents.set(id, root);
    return root;
  };
  for (const { a, b, class: name } of pairs) {
    if (!samePicture.includes(name)) continue;
    const [one, other] = [rootOf(a), rootOf(b)];
    if (one !== other) parents.set(Math.max(one, other), Math.min(one, other));
  }
  const families = new Map<number, number[]>();
  for (const id of parents.keys()) {
    const root = rootOf(id);
    const family = families.get(root) ?? [];
    family.push(id);
    families.set(root, family);
  }
  const related: number[] = [];
  for (const family of families.values()) {
    if (family.length < 3 || family.length > largest) continue;
    family.sort((one, other) => one - other);
    for (const [i, one] of family.entries())
      for (const other of family.slice(i + 1)) related.push(one, other);
  }
  return Int32Array.from(related);
}
