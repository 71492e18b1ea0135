/**
 * Duplicates: labelled pairs and made copies by kind, beside perceptual hashes on the same photos; and what a large library takes,
 * beside hashes in a tree. `--sources N` photos that copies are made of, `--others N` beside them, `--large N` photos.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharpPhash from 'sharp-phash';
import { extract } from 'tar-stream';
import { createApp } from '../src-main/app.ts';
import type { DuplicateClass } from '../src-main/contract/duplicate-kinds.ts';
import { findCandidates } from '../src-main/duplicates/candidates.ts';
import { groupPairs } from '../src-main/duplicates/groups.ts';
import { printDim } from '../src-main/duplicates/print.ts';
import { openSession } from '../src-main/encode/session.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { toUnit } from '../models/embedding.ts';
import { Random } from '../training/random.ts';
import { copiesOf, copyKinds } from './parts/edited-copies.ts';
import { differenceHash, distance, type Hash, hashOf, HashTree } from './parts/hash-tree.ts';

/** Its types speak of ES modules, which it is none of. */
const phash = sharpPhash as unknown as (photo: Buffer) => Promise<string>;

const shared = join(import.meta.dirname, '../../shared/photos');
const { values } = parseArgs({
  options: {
    sources: { type: 'string', default: '12' },
    others: { type: 'string', default: '200' },
    large: { type: 'string', default: '20000' },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'likeness-duplicates-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const row = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

await labelled();
await made(Number(values.sources), Number(values.others));
await large(Number(values.large));
process.exit();

/** The strictest class of a group that holds both, by their file names. */
async function classesOf(photos: string): Promise<{ found: Map<string, DuplicateClass>; seconds: number }> {
  const app = createApp({
    library: mkdtempSync(join(dir, 'library-')),
    native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
    startChild: forkChild,
    built: join(dir, 'built'),
  });
  const { job } = await app.call('folders.add', { paths: [photos] });
  await app.indexed(job.id);
  const { groups, seconds } = await app.call('duplicates.report', {});
  await app.close();
  const found = new Map<string, DuplicateClass>();
  for (const { class: name, members } of groups)
    for (const one of members)
      for (const other of members) {
        const pair = `${basename(one.path)}\t${basename(other.path)}`;
        if (one !== other && !found.has(pair)) found.set(pair, name);
      }
  return { found, seconds };
}

async function hashesOf(photos: string, names: Iterable<string>): Promise<Map<string, { d: Hash; p: Hash }>> {
  const all = new Map<string, { d: Hash; p: Hash }>();
  for (const name of new Set(names)) {
    const path = join(photos, name);
    all.set(name, { d: await differenceHash(path), p: hashOf(await phash(readFileSync(path))) });
  }
  return all;
}

async function labelled(): Promise<void> {
  const photos = join(shared, 'duplicates');
  if (!existsSync(join(photos, 'labels.tsv')))
    return console.log(`No labelled pairs: there is no ${photos}.`);
  const lines = readFileSync(join(photos, 'labels.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  const pairs = lines.map((line) => line.split('\t') as [string, string, string, string]);
  const { found, seconds } = await classesOf(photos);
  const hashes = await hashesOf(
    photos,
    pairs.flatMap(([a, b]) => [a, b]),
  );
  console.log(
    `\nLabelled pairs, in ${seconds.toFixed(1)} s. Hashes know one kind: near (dHash 8, pHash 10 bits) or not.\n`,
  );
  row('label', 'pairs', 'as labelled', 'as another kind', 'not found', 'dHash', 'pHash');
  row('---', '---', '---', '---', '---', '---', '---');
  for (const label of ['identical', 're-encoded', 'edited', 'burst', 'similar', 'different']) {
    const own = pairs.filter(([, , of]) => of === label);
    const classes = own.map(([a, b]) => found.get(`${a}\t${b}`) ?? 'none');
    const right = classes.filter((is) => is === label || (label === 'different' && is === 'none')).length;
    const missed = label === 'different' ? 0 : classes.filter((is) => is === 'none').length;
    const near = (of: 'd' | 'p', within: number) =>
      own.filter(([a, b]) => distance(hashes.get(a)![of], hashes.get(b)![of]) <= within).length;
    row(label, own.length, right, own.length - right - missed, missed, near('d', 8), near('p', 10));
  }
}

/** Photos of Flickr8k's dev part and of the ImageNet sample, half of each. */
async function photosTo(folder: string, count: number): Promise<string[]> {
  const names: string[] = [];
  for (const [tar, share] of [
    ['flickr8k/dev/photos.tar', Math.ceil(count / 2)],
    ['imagenet-sample/photos.tar', Math.floor(count / 2)],
  ] as const) {
    if (!existsSync(join(shared, tar))) continue;
    const reading = extract();
    reading.end(readFileSync(join(shared, tar)));
    let taken = 0;
    for await (const entry of reading) {
      if (taken < share && /\.jpe?g$/i.test(entry.header.name)) {
        const parts: Buffer[] = [];
        for await (const part of entry) parts.push(part as Buffer);
        const name = `photo ${names.length}.jpg`;
        writeFileSync(join(folder, name), Buffer.concat(parts));
        names.push(name);
        taken += 1;
      } else entry.resume();
    }
  }
  return names;
}

async function made(sources: number, others: number): Promise<void> {
  if (sources === 0) return;
  const [folder, from] = [join(dir, 'made'), join(dir, 'from')];
  for (const one of [folder, from]) mkdirSync(one);
  const names = await photosTo(from, 2 * Math.ceil((sources + others) / 2));
  if (names.length === 0) return console.log(`No copies were made: there are no photos in ${shared}.`);
  for (const name of names) copyFileSync(join(from, name), join(folder, name));
  const step = Math.max(1, Math.floor(names.length / sources));
  const chosen = names.filter((_, i) => i % step === 0).slice(0, sources);
  for (const name of chosen)
    for (const { kind, bytes, ending } of await copiesOf(join(from, name), name))
      writeFileSync(join(folder, `${name.slice(0, -4)} @ ${kind}.${ending}`), bytes);
  const { found, seconds } = await classesOf(folder);
  const files = readdirSync(folder);
  const hashes = await hashesOf(folder, files);
  const sourceOf = (name: string) => name.replace(/ @ .*| *\.jpg$/, '');
  console.log(
    `\nCopies of ${chosen.length} photos among ${files.length} in all, in ${seconds.toFixed(0)} s: how many of each kind are found beside their source.\n`,
  );
  row('copy', 'same picture', 'series', 'scene', 'not found', 'dHash 8', 'pHash 10');
  row('---', '---', '---', '---', '---', '---', '---');
  let [right, copies] = [0, 0];
  for (const kind of copyKinds) {
    const own = files.filter((name) => name.includes(` @ ${kind}.`));
    const pairs = own.map((name) => [name, `${sourceOf(name)}.jpg`] as const);
    const classes = pairs.map(([a, b]) => found.get(`${a}\t${b}`) ?? 'none');
    const of = (...names: string[]) => classes.filter((is) => names.includes(is)).length;
    const near = (which: 'd' | 'p', within: number) =>
      pairs.filter(([a, b]) => distance(hashes.get(a)![which], hashes.get(b)![which]) <= within).length;
    const same = of('identical', 're-encoded', 'edited');
    row(
      kind,
      `${same} of ${own.length}`,
      of('burst'),
      of('similar'),
      of('none'),
      near('d', 8),
      near('p', 10),
    );
    if (kind === 'jitter') continue;
    right += same;
    copies += own.length;
  }
  const said = [...found].filter(([, is]) => ['identical', 're-encoded', 'edited'].includes(is));
  const wrong = said.filter(([pair]) => {
    const [a, b] = pair.split('\t') as [string, string];
    return sourceOf(a) !== sourceOf(b);
  });
  console.log(
    `\nRecall of copies ${(right / copies).toFixed(3)}; of ${said.length / 2} pairs called the same picture ${wrong.length / 2} are not: precision ${(1 - wrong.length / Math.max(1, said.length)).toFixed(4)}.`,
  );
  for (const [which, within] of [
    ['d', 8],
    ['p', 10],
  ] as const) {
    let [hits, all, misses] = [0, 0, 0];
    for (const [i, a] of files.entries())
      for (const b of files.slice(i + 1)) {
        const near = distance(hashes.get(a)![which], hashes.get(b)![which]) <= within;
        const same = sourceOf(a) === sourceOf(b);
        if (same && a.includes(' @ ') !== b.includes(' @ ') && !`${a}${b}`.includes('jitter')) {
          all += 1;
          if (near) hits += 1;
        } else if (near && !same) misses += 1;
      }
    console.log(
      `${which}Hash at ${within}: recall ${(hits / all).toFixed(3)}, ${misses} pairs of other photos.`,
    );
  }
}

/** Prints as a library has them: few alike, the others anyhow. */
async function large(count: number): Promise<void> {
  const random = new Random('prints');
  const prints = Array.from({ length: count }, (_, i) => ({
    contentId: i + 1,
    print: toUnit(Float32Array.from({ length: printDim }, () => random.normal())),
    inner: null,
  }));
  for (let i = 0; i + 10 < count; i += 10)
    prints[i + 1] = {
      ...prints[i + 1]!,
      print: toUnit(prints[i]!.print.map((value) => value + 0.03 * random.normal())),
    };
  const open = (bytes: Uint8Array) => openSession(bytes, { threads: 2 });
  const before = process.memoryUsage().rss;
  let startedMs = performance.now();
  const { pairs } = await findCandidates(prints, null, [], { sure: 1, open });
  const searched = (performance.now() - startedMs) / 1000;
  const megabytes = (process.memoryUsage().rss - before) / 1e6;
  startedMs = performance.now();
  const alike = Array.from({ length: pairs.length / 2 }, (_, i) => ({
    a: String(pairs[2 * i]),
    b: String(pairs[2 * i + 1]),
    class: 're-encoded' as const,
    distance: 0.01,
  }));
  const groups = groupPairs(alike);
  const grouped = (performance.now() - startedMs) / 1000;
  startedMs = performance.now();
  const tree = new HashTree();
  const hashes = prints.map(({ print }) =>
    hashOf([...print, 0].map((value) => (value > 0 ? '1' : '0')).join('')),
  );
  for (const [at, hash] of hashes.entries()) tree.add(hash, at);
  // All of a large library would take a quarter of an hour: some are asked, and their time is scaled.
  const asked = Math.min(count, 2_000);
  const builtS = (performance.now() - startedMs) / 1000;
  startedMs = performance.now();
  for (const hash of hashes.slice(0, asked)) tree.near(hash, 10);
  const treed = builtS + (((performance.now() - startedMs) / 1000) * count) / asked;
  console.log(
    `\n${count.toLocaleString('en')} photos: candidates by exact search over prints, both ways up, ${searched.toFixed(1)} s, ${megabytes.toFixed(0)} MB, ${(pairs.length / 2).toLocaleString('en')} pairs; groups of those (${groups.length.toLocaleString('en')}) ${grouped.toFixed(2)} s.`,
  );
  console.log(
    `Hashes of their signs in a tree, within 10 bits: ${treed.toFixed(1)} s (${asked.toLocaleString('en')} asked, scaled): ours takes ${(searched / treed).toFixed(2)} of that.`,
  );
}
