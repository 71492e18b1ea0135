/** Clusters of a whole library, with their photos and names. */
import { type EncoderCard, likenessOutput } from '../../models/card.ts';
import { dot, meanDirection, rowOf } from '../../models/embedding.ts';
import type { Session } from '../../models/inference.ts';
import type { EngineCalls } from '../contract/engine.ts';
import type { PhotoId } from '../contract/photo.ts';
import type { StoreReader } from '../store/store.ts';
import { type Vectors, readVectors } from '../store/read-vectors.ts';
import { type ClusteredPhotos, clustersOf, usualClusters } from './clusters.ts';
import { clusterWords, namesOf } from './name-clusters.ts';

export interface ClusterLibraryOptions {
  readonly encoderId: string;
  readonly card: Pick<EncoderCard, 'image'>;
  /** Words → unit vectors; null for an encoder that knows none. */
  readonly encodeWords: ((words: readonly string[]) => Promise<Float32Array[]>) | null;
  /** null: as many as suit the library, begun from those of before. */
  readonly k: number | null;
  readonly open: (model: Uint8Array) => Promise<Session>;
}

/** Photos that were not analysed yet are left out. */
export async function clusterLibrary(
  reader: StoreReader,
  { encoderId, card, encodeWords, k, open }: ClusterLibraryOptions,
): Promise<EngineCalls['clusters'][1]> {
  const features = readVectors(reader.vectors, encoderId, likenessOutput(card.image));
  const files = reader.collections.files();
  if (!features) return { clusters: [], noise: [], centres: [] };
  const photos = photosOf(features, files);
  const wanted = k ?? usualClusters(photos.names.length);
  const before = k === null ? reader.clusterCentres.of(encoderId) : [];
  const { centres, places } = await clustersOf(photos, wanted, before, open);
  const placeOf = new Map(photos.names.map((name, i) => [name, places[i]!]));
  const rowOfName = new Map(photos.names.map((name, i) => [name, i]));
  const members: { id: PhotoId; path: string; nearness: number }[][] = centres.map(() => []);
  const noise: string[] = [];
  for (const { id, hash, path } of files) {
    const place = placeOf.get(hash);
    if (place === undefined) continue;
    if (!members[place]) {
      noise.push(path);
      continue;
    }
    const row = rowOf(photos.rows, rowOfName.get(hash)!, photos.dim);
    members[place].push({ id, path, nearness: dot(row, centres[place]!.centre) });
  }
  const named = encodeWords ? await nameThem(reader, encoderId, files, placeOf, encodeWords) : null;
  const clusters = centres
    .map(({ id }, i) => ({
      id,
      label: named?.[i] ?? null,
      paths: members[i]!.map(({ path }) => path),
      photos: members[i]!.toSorted((a, b) => b.nearness - a.nearness || a.id - b.id).map(({ id }) => id),
    }))
    .sort((a, b) => b.paths.length - a.paths.length || (a.id < b.id ? -1 : 1));
  return { clusters, noise, centres };
}

type Files = ReturnType<StoreReader['collections']['files']>;

/** Each content once. */
function photosOf({ contentIds, rows, dim }: Vectors, files: Files): ClusteredPhotos {
  const rowsOf = new Map([...contentIds].map((id, place) => [id, place]));
  const wanted = new Map<string, number>();
  for (const { contentId, hash } of files) {
    const place = rowsOf.get(contentId);
    if (place !== undefined) wanted.set(hash, place);
  }
  const own = new Float32Array(wanted.size * dim);
  for (const [i, place] of [...wanted.values()].entries())
    own.set(rows.subarray(place * dim, (place + 1) * dim), i * dim);
  return { names: [...wanted.keys()], rows: own, dim };
}

async function nameThem(
  reader: StoreReader,
  encoderId: string,
  files: Files,
  placeOf: ReadonlyMap<string, number>,
  encodeWords: (words: readonly string[]) => Promise<Float32Array[]>,
): Promise<(string | null)[]> {
  const embedding = readVectors(reader.vectors, encoderId, 'embedding');
  if (!embedding) return [];
  const { names, rows, dim } = photosOf(embedding, files);
  const byCluster = new Map<number, Float32Array[]>();
  const all = names.map((_, i) => rowOf(rows, i, dim));
  for (const [i, name] of names.entries()) {
    const place = placeOf.get(name) ?? -1;
    byCluster.set(place, [...(byCluster.get(place) ?? []), all[i]!].slice(-200));
  }
  const count = Math.max(-1, ...byCluster.keys()) + 1;
  const means = Array.from({ length: count }, (_, place) => meanDirection(byCluster.get(place) ?? all));
  const found = namesOf(means, meanDirection(all), await encodeWords(clusterWords));
  return found.map((word) => (word === null ? null : clusterWords[word]!));
}
