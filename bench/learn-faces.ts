/**
 * What learning from corrections is worth: pairs of people who were held out, told rightly before and after, and how a head that was
 * learned from some people groups others. Then the same with faces that are described badly: cut from the middle of the photo as it is, every
 * second one small, grey and faded.
 *
 * npm run bench -- learn-faces [--photos DIR] [--half other] [--seeds 1,2,3]
 *   --photos  a folder with people.tsv (file, person), as ../shared/photos/faces
 *   --half    `other`: the people that settings were chosen on; else those that nothing was chosen on
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { toUnit } from '../models/embedding.ts';
import type { FaceLessons, FacesLearned } from '../src-main/contract/learn-faces.ts';
import type { FoundFace, GroupedFace } from '../src-main/contract/people.ts';
import { openSession } from '../src-main/encode/session.ts';
import { openFaceNetworks } from '../src-main/people/face-networks.ts';
import { findFaces } from '../src-main/people/find-faces.ts';
import { groupFaces } from '../src-main/people/grouping/group-faces.ts';
import { rulesOf, shifted } from '../src-main/people/grouping/rules.ts';
import { turnFaces } from '../src-main/people/turn-faces.ts';
import { learnFaces } from '../training/faces/learn-faces.ts';

const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    photos: { type: 'string', default: join(root, '../shared/photos/faces') },
    half: { type: 'string', default: '' },
    seeds: { type: 'string', default: '1,2,3' },
  },
});
const seeds = options.seeds.split(',').map(Number);
const mine = options.half === 'other' ? 0 : 1;
const threads = 1;
const open = (model: Uint8Array | string) => openSession(model, { threads });
const networks = await openFaceNetworks(join(root, 'models/faces'), open);
const descriptorOnly = await open(join(root, 'models/faces/descriptor.onnx'));

interface KnownFace {
  readonly person: number;
  readonly quality: number;
  /** [D], unit length. */
  readonly descriptor: Float32Array;
}

/** File and person, in the order of the list. */
function listed(): { readonly path: string; readonly person: number }[] {
  const lines = readFileSync(join(options.photos, 'people.tsv'), 'utf8').trim().split(/\r?\n/).slice(1);
  const names = [...new Set(lines.map((line) => line.split('\t')[1]!))].sort();
  return lines.map((line) => {
    const [file, name] = line.split('\t') as [string, string];
    return { path: join(options.photos, file), person: names.indexOf(name) };
  });
}

/** The face nearest the middle of each photo. */
async function found(): Promise<KnownFace[]> {
  const known: KnownFace[] = [];
  for (const { path, person } of listed()) {
    const [outcome] = await findFaces([{ path, hash: '' }], networks, { crops: null });
    if (!outcome?.ok || outcome.faces.length === 0) continue;
    const { quality, descriptor } = outcome.faces.toSorted((a, b) => off(a) - off(b))[0]!;
    known.push({ person, quality, descriptor });
  }
  return known;
}

function off({ box: [x, y, width, height] }: FoundFace): number {
  return Math.hypot(x + width / 2 - 0.5, y + height / 2 - 0.5);
}

/** px that the descriptor looks at, and the share of the photo that is cut out for it. */
const side = 150;
const cut = 0.5;

/** Neither found nor turned upright. */
async function cutOut(): Promise<KnownFace[]> {
  const known: KnownFace[] = [];
  for (const [i, { path, person }] of listed().entries()) {
    const { width, height } = await sharp(path).metadata();
    const room = Math.round(cut * Math.min(width, height));
    const [left, top] = [Math.round((width - room) / 2), Math.round((height - room) / 2)];
    let face = sharp(path).extract({ left, top, width: room, height: room });
    if (i % 2 === 1) {
      const small = await face.resize(44, 44).greyscale().jpeg({ quality: 60 }).toBuffer();
      face = sharp(await sharp(small).resize(room, room).linear(0.6, 60).jpeg().toBuffer());
    }
    const pixels = await face.resize(side, side).removeAlpha().toColourspace('srgb').raw().toBuffer();
    const data = new Float32Array(3 * side * side);
    for (let at = 0; at < side * side; at += 1)
      for (let c = 0; c < 3; c += 1) data[c * side * side + at] = pixels[3 * at + c]!;
    const made = await descriptorOnly.run({ image: { data, dims: [1, 3, side, side] } });
    const descriptor = toUnit(Float32Array.from(made['descriptor']!.data as Float32Array));
    known.push({ person, quality: 1, descriptor });
  }
  return known;
}

function lessonsOf(known: readonly KnownFace[]): FaceLessons {
  const { dim } = networks.card;
  const descriptors = new Float32Array(known.length * dim);
  for (const [row, { descriptor }] of known.entries()) descriptors.set(descriptor, row * dim);
  return {
    dim,
    descriptors,
    persons: Int32Array.from(known, ({ person }) => person),
    contents: Int32Array.from(known.keys()),
    isNot: new Int32Array(),
  };
}

/** BCubed F of faces of whom nothing is known, grouped with a head or without. Source: Bagga and Baldwin 1998. */
async function groupedF(known: readonly KnownFace[], learned: FacesLearned | null): Promise<number> {
  const { descriptors, dim } = lessonsOf(known);
  const faces = known.map(({ quality }, i): GroupedFace => ({
    id: i + 1,
    contentId: i + 1,
    quality,
    is: null,
    isNot: [],
  }));
  const heads = { open: () => learned && { head: learned.head, thresholds: learned.thresholds } };
  const turned = await turnFaces({ faces, descriptors, dim }, learned && 1, {
    heads,
    openModel: open,
  });
  const rules = shifted(rulesOf(networks.card), turned.shift);
  const { groups } = await groupFaces(faces, turned.descriptors, { dim, rules, open });
  const group = new Map(groups.flatMap((one, n) => one.faces.map(({ id }) => [id, n] as const)));
  let [precision, recall] = [0, 0];
  for (const [i, { person }] of known.entries()) {
    // Whoever is in no group is alone.
    const together = known
      .keys()
      .filter((j) => i === j || (group.has(i + 1) && group.get(i + 1) === group.get(j + 1)));
    const all = [...together];
    const right = all.filter((j) => known[j]!.person === person).length;
    precision += right / all.length / known.length;
    recall += right / known.filter((one) => one.person === person).length / known.length;
  }
  return (2 * precision * recall) / (precision + recall);
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
for (const [what, describe] of [
  ['Found, turned upright, described', found],
  ['Cut from the middle, every second one small, grey and faded', cutOut],
] as const) {
  const all = await describe();
  const known = all.filter(({ person }) => person % 2 === mine);
  const others = all.filter(({ person }) => person % 2 !== mine);
  console.log(`\n${what}: ${known.length} faces to learn from`);
  // The rules of grouping are for faces that were found.
  const grouped = describe === found;
  const before = grouped ? await groupedF(others, null) : 0;
  for (const seed of seeds) {
    const signal = new AbortController().signal;
    const learned = await learnFaces(lessonsOf(known), { seed, threads, signal, onProgress: () => {} });
    const { persons, found: shares, seconds, verdict, low, high } = learned;
    const rest = grouped
      ? `; others grouped: BCubed F ${percent(before)} → ${percent(await groupedF(others, learned))}`
      : '';
    console.log(
      `seed ${seed}: ${persons} people; pairs ${percent(learned.before)} → ${percent(learned.after)} ` +
        `(${percent(low)} to ${percent(high)}); at 1 false in 1,000 ${percent(shares.before)} → ${percent(shares.after)}; ` +
        `${verdict}, ${seconds.toFixed(0)} s${rest}`,
    );
  }
}
