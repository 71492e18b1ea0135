/** How long main is busy with people: lists, the page of the largest person, edits and their ways back. No photo is looked at. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FoundFace, Grouping } from '../src-main/contract/people.ts';
import { People } from '../src-main/people/people.ts';
import { openLibrary, openLibraryReader } from '../src-main/store/open.ts';
import { fillLibrary } from './parts/synthetic-library.ts';

const facesWanted = Number(process.argv[2] ?? 60_000);
const persons = facesWanted / 40;
const photos = Math.ceil(facesWanted / 2.5);
const dim = 128;
const card = { id: 'bench', dim: { features: 8, embedding: 8 } };
const model = 'bench-faces';
const dir = mkdtempSync(join(tmpdir(), 'likeness-bench-'));

let state = 1;
/** 0..1, the same in every run. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** Wall-clock and CPU: on a machine that others use, the second is the figure to compare. */
function report<T>(name: string, work: () => T): T {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - startedMs;
  console.log(
    `${name.padEnd(42)} ${wallMs.toFixed(1).padStart(9)} ms  ${((user + system) / 1000).toFixed(1).padStart(9)} ms CPU`,
  );
  return result;
}

function face(place: number): FoundFace {
  const descriptor = new Float32Array(dim).map(() => random() - 0.5);
  const length = Math.sqrt(descriptor.reduce((sum, value) => sum + value * value, 0));
  return {
    box: [place / 5, 0.2, 0.15, 0.3],
    points: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
    score: 0.9,
    quality: random(),
    descriptor: descriptor.map((value) => value / length),
  };
}

const store = openLibrary(join(dir, 'library'));
const { people: kept } = store;
try {
  fillLibrary(store, '/photos', { photos, card });
  const groups = new Map<number, { id: number; sure: number }[]>();
  const contents = kept.faces.waiting(model, photos);
  report(`faces of ${contents.length} photos saved`, () =>
    store.transaction(() => {
      for (const { id: contentId, hash } of contents) {
        const found = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, place) => face(place));
        kept.faces.save({ contentId, hash, model }, found);
      }
    }),
  );
  for (const { id } of contents) {
    const here = new Set<number>();
    for (const { id: one } of kept.lists.ofContent(id)) {
      // A few are on many photos, most on some, and every seventh face is a stranger's.
      const who = Math.floor(persons * random() ** 3);
      if (random() < 0.15 || here.has(who)) continue;
      here.add(who);
      groups.set(who, [...(groups.get(who) ?? []), { id: one, sure: random() }]);
    }
  }
  const grouping: Grouping = {
    groups: [...groups.values()].map((faces) => ({ person: null, faces })),
    unknown: [],
    questions: Array.from({ length: 1000 }, (_, i) => ({
      a: i,
      b: (7 * i + 1) % groups.size,
      likeness: 0.5,
    })),
  };
  console.log(`${kept.lists.counts().all} faces, ${groups.size} groups`);
  report('the first grouping is written', () => kept.grouping.write(model, grouping));
  report('a grouping that changes nothing', () => kept.grouping.write(model, grouping));
  report('the list, no card made yet', () => kept.cards.list());
  const [largest] = report('the list', () => kept.cards.list()).groups;
  const edits = new People(kept, () => {});
  const who = edits.who(largest!.id);
  console.log(`the largest has ${largest!.faces} faces`);
  report('who is with the largest', () => kept.lists.together(who));
  report('500 of its faces', () => kept.lists.faces(who, { order: 'unsure', limit: 500, offset: 0 }));
  report('500 of the unknown, the newest', () =>
    kept.lists.faces('unknown', { order: 'newest', limit: 500, offset: 0 }),
  );
  report('the questions', () => kept.grouping.questions());
  const named = report('the largest is named', () => edits.name(largest!.id, 'Ana'));
  report('the list after it', () => kept.cards.list());
  const [first] = kept.persons.members(edits.who(named.id!));
  const rejected = report('one face is rejected', () => edits.reject([first!.id]));
  report('that is taken back', () => edits.undo(rejected.edit));
  report('the naming is taken back', () => edits.undo(named.edit));
  const reader = openLibraryReader(store.paths.dir);
  report('an engine reads all faces', () => reader.faces.groupable(model));
  reader.close();
  report('all is forgotten', () => kept.edits.forgetAll());
} finally {
  store.close();
  rmSync(dir, { recursive: true, force: true });
}
