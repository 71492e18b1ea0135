/**
 * Faces: how many are found, how well two people are told apart, how well faces are grouped beside other programs' rules, and what
 * grouping 60,000 faces takes. `--faces DIR` names a folder with people.tsv and counts.tsv as ../shared/photos/faces has them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dot } from '../models/embedding.ts';
import type { FoundFace, GroupedFace } from '../src-main/contract/people.ts';
import { openSession } from '../src-main/encode/session.ts';
import { openFaceNetworks, readFaceModel } from '../src-main/people/face-networks.ts';
import { findFaces } from '../src-main/people/find-faces.ts';
import { groupFaces } from '../src-main/people/grouping/group-faces.ts';
import { type GroupingRules, rulesOf } from '../src-main/people/grouping/rules.ts';
import { Random } from '../training/random.ts';
import { groupingFigures } from './parts/grouping-measures.ts';
import { dense, inOrderOfArrival, linked, nearestEarlier, whispered } from './parts/rival-groupings.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    faces: { type: 'string', default: join(root, '../shared/photos/faces') },
    /** Folder of a face model: faces.json and its networks. */
    model: { type: 'string', default: join(root, 'models/faces') },
    threads: { type: 'string', default: '1' },
    large: { type: 'string', default: '60000' },
  },
});
const threads = Number(values.threads);
const open = (model: string | Uint8Array) => openSession(model, { threads });
const { model } = values;
const card = readFaceModel(model);
const rules = rulesOf(card);

interface Known extends FoundFace {
  /** null: not labelled. */
  readonly person: string | null;
  readonly content: number;
}

await large(Number(values.large));
const networks = await openFaceNetworks(model, open);
if (existsSync(join(values.faces, 'people.tsv'))) {
  const known = await find(values.faces);
  const labelled = known.filter((face): face is Known & { person: string } => face.person !== null);
  verify(labelled);
  await compare(labelled, known);
} else console.log(`No labelled faces in ${values.faces}: nothing else is measured.`);

