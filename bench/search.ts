/**
 * How long a query takes in a real library of 100,000 photos, and the memory it holds. Then its vectors alone, up to a
 * million, beside a plain loop and a bare read of the same bytes.
 *
 * npm run bench -- search [--quick] [--threads N] [--cpu]
 *   --quick   leaves out the million and makes a smaller library
 *   --cpu     counts processor time instead of the clock, for a machine that others use meanwhile; best with --threads 1
 * Everything is timed interleaved in one run: trust the ratios more than the milliseconds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEncoderCard } from '../models/card.ts';
import type { ContentId } from '../src-main/contract/photo.ts';
import { openSession } from '../src-main/encode/session.ts';
import { TextEncoder } from '../src-main/encode/text-encoder.ts';
import { LibraryIndex, type LibraryView } from '../src-main/search/library-index.ts';
import { PhotoTable } from '../src-main/search/photo-table.ts';
import { openCompare, type OpenModel } from '../src-main/search/rank-model.ts';
import { rankPhotos } from '../src-main/search/rank-photos.ts';
import { search } from '../src-main/search/search.ts';
import { similar } from '../src-main/search/similar.ts';
import { VectorIndex } from '../src-main/search/vector-index.ts';
import { openLibrary, openLibraryReader } from '../src-main/store/open.ts';
import { fillLibrary, randomUnit, syntheticTimeline } from './parts/synthetic-library.ts';
import { percentile, printTable, residentMiB, timed as timedWall, timedCpu } from './parts/timing.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    threads: { type: 'string', default: '' },
  },
});
const timed = options.cpu ? timedCpu : timedWall;
const threadCounts = options.threads ? [Number(options.threads)] : [1, Math.min(4, cpus().length)];
const builtIn = join(import.meta.dirname, '../models/built-in');
const rounds = 60;
const roundsOfMillion = 20;
const encodePhoto = () => Promise.reject(new Error('Photos of the library need no encoding.'));
/** What is typed, by how many names match. */
const questions = [
  {
    name: 'text, no name matches',
    queries: ['two dogs run on a beach', 'sunset', 'a child in a red coat jumps'],
  },
  { name: 'text, a fifth of the names match', queries: ['dog in Rome', 'birthday cake', 'paris at night'] },
  { name: 'text, every name matches', queries: ['IMG'] },
];

const figures: Record<string, unknown> = {
  bench: 'search',
  cpuTime: options.cpu,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
};
const sizes = [100_000, ...(options.quick ? [] : [1_000_000])];
// First, while memory still shows what the library takes.
await wholeWay(options.quick ? 10_000 : 100_000);
for (const photos of sizes) for (const dim of [256, 512]) await vectorsAlone(photos, dim);
console.log(JSON.stringify(figures));

/** Cosines and ranking of `photos` random vectors, without a database. */
async function vectorsAlone(photos: number, dim: number): Promise<void> {
  const compare = await Promise.all(
    threadCounts.map((threads) => openCompare((bytes) => openSession(bytes, { threads }))),
  );
  // All indexes would hold the same vectors: one is filled, and compares by whatever the round asks for.
  let threadsNow = 0;
  const vectors = new VectorIndex({
    encoderId: 'bench',
    dim,
    compare: (...given) => compare[threadsNow]!(...given),
  });
  const random = randomUnit(dim, 1);
  for (let id = 1; id <= photos; id += 1) vectors.put(id as ContentId, random());
  const table = new PhotoTable();
  table.follow(syntheticTimeline(photos));
  const query = random();
  const scores = new Float32Array(16_400);
  // A chunk as the index holds it; the bare read goes over as many of them as the index has.
  const chunks = Array.from({ length: Math.ceil(photos / 16_400) }, () =>
    new Float32Array(16_400 * dim).fill(0.5),
  );
  const bytes = chunks.map((chunk) => [Buffer.from(chunk.buffer), Buffer.from(chunk.buffer)] as const);
  const library = { photos: table, vectors, reader: { photos: { pathOf: (id: number) => `/${id}` } } };

  const times: Record<string, number[]> = { 'bare read': [], 'plain loop': [] };
  const roundsHere = photos < 1_000_000 ? rounds : roundsOfMillion;
  for (let round = -2; round < roundsHere; round += 1) {
    const note = (name: string, milliseconds: number) => {
      if (round >= 0) (times[name] ??= []).push(milliseconds);
    };
    note('bare read', await timed(() => bytes.every(([one, same]) => one.equals(same))));
    for (const [index, threads] of threadCounts.entries()) {
      threadsNow = index;
      let cosines: Float32Array = new Float32Array();
      note(
        `cosines, ${threads} thr.`,
        await timed(async () => (cosines = await vectors.cosines({ encoderId: 'bench', vector: query }))),
      );
      if (index > 0) continue;
      note(
        'rank 100',
        await timed(() =>
          rankPhotos(library as unknown as LibraryView, {
            cosines,
            names: null,
            filter: {},
            admits: null,
            limit: 100,
            offset: 0,
            calibration: { bias: -6, weight: 12 },
          }),
        ),
      );
    }
    // A tenth of the rounds: it is slow and steady.
    if (round % 10 === 0)
      note('plain loop', await timed(() => chunks.forEach((chunk) => plainLoop(query, chunk, scores))));
  }
  const bound = percentile(times['bare read']!, 50);
  console.log(
    `\n${photos.toLocaleString('en')} × ${dim} float32 = ${((photos * dim * 4) / 2 ** 20).toFixed(0)} MiB`,
  );
  figures[`${photos}x${dim}`] = printTable(times, bound);
}

