/**
 * Clusters by look on the held-out photos of CIFAR-10: purity, NMI and names, beside plain k-means on the same vectors and on raw
 * pixels; which words photos show; and what clusters and events of a large library take. `--large N` photos.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kmeans } from 'ml-kmeans';
import { readEncoderCard } from '../models/card.ts';
import { meanDirection, toUnit } from '../models/embedding.ts';
import { inputLength, preprocess } from '../models/preprocess.ts';
import { everydayThings, tagsOf } from '../src-main/collections/classify.ts';
import { clustersOf } from '../src-main/collections/clusters.ts';
import { eventsOf } from '../src-main/collections/events.ts';
import { clusterWords, namesOf } from '../src-main/collections/name-clusters.ts';
import { openSession } from '../src-main/encode/session.ts';
import { TextEncoder } from '../src-main/encode/text-encoder.ts';
import { openPhotos } from '../training/data/open-photos.ts';
import { PhotoCache } from '../training/data/photo-cache.ts';
import { Random } from '../training/random.ts';
import { PhotoEncoder } from '../src-main/encode/photo-encoder.ts';

const tar = join(import.meta.dirname, '../../shared/photos/cifar10/cifar10-subset.tar');
const encoderDir = join(import.meta.dirname, '../models/built-in');
const { values } = parseArgs({ options: { large: { type: 'string', default: '100000' } } });
const open = (model: Uint8Array) => openSession(model, { threads: 2 });
const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

if (existsSync(tar)) await cifar();
else console.log(`No clusters of photos: there is no ${tar}.`);
await large(Number(values.large));
process.exit();

/** Purity and normalised mutual information (the arithmetic mean of both entropies); what is in no cluster (-1) is left out. */
function figuresOf(places: ArrayLike<number>, labels: readonly number[]) {
  const table = new Map<number, Map<number, number>>();
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const place = places[i]!;
    if (place < 0) continue;
    const own = table.get(place) ?? new Map<number, number>();
    own.set(labels[i]!, (own.get(labels[i]!) ?? 0) + 1);
    table.set(place, own);
    count += 1;
  }
  const sum = (own: Map<number, number>) => [...own.values()].reduce((a, b) => a + b, 0);
  const classes = new Map<number, number>();
  for (const own of table.values())
    for (const [label, n] of own) classes.set(label, (classes.get(label) ?? 0) + n);
  const entropy = (parts: readonly number[]) =>
    -parts.reduce((all, part) => all + (part / count) * Math.log(part / count), 0);
  let shared = 0;
  for (const own of table.values())
    for (const [label, n] of own)
      shared += (n / count) * Math.log((n * count) / (sum(own) * classes.get(label)!));
  const both = entropy([...table.values()].map(sum)) + entropy([...classes.values()]);
  const purity = [...table.values()].reduce((all, own) => all + Math.max(...own.values()), 0) / count;
  return { purity, nmi: (2 * shared) / both, outside: labels.length - count, table };
}

