/**
 * Clusters by look: k-means (the library ml-kmeans) on the encoder's features of a sample, then every photo goes to the nearest
 * middle, unless it is as far from it as strangers are. Begun from the middles of before, so that a cluster stays the same one.
 */
import { createHash } from 'node:crypto';
import { kmeans } from 'ml-kmeans';
import { dot, toUnit } from '../../models/embedding.ts';
import type { Session } from '../../models/inference.ts';
import { nearestRows } from '../../models/neighbours.ts';
import type { ClusterCentre } from '../store/cluster-centres.ts';

/** Photos by their features: row i is the photo named names[i]. */
export interface ClusteredPhotos {
  /** Hashes of their bytes. */
  readonly names: readonly string[];
  /** [N, D], unit. */
  readonly rows: Float32Array;
  readonly dim: number;
}

export interface Clusters {
  readonly centres: readonly ClusterCentre[];
  /** The centre of each photo; -1: none is near enough. */
  readonly places: Int32Array;
}

/** Photos that the middles are found with. */
const sampled = 5_000;
const rounds = 15;
const mostClusters = 150;
/** How many clusters a library has where nobody says: the square root of half its photos. */
export function usualClusters(photos: number): number {
  return Math.max(1, Math.min(mostClusters, Math.round(Math.sqrt(photos / 2))));
}

/**
 * @param before  middles to begin with; further ones are added, or the last ones left out, until there are `k`.
 * @returns centres in the order of `before`, those without a photo left out. A function of the set of photos and of `before`.
 */
export async function clustersOf(
  photos: ClusteredPhotos,
  k: number,
  before: readonly ClusterCentre[],
  open: (model: Uint8Array) => Promise<Session>,
): Promise<Clusters> {
  const { names, rows, dim } = photos;
  const rowAt = (place: number) => rows.subarray(place * dim, (place + 1) * dim);
  // By their names, which are as good as random, and the same whatever order photos came in.
  const order = [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const sample = order.slice(0, sampled);
  const wanted = Math.min(k, sample.length);
  if (wanted === 0) return { centres: [], places: new Int32Array(0) };
  const known = before.filter(({ centre }) => centre.length === dim).slice(0, wanted);
  const seeds = [
    ...known.map(({ centre }) => centre),
    ...farApart(sample.map(rowAt), known, wanted - known.length),
  ];
  const { centroids } = kmeans(
    sample.map((place) => [...rowAt(place)]),
    seeds.length,
    { initialization: seeds.map((seed) => [...seed]), maxIterations: rounds },
  );
  const middles = centroids.map((centre) => toUnit(Float32Array.from(centre)));
  const matrix = new Float32Array(middles.length * dim);
  for (const [i, middle] of middles.entries()) matrix.set(middle, i * dim);
  const nearest = await nearestRows(rows, matrix, dim, { k: 2, open });
  const least = strangersAt(nearest.cosines, middles.length);
  /** Of each middle the photo that is nearest to it, of equal ones the first by name. */
  const nearestTo = new Map<number, { readonly name: string; readonly likeness: number }>();
  const found = Int32Array.from(names, (name, i) => {
    const likeness = nearest.cosines[2 * i]!;
    if (likeness < least) return -1;
    const place = nearest.places[2 * i]!;
    const best = nearestTo.get(place);
    const nearer = !best || likeness > best.likeness || (likeness === best.likeness && name < best.name);
    if (nearer) nearestTo.set(place, { name, likeness });
    return place;
  });
  const kept = middles.flatMap((centre, i) => (nearestTo.has(i) ? [{ i, centre }] : []));
  const placeOf = new Map(kept.map(({ i }, place) => [i, place]));
  const taken = new Set<string>();
  const centres = kept.map(({ i, centre }) => {
    const id = known[i]?.id ?? idOf(nearestTo.get(i)!.name, taken);
    taken.add(id);
    return { id, centre };
  });
  return { centres, places: found.map((i) => placeOf.get(i) ?? -1) };
}

/** Each of some next to the ones before it that is least like any: a sample of a few for each, so that outliers are not all there is. */
function farApart(
  sample: readonly Float32Array[],
  known: readonly ClusterCentre[],
  count: number,
): Float32Array[] {
  const chosen: Float32Array[] = [];
  const likest = sample.map((row) => Math.max(-1, ...known.map(({ centre }) => dot(row, centre))));
  const step = Math.max(1, Math.floor(sample.length / Math.max(1, count)));
  for (let n = 0; n < count; n++) {
    // One stretch of the sample each: its photo that is least like the seeds so far.
    let best = Math.min(n * step, sample.length - 1);
    for (let i = best; i < Math.min(sample.length, (n + 1) * step); i++)
      if (likest[i]! < likest[best]!) best = i;
    const seed = sample[best]!;
    chosen.push(seed);
    for (const [i, row] of sample.entries()) likest[i] = Math.max(likest[i]!, dot(row, seed));
  }
  return chosen;
}

/** The cosine from which on a photo belongs to its middle: what photos and the middles next to theirs have in common on average. */
function strangersAt(cosines: Float32Array, middles: number): number {
  if (middles < 2) return -1;
  const next = cosines.filter((_, i) => i % 2 === 1);
  return next.reduce((sum, value) => sum + value, 0) / next.length;
}

/** After the photo nearest to the middle. */
function idOf(name: string, taken: ReadonlySet<string>): string {
  for (let n = 0; ; n++) {
    const id = createHash('sha256').update(`cluster ${name} ${n}`).digest('hex').slice(0, 16);
    if (!taken.has(id)) return id;
  }
}
