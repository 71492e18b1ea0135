/** Which photo of a group is the one to keep, by rules that a person orders, and why, as a sentence. */
import { extname, sep } from 'node:path';
import type { KeeperRule } from '../contract/duplicate-kinds.ts';
import type { KeeperFacts } from '../store/duplicate-reader.ts';

export interface Keeper {
  readonly keeper: KeeperFacts;
  /** A sentence. */
  readonly reason: string;
}

export interface KeeperWishes {
  /** The most important first. */
  readonly rules: readonly KeeperRule[];
  /** Folders whose photos are rather kept, the most preferred first. */
  readonly folders: readonly string[];
}

/** A rule's verdict on each file: the greater the better; what is within `slack` of the best counts as as good. */
interface Rule {
  readonly scores: (files: readonly KeeperFacts[], wishes: KeeperWishes) => readonly number[];
  readonly slack: (best: number) => number;
  readonly why: (kept: KeeperFacts, wishes: KeeperWishes) => string;
}

const rawEndings = new Set(
  ['dng', 'nef', 'cr2', 'cr3', 'arw', 'raf', 'rw2', 'orf', 'pef', 'srw'].map((ending) => `.${ending}`),
);
const isRaw = ({ path }: KeeperFacts) => rawEndings.has(extname(path).toLowerCase());
const exact = () => 0;

const rules: Readonly<Record<KeeperRule, Rule>> = {
  original: {
    scores: (files) =>
      files.map(({ takenAtMs, camera }) => Number(takenAtMs !== null) + Number(camera !== null)),
    slack: exact,
    why: () => 'it still has the data that its camera wrote',
  },
  raw: {
    scores: (files) => files.map((file) => Number(isRaw(file))),
    slack: exact,
    why: () => 'it is the raw photo',
  },
  resolution: {
    scores: (files) => files.map((file) => trueArea(file, files)),
    slack: (best) => best * 0.02,
    why: ({ width, height }) => `it has the most pixels, ${width} × ${height}`,
  },
  sharpness: {
    scores: (files) => {
      const onFaces = files.every(({ faces }) => faces !== null);
      return files.map(({ faces, sharpness }) => (onFaces ? faces! : (sharpness ?? 0)));
    },
    slack: (best) => best * 0.1,
    why: ({ faces }) => (faces === null ? 'it is the sharpest' : 'its faces are the sharpest'),
  },
  exposure: {
    scores: (files) => files.map(({ exposure }) => exposure ?? 0),
    slack: () => 0.05,
    why: () => 'it is exposed best',
  },
  rating: {
    scores: (files) => files.map(({ rating }) => rating ?? 0),
    slack: exact,
    why: ({ rating }) => `it has the highest rating, ${rating ?? 0}`,
  },
  metadata: {
    scores: (files) =>
      files.map(
        ({ hasGps, keywords, caption, lens }) =>
          Number(hasGps) + Number(keywords > 0) + Number(caption !== null) + Number(lens !== null),
      ),
    slack: exact,
    why: () => 'more is written into it: place, keywords or caption',
  },
  folder: {
    scores: (files, { folders }) => files.map(({ path }) => -placeOf(path, folders)),
    slack: exact,
    why: ({ path }, { folders }) => `it lies in ${folders[placeOf(path, folders)]}, which you prefer`,
  },
};

/**
 * @param files  one or more. A file that a person chose is kept before all rules; where no rule decides, the plainest name, the
 * oldest file, the first path.
 */
export function chooseKeeper(files: readonly KeeperFacts[], wishes: KeeperWishes): Keeper {
  const chosen = files.filter(({ chosenMs }) => chosenMs !== null);
  if (chosen.length > 0) {
    const keeper = chosen.reduce((one, other) => (other.chosenMs! > one.chosenMs! ? other : one));
    return { keeper, reason: 'You chose it.' };
  }
  let left = files;
  let reason: string | null = null;
  for (const name of wishes.rules) {
    const { scores, slack, why } = rules[name];
    const all = scores(left, wishes);
    const best = Math.max(...all);
    const better = left.filter((_, i) => all[i]! >= best - slack(best));
    if (better.length === left.length) continue;
    left = better;
    // The first rule that sets some aside is the strongest reason; later ones decide among equals.
    reason ??= `${capital(why(left[0]!, wishes))}.`;
    if (left.length === 1) break;
  }
  const keeper = left.toSorted(plainest)[0]!;
  return { keeper, reason: reason ?? plainReason(keeper, files) };
}

/** Pixels; a picture of the same format that takes fewer bytes than a smaller one was enlarged, or lost more: it counts as that one. */
function trueArea(file: KeeperFacts, files: readonly KeeperFacts[]): number {
  const area = (one: KeeperFacts) => one.width * one.height;
  const heavier = files.filter(
    (one) => one.format === file.format && area(one) < area(file) && one.bytes > file.bytes,
  );
  return Math.min(area(file), ...heavier.map((one) => area(one) - 1));
}

function placeOf(path: string, folders: readonly string[]): number {
  const place = folders.findIndex((folder) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  return place < 0 ? folders.length : place;
}

/** What programs add to the name of a copy: «(1)», «copy of», « - Kopie», «~2»… */
const copyName = /\(\d+\)|\bcop(y|ies)\b|\bcopie\b|\bkopie\b|\bcopia\b|~\d+|_edited|-edited|-kopi/i;
const nameOf = (path: string) => path.slice(path.lastIndexOf(sep) + 1);

function plainest(one: KeeperFacts, other: KeeperFacts): number {
  const copy = (file: KeeperFacts) => Number(copyName.test(nameOf(file.path)));
  return (
    copy(one) - copy(other) ||
    other.bytes - one.bytes ||
    one.modifiedMs - other.modifiedMs ||
    (one.path < other.path ? -1 : 1)
  );
}

function plainReason(keeper: KeeperFacts, files: readonly KeeperFacts[]): string {
  const others = files.filter((file) => file !== keeper);
  if (others.every(({ path }) => copyName.test(nameOf(path))))
    return 'All are as good; the others are named as copies.';
  if (others.every(({ modifiedMs }) => modifiedMs > keeper.modifiedMs))
    return 'All are as good; it is the oldest.';
  return 'All are as good; any may be kept.';
}

const capital = (words: string) => words[0]!.toUpperCase() + words.slice(1);
