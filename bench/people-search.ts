/**
 * What people add to a search of 100,000 photos with 60,000 faces: conditions on who is there, counts of faces, names in the words.
 * Without the text tower and the vectors, which `search` measures.
 *
 * npm run bench -- people-search [--photos N] [--faces N]
 * Processor time: others may use the machine meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FoundFace, Grouping, PeopleId } from '../src-main/contract/people.ts';
import type { Filter } from '../src-main/contract/search.ts';
import { People } from '../src-main/people/people.ts';
import { askedNames } from '../src-main/search/asked-names.ts';
import { listPhotos } from '../src-main/search/list-photos.ts';
import { namedRows, peopleFilter } from '../src-main/search/people-filter.ts';
import { PhotoTable } from '../src-main/search/photo-table.ts';
import { openLibrary, openLibraryReader } from '../src-main/store/open.ts';
import { fillLibrary } from './parts/synthetic-library.ts';
import { printTable, timedCpu } from './parts/timing.ts';

const { values: options } = parseArgs({
  options: { photos: { type: 'string', default: '100000' }, faces: { type: 'string', default: '60000' } },
});
const [photos, faces] = [Number(options.photos), Number(options.faces)];
/** The first is on a tenth of the photos that show anybody, the others on fewer and fewer. */
const persons = 500;
const rounds = 40;
const model = 'bench-faces';
const card = { id: 'bench', dim: { features: 8, embedding: 8 } };
const page = { limit: 100, offset: 0 };

let state = 1;
/** 0..1, the same in every run. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const found: FoundFace = {
  box: [0.1, 0.2, 0.15, 0.3],
  points: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
  score: 0.9,
  quality: 0.5,
  descriptor: new Float32Array(128).fill(Math.sqrt(1 / 128)),
};

const dir = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
const store = openLibrary(join(dir, 'library'));
try {
  fillLibrary(store, '/photos', { photos, card });
  const { people: kept } = store;
  const groups = new Map<number, { id: number; sure: number }[]>();
  let made = 0;
  store.transaction(() => {
    for (const { id: contentId, hash } of kept.faces.waiting(model, photos)) {
      // Most photos of a library show nobody.
      const count = made < faces && random() < 0.4 ? 1 + Math.floor(random() ** 2 * 4) : 0;
      kept.faces.save(
        { contentId, hash, model },
        Array.from({ length: count }, (_, place) => ({ ...found, box: [place / 5, 0.2, 0.15, 0.3] })),
      );
      made += count;
      const here = new Set<number>();
      for (const { id } of kept.lists.ofContent(contentId)) {
        const who = Math.floor(persons * random() ** 3);
        if (here.has(who)) continue;
        here.add(who);
        groups.set(who, [...(groups.get(who) ?? []), { id, sure: 0.8 }]);
      }
    }
  });
  const grouping: Grouping = {
    groups: [...groups.values()].map((all) => ({ person: null, faces: all })),
    unknown: [],
    questions: [],
  };
  kept.grouping.write(model, grouping);
  store.settings.set({ people: true });
  const edits = new People(kept, () => {});
  const cards = kept.cards.list().groups;
  const ids = cards.map(({ id }, i) => edits.name(id, `Person ${i} Nr${i}`).id as PeopleId);
  console.log(
    `${photos.toLocaleString('en')} photos, ${made.toLocaleString('en')} faces, ${ids.length} persons with names; ` +
      `the largest on ${cards[0]!.photos.toLocaleString('en')} photos`,
  );

  const reader = openLibraryReader(store.paths.dir);
  const table = new PhotoTable();
  table.follow(reader.photos.timeline());
  const filters: Record<string, Filter> = {
    'one person': { people: { all: [ids[0]!] } },
    'two of them': { people: { all: [ids[0]!, ids[1]!] } },
    'any of five': { people: { any: ids.slice(0, 5) } },
    'all but one': { people: { none: [ids[0]!] } },
    'two faces or more': { faces: { min: 2 } },
    'no face': { faces: { max: 0 } },
  };
  const times: Record<string, number[]> = {};
  const note = async (name: string, work: () => unknown) =>
    void (times[name] ??= []).push(await timedCpu(work));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, filter] of Object.entries(filters)) {
      const listed = { filter, sure: null, ...page };
      await note(`${name}: photos admitted`, () => {
        const admits = peopleFilter(filter, reader, table)!;
        let passed = 0;
        for (let row = 0; row < table.size; row += 1) if (admits(row)) passed += 1;
        return passed;
      });
      await note(`${name}: listed`, () =>
        listPhotos({ photos: table, reader }, { ...listed, admits: peopleFilter(filter, reader, table) }),
      );
    }
    await note('whom the words name', () =>
      askedNames('Person 3 Nr3 and a dog on the beach', reader.people.named()),
    );
    const names = askedNames('Person 0 Nr0', reader.people.named());
    await note('the rows of a name', () => namedRows(names, reader, table));
  }
  printTable(times, null);
  reader.close();
} finally {
  store.close();
  rmSync(dir, { recursive: true, force: true });
}