function table(dir: string, name: string): string[][] {
  return readFileSync(join(dir, name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
}

/** Finds the faces of every photo; the label of a photo belongs to the face nearest its middle. */
async function find(dir: string): Promise<Known[]> {
  const people = table(dir, 'people.tsv').map(([file, person]) => ({ file: file!, person: person! }));
  const counted = table(dir, 'counts.tsv').map(([file, least, most]) => ({
    file: file!,
    least: Number(least),
    most: Number(most),
  }));
  const known: Known[] = [];
  let [missed, content] = [0, 0];
  const started = performance.now();
  const facesOf = async (file: string) => {
    content += 1;
    const [outcome] = await findFaces([{ path: join(dir, file), hash: 'x' }], networks, { crops: null });
    return outcome!.ok ? outcome!.faces : [];
  };
  const aside = ({ box: [x, y, w, h] }: FoundFace) => Math.hypot(x + w / 2 - 0.5, y + h / 2 - 0.5);
  for (const { file, person } of people) {
    const faces = await facesOf(file);
    const middle = faces.length > 0 ? faces.reduce((a, b) => (aside(b) < aside(a) ? b : a)) : null;
    if (!middle) missed += 1;
    known.push(...faces.map((face) => ({ ...face, content, person: face === middle ? person : null })));
  }
  let [found, wanted, tooMany, false0, empty] = [0, 0, 0, 0, 0];
  for (const { file, least, most } of counted) {
    const faces = await facesOf(file);
    known.push(...faces.map((face) => ({ ...face, content, person: null })));
    if (most === 0) {
      empty += 1;
      false0 += faces.length;
      continue;
    }
    wanted += least;
    found += Math.min(faces.length, least);
    tooMany += Math.max(0, faces.length - most);
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `found: the person of ${people.length - missed} of ${people.length} photos; in groups ${found} of ${wanted} faces, ` +
      `${tooMany} too many; in ${empty} photos without a face ${false0}`,
  );
  console.log(
    `${(content / seconds).toFixed(1)} photos/s, ${(known.length / seconds).toFixed(1)} faces/s, ${threads} thread(s)`,
  );
  return known;
}

/** Pairs of faces: one or two people? The threshold is chosen on four fifths of the people and judged on the last one. */
function verify(faces: readonly (Known & { person: string })[]): void {
  const folds = 5;
  const people = [...new Set(faces.map(({ person }) => person))].sort();
  const fold = new Map(people.map((person, i) => [person, i % folds]));
  const pairs: { cosine: number; same: boolean; fold: number }[] = [];
  for (const [i, one] of faces.entries())
    for (const other of faces.slice(0, i)) {
      const [a, b] = [fold.get(one.person)!, fold.get(other.person)!];
      pairs.push({
        cosine: dot(one.descriptor, other.descriptor),
        same: one.person === other.person,
        fold: a === b ? a : -1,
      });
    }
  const rates = (of: typeof pairs, threshold: number) => {
    const [same, different] = [of.filter((pair) => pair.same), of.filter((pair) => !pair.same)];
    const right = same.filter(({ cosine }) => cosine >= threshold).length / same.length;
    return (right + different.filter(({ cosine }) => cosine < threshold).length / different.length) / 2;
  };
  let accuracy = 0;
  for (let held = 0; held < folds; held++) {
    const taught = pairs.filter((pair) => pair.fold >= 0 && pair.fold !== held);
    let [best, threshold] = [0, 0];
    for (let tried = 0.8; tried < 1; tried += 0.005) {
      const rate = rates(taught, tried);
      if (rate > best) [best, threshold] = [rate, tried];
    }
    accuracy +=
      rates(
        pairs.filter((pair) => pair.fold === held),
        threshold,
      ) / folds;
  }
  const different = pairs.filter(({ same }) => !same).map(({ cosine }) => cosine);
  const same = pairs.filter((pair) => pair.same).map(({ cosine }) => cosine);
  different.sort((a, b) => b - a);
  const at = (share: number) => {
    const threshold = different[Math.floor(share * different.length)]!;
    return ((100 * same.filter((cosine) => cosine >= threshold).length) / same.length).toFixed(1);
  };
  console.log(
    `one or two people, ${same.length} and ${different.length} pairs: ${(100 * accuracy).toFixed(2)} % right (both kinds weigh ` +
      `the same; threshold from other people); found at 1 false in 100: ${at(1e-2)} %, in 1,000: ${at(1e-3)} %, in 10,000: ${at(1e-4)} %`,
  );
}

/** Groups by ours and by others' rules. Theirs stand for other descriptors: each is shown at its own threshold and at the one that suits it best here. */
async function compare(faces: readonly (Known & { person: string })[], all: readonly Known[]): Promise<void> {
  const truth = faces.map(({ person }) => person);
  const show = (name: string, groups: readonly number[]) => {
    const { precision, recall, f, pairF } = groupingFigures(truth, groups);
    console.log(
      `${name.padEnd(58)} P ${precision.toFixed(4)}  R ${recall.toFixed(4)}  F ${f.toFixed(4)}  pairs ${pairF.toFixed(4)}`,
    );
    return f;
  };
  const halves = [...new Set(truth)].sort();
  const half = (wanted: number) => faces.filter(({ person }) => halves.indexOf(person) % 2 === wanted);
  show('Likeness', (await grouped(faces, rules)).groups);
  for (const wanted of [0, 1]) {
    const own = half(wanted);
    const { groups } = await grouped(own, rules);
    const { f } = groupingFigures(
      own.map(({ person }) => person),
      groups,
    );
    console.log(`  every second person, from the ${wanted === 0 ? 'first' : 'second'} on: F ${f.toFixed(4)}`);
  }
  const withOthers = await grouped(all, rules);
  show(
    'Likeness, among everybody else on the photos',
    withOthers.groups.filter((_, i) => all[i]!.person !== null),
  );
  console.log(`  groups that hold two faces of one photo: ${withOthers.twice}`);
  const cosines = faces.map((one) =>
    Float32Array.from(faces, (other) => dot(one.descriptor, other.descriptor)),
  );
  const likeness = (a: number, b: number) => cosines[a]![b]!;
  const best = (name: string, run: (least: number) => number[]) => {
    let [most, at] = [0, 0];
    for (let least = 0.86; least < 0.98; least += 0.0025) {
      const { f } = groupingFigures(truth, run(least));
      if (f > most) [most, at] = [f, least];
    }
    show(`${name}, best threshold here (${at.toFixed(4)})`, run(at));
  };
  best('Chinese Whispers', (least) => whispered(faces.length, likeness, least));
  best('DBSCAN, 2 faces', (least) => dense(faces.length, likeness, least, 2));
  best('transitive merging', (least) => linked(faces.length, likeness, least));
  show('Immich: cosine 0.5, 3 faces', inOrderOfArrival(faces.length, likeness, 0.5, 3));
  best('Immich, 3 faces', (least) => inOrderOfArrival(faces.length, likeness, least, 3));
  show('ente: cosine 0.76', nearestEarlier(faces.length, likeness, 0.76));
  best('ente', (least) => nearestEarlier(faces.length, likeness, least));
}

async function grouped(faces: readonly Known[], by: GroupingRules) {
  const dim = card.dim;
  const rows = new Float32Array(faces.length * dim);
  for (const [i, { descriptor }] of faces.entries()) rows.set(descriptor, i * dim);
  const asked = faces.map(({ content, quality }, i): GroupedFace => ({
    id: i,
    contentId: content,
    quality,
    is: null,
    isNot: [],
  }));
  const answer = await groupFaces(asked, rows, { dim, rules: by, open });
  const groups = faces.map((_, i) => faces.length + i);
  let twice = 0;
  for (const [at, { faces: own }] of answer.groups.entries()) {
    const contents = new Set(own.map(({ id }) => faces[id]!.content));
    if (contents.size < own.length) twice += 1;
    for (const { id } of own) groups[id] = at;
  }
  return { groups, twice };
}

/** Drawn faces, as alike as real ones are: some people are on hundreds of photos, most on a few. */
async function large(count: number): Promise<void> {
  const dim = card.dim;
  const random = new Random(1, 'large');
  const direction = (from: Float64Array | null, spread: number) => {
    const drawn = Float64Array.from(
      { length: dim },
      (_, d) => (from ? from[d]! : 0) + spread * random.normal(),
    );
    const length = Math.hypot(...drawn);
    return drawn.map((value) => value / length);
  };
  // Cosines of about 0.84 between people and 0.957 within one, as measured on real faces.
  const everybody = direction(null, 1);
  const rows = new Float32Array(count * dim);
  const faces: GroupedFace[] = [];
  const truth: string[] = [];
  for (let person = 0; faces.length < count; person++) {
    const looks = direction(everybody, 0.0378);
    const photos = Math.max(1, Math.round(1000 / (1 + person) ** 0.75));
    for (let i = 0; i < photos && faces.length < count; i++) {
      rows.set(direction(looks, 0.0188), faces.length * dim);
      truth.push(String(person));
      // Nobody is on a photo twice, and most photos show two or three people.
      const contentId = (person * 7919 + i) % Math.ceil(count / 2.5);
      faces.push({ id: faces.length, contentId, quality: random.uniform(), is: null, isNot: [] });
    }
  }
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  const { groups } = await groupFaces(faces, rows, { dim, rules, open });
  clearInterval(watch);
  most = Math.max(most, process.memoryUsage.rss());
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const of = faces.map((_, i) => count + i);
  for (const [at, { faces: own }] of groups.entries()) for (const { id } of own) of[id] = at;
  console.log(
    `${count} drawn faces of ${new Set(truth).size} people: ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s CPU, ` +
      `${threads} thread(s)), ${Math.round(most / 2 ** 20)} MiB in all, ${groups.length} groups, F ${groupingFigures(truth, of).f.toFixed(3)}`,
  );
}
