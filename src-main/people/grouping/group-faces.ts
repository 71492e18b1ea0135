/**
 * Groups faces: who is one person. Clusters are merged from the likest pair on, as long as two are likely the same and nothing
 * keeps them apart; faces that cannot be told well come last and found nothing. The outcome is a function of the set of faces and
 * of what was said about them, whatever order they came in.
 */
import { type Neighbours, findNeighbours } from '../../../models/neighbours.ts';
import type { Session } from '../../../models/inference.ts';
import type { GroupedFace, Grouping } from '../../contract/people.ts';
import { type Cluster, Clusters } from './clusters.ts';
import { MergeQueue } from './merge-queue.ts';
import type { GroupingRules } from './rules.ts';

/** Faces whose likeness to each face is known: enough for the first merges, which bring further ones along. */
const neighbourCount = 40;
/** Questions that are told. */
const mostQuestions = 2000;

/**
 * @param rows  [N, D], unit: row i belongs to faces[i].
 * @param open  loads a model from its bytes.
 * Cost: docs/people.md.
 */
export async function groupFaces(
  faces: readonly GroupedFace[],
  rows: Float32Array,
  {
    dim,
    rules,
    open,
  }: {
    readonly dim: number;
    readonly rules: GroupingRules;
    readonly open: (model: Uint8Array) => Promise<Session>;
  },
): Promise<Grouping> {
  const sorted = inOrder(faces, rows, dim);
  const nearest = await findNeighbours(sorted.rows, dim, neighbourCount, open);
  const { faces: placed, rows: placedRows } = sorted;
  const one = oneOfEach(placed);
  const founds = (place: number) =>
    one[place] === 1 && (placed[place]!.is !== null || placed[place]!.quality >= rules.leastQuality);
  const places = [...placed.keys()];
  const clusters = new Clusters(placed, placedRows, dim, places.filter(founds));
  link(clusters, nearest);
  agglomerate(clusters, rules);
  const late = places.filter((place) => one[place] === 1 && !founds(place));
  joinLate(clusters, late, { nearest, rows: placedRows, dim, rules });
  return told(clusters, { faces: placed, rows: placedRows, dim, rules });
}

/** By their descriptors, then by quality: an order that no arrival has a part in. Only faces that are the same in all go by id. */
function inOrder(faces: readonly GroupedFace[], rows: Float32Array, dim: number) {
  const order = [...faces.keys()].sort((a, b) => {
    for (let d = 0; d < dim; d++) {
      const difference = rows[a * dim + d]! - rows[b * dim + d]!;
      if (difference !== 0) return difference;
    }
    return faces[a]!.quality - faces[b]!.quality || faces[a]!.id - faces[b]!.id;
  });
  const sorted = new Float32Array(rows.length);
  for (const [place, from] of order.entries())
    sorted.set(rows.subarray(from * dim, (from + 1) * dim), place * dim);
  return { faces: order.map((from) => faces[from]!), rows: sorted };
}

/** 1 for every face but those that would show somebody on a photo twice: the store refuses them, so that there are none but by damage. */
function oneOfEach(faces: readonly GroupedFace[]): Uint8Array {
  const seen = new Set<string>();
  return Uint8Array.from(faces, ({ is, contentId }) => {
    if (is === null) return 1;
    const key = `${is} ${contentId}`;
    if (seen.has(key)) return 0;
    seen.add(key);
    return 1;
  });
}

/** Clusters of one face lie near those of its neighbours. */
function link(clusters: Clusters, { k, places }: Neighbours): void {
  for (const [place, cluster] of clusters.entries())
    for (let i = place * k; i < (place + 1) * k; i++) {
      const other = places[i]!;
      const neighbour = other < 0 ? undefined : clusters.get(other);
      if (!neighbour) continue;
      cluster.near.add(other);
      neighbour.near.add(place);
    }
}

/** Merges the likest two again and again. A proposal that is older than its clusters is passed over: a newer one stands in the queue. */
function agglomerate(clusters: Clusters, { same, lonely }: GroupingRules): void {
  const queue = new MergeQueue();
  /** The fewer pairs a mean is of, the less it is worth. */
  const excess = (a: Cluster, b: Cluster) =>
    clusters.likeness(a, b) - lonely / (a.faces.length * b.faces.length);
  const propose = (a: number, b: number) => {
    const likeness = excess(clusters.get(a)!, clusters.get(b)!);
    if (likeness >= same) queue.push({ likeness, a: Math.min(a, b), b: Math.max(a, b) });
  };
  for (const [name, { near }] of clusters.entries())
    for (const other of near) if (name < other) propose(name, other);
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [a, b] = [clusters.get(next.a), clusters.get(next.b)];
    if (!a || !b || excess(a, b) !== next.likeness || !clusters.mayJoin(a, b)) continue;
    const name = clusters.merge(next.a, next.b);
    for (const other of clusters.get(name)!.near) propose(name, other);
  }
}

interface LateOptions {
  readonly nearest: Neighbours;
  readonly rows: Float32Array;
  readonly dim: number;
  readonly rules: GroupingRules;
}

