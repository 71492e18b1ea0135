/**
 * What learning from corrections is worth: pairs of people who were held out, told rightly before and after, and how a head that was
 * learned from some people groups others. On photos as they are, and with every second one as an old scan: small, grey, faded.
 *
 * npm run bench -- learn-faces [--photos DIR] [--half other] [--seeds 1,2,3] [--scans]
 *   --photos  a folder with people.tsv (file, person), as ../shared/photos/faces
 *   --scans   leaves out the photos as they are
 *   --half    `other`: the people that settings were chosen on; else those that nothing was chosen on
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
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
    scans: { type: 'boolean', default: false },
  },
});
const seeds = options.seeds.split(',').map(Number);
const mine = options.half === 'other' ? 0 : 1;
const threads = 1;
const open = (model: Uint8Array | string) => openSession(model, { threads });
const networks = await openFaceNetworks(join(root, 'models/faces'), open);

interface KnownFace {
  readonly person: number;
  readonly face: FoundFace;
}

/** The face nearest the middle of each photo, with who it is. */
async function describe(scan: boolean): Promise<KnownFace[]> {
  const lines = readFileSync(join(options.photos, 'people.tsv'), 'utf8').trim().split(/\r?\n/).slice(1);
  const names = [...new Set(lines.map((line) => line.split('\t')[1]!))].sort();
  const dir = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  try {
    const known: KnownFace[] = [];
    for (const [i, line] of lines.entries()) {
      const [file, name] = line.split('\t') as [string, string];
      const path = join(options.photos, file);
      const shown = scan && i % 2 === 1 ? await oldScan(path, join(dir, `${i}.jpg`)) : path;
      const [outcome] = await findFaces([{ path: shown, hash: String(i) }], networks, { crops: null });
      if (!outcome?.ok || outcome.faces.length === 0) continue;
      known.push({
        person: names.indexOf(name),
        face: outcome.faces.toSorted((a, b) => off(a) - off(b))[0]!,
      });
    }
    return known;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function off({ box: [x, y, width, height] }: FoundFace): number {
  return Math.hypot(x + width / 2 - 0.5, y + height / 2 - 0.5);
}

/** Two thirds of the size and back, grey, with the contrast of an old print. */
async function oldScan(from: string, to: string): Promise<string> {
  const { width, height } = await sharp(from).metadata();
  const small = await sharp(from)
    .resize(Math.round((2 * width) / 3))
    .greyscale()
    .toColourspace('srgb')
    .jpeg({ quality: 80 })
    .toBuffer();
  await sharp(small)
    .resize(width, height, { fit: 'fill' })
    .linear([0.6, 0.6, 0.6], [60, 60, 60])
    .jpeg()
    .toFile(to);
  return to;
}

function lessonsOf(known: readonly KnownFace[]): FaceLessons {
  const { dim } = networks.card;
  const descriptors = new Float32Array(known.length * dim);
  for (const [row, { face }] of known.entries()) descriptors.set(face.descriptor, row * dim);
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
  const faces = known.map(({ face }, i): GroupedFace => ({
    id: i + 1,
    contentId: i + 1,
    quality: face.quality,
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
for (const scan of options.scans ? [true] : [false, true]) {
  const all = await describe(scan);
  const known = all.filter(({ person }) => person % 2 === mine);
  const others = all.filter(({ person }) => person % 2 !== mine);
  console.log(
    `\n${scan ? 'Every second photo an old scan' : 'Photos as they are'}: ${known.length} faces to learn from`,
  );
  const before = await groupedF(others, null);
  for (const seed of seeds) {
    const signal = new AbortController().signal;
    const learned = await learnFaces(lessonsOf(known), { seed, threads, signal, onProgress: () => {} });
    const after = await groupedF(others, learned);
    console.log(
      `seed ${seed}: ${learned.persons} people; pairs ${percent(learned.before)} → ${percent(learned.after)} ` +
        `(${percent(learned.low)} to ${percent(learned.high)}), ${learned.verdict}, ${learned.seconds.toFixed(0)} s; ` +
        `others grouped: BCubed F ${percent(before)} → ${percent(after)}`,
    );
  }
}