/** What a reader of the code would write first, with four sums so that the processor can overlap them. */
function plainLoop(query: Float32Array, matrix: Float32Array, scores: Float32Array): void {
  const dim = query.length;
  for (let row = 0; row < scores.length; row += 1) {
    const start = row * dim;
    let a = 0,
      b = 0,
      c = 0,
      d = 0;
    for (let place = 0; place < dim; place += 4) {
      a += query[place]! * matrix[start + place]!;
      b += query[place + 1]! * matrix[start + place + 1]!;
      c += query[place + 2]! * matrix[start + place + 2]!;
      d += query[place + 3]! * matrix[start + place + 3]!;
    }
    scores[row] = a + b + c + d;
  }
}

/** A typed query: text tower, catching up with the database, cosines, names, ranking, paths. */
async function wholeWay(photos: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  const threads = threadCounts.at(-1)!;
  const openModel: OpenModel = (bytes) => openSession(bytes, { threads });
  try {
    const card = readEncoderCard(builtIn);
    const store = openLibrary(join(root, 'library'));
    const makeMs = await timed(() => fillLibrary(store, join(root, 'Pictures'), { photos, card }));
    console.log(
      `\nA library of ${photos.toLocaleString('en')} photos, made in ${(makeMs / 1000).toFixed(0)} s`,
    );
    const text = await TextEncoder.open(builtIn, { threads });
    await text.encodeQuery('warm up');
    const before = residentMiB();
    const index = await LibraryIndex.open(openLibraryReader(join(root, 'library')), openModel);
    const loadMs = await timed(() => index.follow(card.id));
    const heldMiB = residentMiB() - before;

    const towerMs: number[] = [];
    const encodeQuery = async (query: string) => {
      let vector: Float32Array = new Float32Array();
      towerMs.push(await timed(async () => (vector = await text.encodeQuery(query))));
      return { encoderId: card.id, vector };
    };
    const services = { index, encoderId: card.id, card, encodeQuery };
    const page = { filter: {}, limit: 100, offset: 0 };
    const times: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round += 1)
      for (const { name, queries } of questions) {
        const query = queries[round % queries.length]!;
        const total = await timed(() => search({ query, ...page }, services));
        (times[name] ??= []).push(total - towerMs.at(-1)!);
        (times['text tower alone'] ??= []).push(towerMs.at(-1)!);
      }
    const likeness: number[] = [];
    const photo = { ...page, photoId: store.photos.timeline().id[0]! };
    const loadFeaturesMs = await timed(() => similar(photo, { ...services, encodePhoto }));
    for (let round = 0; round < rounds; round += 1)
      likeness.push(await timed(() => similar(photo, { ...services, encodePhoto })));
    times['similar photos'] = likeness;
    // Indexing goes on beside: each query first reads what changed.
    times['text, while photos come'] = [];
    for (let round = 0; round < rounds; round += 1) {
      fillLibrary(store, join(root, 'Pictures'), { photos: 8, card, from: photos + round * 8 });
      const total = await timed(() => search({ query: 'two dogs run on a beach', ...page }, services));
      times['text, while photos come'].push(total - towerMs.at(-1)!);
    }
    console.log(
      `Read in ${loadMs.toFixed(0)} ms (features: ${loadFeaturesMs.toFixed(0)} ms more when first asked for); +${heldMiB} MiB, ${residentMiB()} MiB resident with features, text tower and this bench`,
    );
    figures[`library${photos}`] = { loadMs, loadFeaturesMs, heldMiB, ...printTable(times, null) };
    index.close();
    store.close();
  } finally {
    rmSync(root, { recursive: true });
  }
}