/** Faces that found nothing join the cluster that they are likest to, the likest first; none of them brings another one along. */
function joinLate(
  clusters: Clusters,
  late: readonly number[],
  { nearest, rows, dim, rules }: LateOptions,
): void {
  const home = new Map<number, number>();
  for (const [name, { faces }] of clusters.entries()) for (const place of faces) home.set(place, name);
  const queue = new MergeQueue();
  for (const place of late) {
    const { k, places } = nearest;
    const names = new Set<number>();
    for (const other of places.subarray(place * k, (place + 1) * k)) {
      const name = home.get(other);
      if (name !== undefined) names.add(name);
    }
    for (const name of names) {
      const { sum, faces } = clusters.get(name)!;
      const likeness = product(sum, rows, place * dim) / faces.length;
      if (likeness >= rules.join) queue.push({ likeness, a: place, b: name });
    }
  }
  const joined = new Set<number>();
  for (let next = queue.pop(); next; next = queue.pop()) {
    const cluster = clusters.get(next.b)!;
    if (joined.has(next.a) || !clusters.mayAdd(cluster, next.a)) continue;
    joined.add(next.a);
    clusters.add(cluster, next.a);
  }
}

interface ToldOptions extends Omit<LateOptions, 'nearest'> {
  readonly faces: readonly GroupedFace[];
}

/** Clusters of one person are one group. */
function told(clusters: Clusters, { faces, rows, dim, rules }: ToldOptions): Grouping {
  const groups: { person: number | null; clusters: Cluster[] }[] = [];
  const ofPerson = new Map<number, number>();
  const groupOf = new Map<number, number>();
  const unknown: number[] = [];
  const inGroup = new Set<number>();
  for (const [name, cluster] of [...clusters.entries()].sort(([a], [b]) => a - b)) {
    if (cluster.person === null && cluster.faces.length + cluster.joined.length < 2) continue;
    let at = cluster.person === null ? undefined : ofPerson.get(cluster.person);
    if (at === undefined) {
      at = groups.push({ person: cluster.person, clusters: [] }) - 1;
      if (cluster.person !== null) ofPerson.set(cluster.person, at);
    }
    groups[at]!.clusters.push(cluster);
    groupOf.set(name, at);
    for (const place of membersOf(cluster)) inGroup.add(place);
  }
  for (const place of faces.keys()) if (!inGroup.has(place)) unknown.push(faces[place]!.id);
  const sizes = groups.map(({ clusters: own }) =>
    own.reduce((sum, cluster) => sum + membersOf(cluster).length, 0),
  );
  return {
    groups: groups.map(({ person, clusters: own }) => ({
      person,
      faces: own.flatMap((cluster) =>
        membersOf(cluster).map((place, at) => {
          const { id, is } = faces[place]!;
          if (person !== null && is === person) return { id, sure: 1 };
          const own = at < cluster.faces.length;
          const near = closeness(cluster, product(cluster.sum, rows, place * dim), own);
          return { id, sure: likelihood(near, rules) };
        }),
      ),
    })),
    unknown,
    questions: questions(clusters, { groupOf, sizes, rules }),
  };
}

/** Those that make the cluster first, then those that only joined it. */
const membersOf = ({ faces, joined }: Cluster): readonly number[] => [...faces, ...joined];

/**
 * Mean cosine of a face to the others that make its cluster.
 * @param all  its product with their sum. @param own  it is one of them: of the sum, 1 is its own.
 */
function closeness({ faces }: Cluster, all: number, own: boolean): number {
  if (!own) return all / faces.length;
  return faces.length > 1 ? (all - 1) / (faces.length - 1) : 1;
}

/** Groups that lie near each other and are not one by themselves, the most useful question first: likely, and about many faces. */
function questions(
  clusters: Clusters,
  {
    groupOf,
    sizes,
    rules,
  }: {
    readonly groupOf: ReadonlyMap<number, number>;
    readonly sizes: readonly number[];
    readonly rules: GroupingRules;
  },
): Grouping['questions'] {
  const best = new Map<string, { a: number; b: number; likeness: number }>();
  for (const [name, cluster] of clusters.entries())
    for (const other of cluster.near) {
      const [a, b] = [groupOf.get(name), groupOf.get(other)];
      if (a === undefined || b === undefined || a >= b) continue;
      const neighbour = clusters.get(other)!;
      const likeness = clusters.likeness(cluster, neighbour);
      if (likeness < rules.ask || !clusters.mayJoin(cluster, neighbour)) continue;
      const key = `${a} ${b}`;
      if (likeness > (best.get(key)?.likeness ?? -1)) best.set(key, { a, b, likeness });
    }
  const worth = ({ a, b, likeness }: { a: number; b: number; likeness: number }) =>
    likelihood(likeness, rules) * Math.min(sizes[a]!, sizes[b]!);
  return [...best.values()]
    .sort((one, other) => worth(other) - worth(one) || one.a - other.a || one.b - other.b)
    .slice(0, mostQuestions)
    .map(({ a, b, likeness }) => ({ a, b, likeness: likelihood(likeness, rules) }));
}

const likelihood = (cosine: number, { likely: { weight, bias } }: GroupingRules): number =>
  1 / (1 + Math.exp(-(weight * cosine + bias)));

function product(sum: Float64Array, rows: Float32Array, from: number): number {
  let total = 0;
  for (let i = 0; i < sum.length; i++) total += sum[i]! * rows[from + i]!;
  return total;
}
