/**
 * Trains every method for a few epochs on the CIFAR-10 subset with a small network, and prints what it is worth: how many of
 * the held-out photos their nearest neighbours name, beside the untrained network and the raw pixels.
 *
 *   node bench/training-methods.ts [METHOD …] [--epochs N] [--rate R] [--net NET] [--seed 1] [--engine cpu] [--threads 2]
 *
 * All runs are the ones of `likeness train --preset small`, with the network, side and batch given below.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineChoice, type MethodName, type NetName, methodNames } from '../src-main/contract/run.ts';
import { openPhotos } from '../training/data/open-photos.ts';
import { PhotoCache } from '../training/data/photo-cache.ts';
import { weightedKnn } from '../training/evaluate/nearest-neighbours.ts';
import { accuracy } from '../training/evaluate/classes.ts';
import { rowsOf } from '../training/evaluate/rows.ts';
import type { Measured } from '../training/measure-run.ts';
import { readRunLog } from '../training/run-log.ts';
import { train } from '../training/train.ts';

const tar = join(import.meta.dirname, '../../shared/photos/cifar10/cifar10-subset.tar');
if (!existsSync(tar)) {
  console.log(`Skipped: there is no ${tar}.`);
  process.exit();
}
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string' },
    rate: { type: 'string' },
    net: { type: 'string' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '2' },
  },
});

interface Setting {
  readonly net?: NetName;
  readonly rate?: number;
  readonly epochs?: number;
}

/**
 * Where a method needs something other than the slim ResNet, the rate that suits short runs, and ten epochs: classes and
 * words teach fast, and methods that push no photo away are slow starters.
 */
const settings: Partial<Record<MethodName, Setting>> = {
  simclr: { epochs: 20 },
  byol: { epochs: 15 },
  simsiam: { epochs: 40, rate: 0.2 },
  dino: { epochs: 18, rate: 0.006 },
  'barlow-twins': { epochs: 24 },
  dinov2: { net: 'vit-micro', epochs: 6, rate: 0.004 },
  clip: { epochs: 4 },
  siglip: { epochs: 4 },
  siamese: { epochs: 10 },
  triplet: { epochs: 8, rate: 0.002 },
  supcon: { epochs: 8 },
};
const batch = 64;

const folder = mkdtempSync(join(tmpdir(), 'likeness-methods-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Class names as captions, for the methods that learn from words. */
async function writeCaptions(): Promise<string> {
  const set = await openPhotos(tar, { captions: null });
  const lines = set.photos.map(({ path, label }) => {
    const name = path.slice(tar.length + 1);
    return `${name}\ta photo of a ${set.classes[label!]!}`;
  });
  await set.close();
  const file = join(folder, 'captions.tsv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Nearest neighbours of the pixels themselves; less their mean, which is the better of the two. */
async function rawPixels(mean: number): Promise<number> {
  const set = await openPhotos(tar, { captions: null });
  const cache = await PhotoCache.prepare(set, { side: 32 });
  const part = async (wanted: 'train' | 'held-out') => {
    const chosen = cache.photos.flatMap(({ photo }, i) => (photo.part === wanted ? [i] : []));
    const places = Int32Array.from(chosen);
    const bytes = new Uint8Array(places.length * 3072);
    await cache.read(places, bytes);
    const rows = rowsOf(
      Float32Array.from(bytes, (byte) => byte / 255 - mean),
      3072,
    );
    return { rows, labels: Int32Array.from(places, (at) => cache.photos[at]!.photo.label!) };
  };
  const [bank, asked] = [await part('train'), await part('held-out')];
  await set.close();
  const { predicted } = weightedKnn(asked.rows, bank.rows, bank.labels, { classes: 10 });
  return accuracy(predicted, asked.labels);
}

const percent = (share: number) => (100 * share).toFixed(1);
const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

const [plain, centred] = [await rawPixels(0), await rawPixels(0.47)];
console.log(
  `Named by the neighbours of raw pixels: ${percent(plain)} % of the held-out photos; less the mean, ${percent(centred)} %.
`,
);
row(
  'method',
  'network',
  'epochs',
  'kNN untrained',
  'kNN after each epoch',
  'kNN',
  'spread',
  'alarm',
  'photos/s',
  'seconds',
);
row(...Array<string>(10).fill('---'));
const captions = await writeCaptions();
const chosen = positionals.length > 0 ? (positionals as MethodName[]) : methodNames;
for (const method of chosen) {
  const setting = settings[method] ?? {};
  const net = (values.net as NetName | undefined) ?? setting.net ?? 'resnet-10-slim';
  const rate = Number(values.rate ?? setting.rate ?? 0.004);
  const epochs = Number(values.epochs ?? setting.epochs ?? 10);
  const out = join(folder, method);
  const words = method === 'clip' || method === 'siglip';
  const result = await train(
    {
      kind: 'train',
      request: {
        method,
        data: tar,
        captions: words ? captions : null,
        engine: values.engine as EngineChoice,
        preset: 'small',
        epochs,
        seed: Number(values.seed),
        out,
        net,
        side: 32,
        batch,
        micro: null,
        rate,
        threads: Number(values.threads),
        kind: 'photos',
      },
    },
    { signal: new AbortController().signal, report: () => {} },
  );
  if ('stopped' in result) throw new Error('stopped');
  const measured = readRunLog(join(out, 'log.jsonl')).filter(
    (line) => 'knn' in line,
  ) as unknown as Measured[];
  const curve = measured.map(({ knn }) => percent(knn!));
  const { collapse, photosPerSecond, seconds } = result;
  row(
    method,
    net,
    result.epochs,
    curve[0]!,
    curve.slice(1, -1).join(' '),
    `**${curve.at(-1)!}**`,
    collapse.spread.toFixed(2),
    collapse.reason ?? 'quiet',
    photosPerSecond,
    Math.round(seconds),
  );
}