async function cifar(): Promise<void> {
  const set = await openPhotos(tar, { captions: null });
  const cache = await PhotoCache.prepare(set, { side: 32 });
  const chosen = cache.photos.flatMap(({ photo }, i) => (photo.part === 'held-out' ? [i] : []));
  const bytes = new Uint8Array(chosen.length * 3072);
  await cache.read(Int32Array.from(chosen), bytes);
  const labels = chosen.map((at) => cache.photos[at]!.photo.label!);
  const { classes } = set;
  await set.close();
  const encoder = await PhotoEncoder.open(encoderDir, { threads: 2 });
  const card = readEncoderCard(encoderDir);
  const vectors = { features: [] as Float32Array[], embedding: [] as Float32Array[] };
  const input = new Float32Array(inputLength(card.image));
  for (const [i] of chosen.entries()) {
    const pixels = { rgb: bytes.subarray(i * 3072, (i + 1) * 3072), width: 32, height: 32 };
    await preprocess(pixels, card.image, input);
    const [made] = await encoder.encode(input, 1);
    vectors.features.push(made!.features);
    vectors.embedding.push(made!.embedding);
  }
  const flat = (rows: readonly Float32Array[]) => {
    const dim = rows[0]!.length;
    const all = new Float32Array(rows.length * dim);
    for (const [i, one] of rows.entries()) all.set(one, i * dim);
    return { rows: all, dim };
  };
  const names = chosen.map((_, i) => ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0'));
  const ours = await clustersOf({ names, ...flat(vectors.features) }, classes.length, [], open);
  const plain = (rows: readonly Float32Array[]) =>
    kmeans(
      rows.map((one) => [...one]),
      classes.length,
      { seed: 1, maxIterations: 100 },
    ).clusters;
  const pixels = chosen.map((_, i) =>
    Float32Array.from(bytes.subarray(i * 3072, (i + 1) * 3072), (value) => value / 255),
  );
  console.log(`\n${chosen.length} photos of CIFAR-10, ${classes.length} clusters by ${card.name}.\n`);
  row('clusters', 'purity', 'NMI', 'in none');
  row('---', '---', '---', '---');
  for (const [name, places] of [
    ['ours, on features', ours.places],
    ['plain k-means, on features', plain(vectors.features)],
    ['plain k-means, on raw pixels', plain(pixels)],
  ] as const) {
    const { purity, nmi, outside } = figuresOf(places, labels);
    row(name, purity.toFixed(3), nmi.toFixed(3), outside);
  }
  const text = await TextEncoder.open(encoderDir, { threads: 2 });
  const encode = (words: readonly string[]) => Promise.all(words.map((word) => text.encodeQuery(word)));
  const { table } = figuresOf(ours.places, labels);
  const means = ours.centres.map((_, place) =>
    meanDirection(vectors.embedding.filter((__, i) => ours.places[i] === place)),
  );
  const called = namesOf(means, meanDirection(vectors.embedding), await encode(clusterWords));
  const said = called.map((word, place) => {
    const [[label] = [-1]] = [...table.get(place)!].sort((a, b) => b[1] - a[1]);
    return `${word === null ? 'none' : clusterWords[word]} (${classes[label] ?? ''})`;
  });
  console.log(`\nNames, and what most photos of each are: ${said.join(', ')}.`);
  const absent = [
    'pizza',
    'piano',
    'flower',
    'laptop',
    'mountain',
    'bicycle',
    'baby',
    'snow',
    'bookshelf',
    'wedding',
  ];
  const tags = tagsOf(
    flat(vectors.embedding),
    await encode([...classes, ...absent]),
    await encode(everydayThings),
    card.calibration.text!,
  );
  let [given, right, strays] = [0, 0, 0];
  for (const [i, own] of tags.entries())
    for (const { label } of own) {
      if (label >= classes.length) strays += 1;
      else given += 1;
      if (label === labels[i]) right += 1;
    }
  console.log(
    `Words: ${given} tags of the ten classes, ${((100 * right) / Math.max(1, given)).toFixed(0)} % right, ${((100 * right) / labels.length).toFixed(1)} % of the photos have theirs; ` +
      `«none» in ${(100 * (1 - strays / (absent.length * labels.length))).toFixed(1)} % of the answers on words that are not there.`,
  );
}

async function large(count: number): Promise<void> {
  const dim = 384;
  const random = new Random('clusters');
  const kinds = Array.from({ length: 200 }, () => Float32Array.from({ length: dim }, () => random.normal()));
  const rows = new Float32Array(count * dim);
  for (let i = 0; i < count; i++)
    rows.set(toUnit(kinds[i % kinds.length]!.map((value) => value + 1.2 * random.uniform(-1, 1))), i * dim);
  const names = Array.from({ length: count }, (_, i) =>
    ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0'),
  );
  const before = process.memoryUsage().rss;
  let startedMs = performance.now();
  const { centres } = await clustersOf({ names, rows, dim }, 150, [], open);
  const clustered = (performance.now() - startedMs) / 1000;
  const megabytes = (process.memoryUsage().rss - before) / 1e6;
  const taken = Array.from({ length: count }, (_, i) => ({
    path: `/photos/${i}.jpg`,
    hash: names[i]!,
    takenAtMs: Date.UTC(2010, 0, 1) + Math.floor(i / 40) * 86_400_000 + (i % 40) * 300_000,
    lat: 38.7 + (i % 7) * 0.01,
    lon: -9.1,
  }));
  startedMs = performance.now();
  const events = eventsOf(taken);
  const evented = (performance.now() - startedMs) / 1000;
  console.log(
    `\n${count.toLocaleString('en')} photos of ${dim} numbers: ${centres.length} clusters in ${clustered.toFixed(1)} s, ${megabytes.toFixed(0)} MB beside the vectors; ` +
      `${events.length.toLocaleString('en')} events in ${evented.toFixed(2)} s.`,
  );
}
