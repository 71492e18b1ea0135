/**
 * Clusters of faces that grow by merging: average link, which for unit vectors is the product of two sums over the product of two
 * sizes, so that no matrix of pairs is kept. What a person said bounds every merge.
 */
import type { GroupedFace } from '../../contract/people.ts';

/** Some faces that look alike. Several clusters can be one person: a child and the grown woman. */
export interface Cluster {
  /** Places of the faces that make it. */
  readonly faces: number[];
  /** Sum of their descriptors. */
  readonly sum: Float64Array;
  /** Places of faces that joined without a say. */
  readonly joined: number[];
  /** Person that it belongs to because somebody said so. */
  person: number | null;
  /** Persons that none of its faces can be. */
  readonly isNot: Set<number>;
  /** Photos of its faces; those of all clusters of a person are kept with the person. */
  readonly contents: Set<number>;
  /** Clusters that may lie near it. */
  readonly near: Set<number>;
}

export class Clusters {
  readonly #faces: readonly GroupedFace[];
  readonly #all = new Map<number, Cluster>();
  /** Photos of everybody whom somebody named. */
  readonly #contentsOf = new Map<number, Set<number>>();

  /** @param rows  [N, D] by the faces' places. @param of  places that are clusters of their own at first. */
  constructor(faces: readonly GroupedFace[], rows: Float32Array, dim: number, of: readonly number[]) {
    this.#faces = faces;
    for (const place of of) {
      const { contentId, is, isNot } = faces[place]!;
      this.#all.set(place, {
        faces: [place],
        joined: [],
        sum: Float64Array.from(rows.subarray(place * dim, (place + 1) * dim)),
        person: is,
        isNot: new Set(isNot),
        contents: new Set([contentId]),
        near: new Set(),
      });
      if (is !== null) this.contentsOf(is).add(contentId);
    }
  }

  /** By the least place of its faces, which is its name. */
  get(name: number): Cluster | undefined {
    return this.#all.get(name);
  }

  entries(): IterableIterator<[number, Cluster]> {
    return this.#all.entries();
  }

  /** Mean cosine over all pairs. */
  likeness(a: Cluster, b: Cluster): number {
    let product = 0;
    for (let i = 0; i < a.sum.length; i++) product += a.sum[i]! * b.sum[i]!;
    return product / (a.faces.length * b.faces.length);
  }

  /** Whether nothing that was said, and no photo, keeps two clusters apart. */
  mayJoin(a: Cluster, b: Cluster): boolean {
    if (a.person !== null && b.person !== null) return a.person === b.person;
    if (a.person !== null && b.isNot.has(a.person)) return false;
    if (b.person !== null && a.isNot.has(b.person)) return false;
    return disjoint(this.#photosOf(a), this.#photosOf(b));
  }

  /** One takes up the other, which is no more. @returns its name: the lesser of both. */
  merge(a: number, b: number): number {
    const [name, gone] = a < b ? [a, b] : [b, a];
    const [kept, other] = [this.#all.get(name)!, this.#all.get(gone)!];
    const person = kept.person ?? other.person;
    if (person !== null) {
      const photos = this.contentsOf(person);
      for (const one of [kept, other]) if (one.person === null) for (const id of one.contents) photos.add(id);
    }
    kept.person = person;
    kept.faces.push(...other.faces);
    for (let i = 0; i < kept.sum.length; i++) kept.sum[i]! += other.sum[i]!;
    for (const one of other.isNot) kept.isNot.add(one);
    for (const one of other.contents) kept.contents.add(one);
    for (const one of other.near) {
      const neighbour = this.#all.get(one)!;
      neighbour.near.delete(gone);
      if (one === name) continue;
      neighbour.near.add(name);
      kept.near.add(one);
    }
    this.#all.delete(gone);
    return name;
  }

  /** A face joins, without a say in who joins next. */
  add(cluster: Cluster, place: number): void {
    const { contentId } = this.#faces[place]!;
    cluster.joined.push(place);
    cluster.contents.add(contentId);
    if (cluster.person !== null) this.contentsOf(cluster.person).add(contentId);
  }

  /** Whether a face may join. */
  mayAdd(cluster: Cluster, place: number): boolean {
    const { contentId, isNot } = this.#faces[place]!;
    if (cluster.person !== null && isNot.includes(cluster.person)) return false;
    return !this.#photosOf(cluster).has(contentId);
  }

  contentsOf(person: number): Set<number> {
    const known = this.#contentsOf.get(person);
    if (known) return known;
    const photos = new Set<number>();
    this.#contentsOf.set(person, photos);
    return photos;
  }

  #photosOf(cluster: Cluster): Set<number> {
    return cluster.person === null ? cluster.contents : this.contentsOf(cluster.person);
  }
}

function disjoint(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [less, more] = a.size < b.size ? [a, b] : [b, a];
  for (const one of less) if (more.has(one)) return false;
  return true;
}
