/** Searches that name people, in words or as a filter, over a real store. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import type { PeopleId } from '../../src-main/contract/people.ts';
import { searchSchema, type Filter } from '../../src-main/contract/search.ts';
import { People } from '../../src-main/people/people.ts';
import { LibraryIndex } from '../../src-main/search/library-index.ts';
import { search } from '../../src-main/search/search.ts';
import { similar } from '../../src-main/search/similar.ts';
import { face, groupByLooks, idsOf, model } from '../people/faces.ts';
import { encoderId, testCard, TestLibrary } from './library.ts';
import { near, openModel, unitVector } from './vectors.ts';

const dim = testCard.dim.embedding;
const queryVector = unitVector(dim, 99);
/** Who is on each photo, oldest first, by looks; null: nobody has looked yet. */
const photos: Record<string, number[] | null> = {
  'a.jpg': [1],
  'b.jpg': [1, 2],
  'c.jpg': [2, 3],
  'd.jpg': [1, 2, 3],
  'e.jpg': [],
  'f.jpg': null,
  'g.jpg': [3],
};

let library: TestLibrary;
let index: LibraryIndex;
let people: People;
let asked: string[];
/** Ids of whoever looks like 1, 2, 3. */
let who: PeopleId[];

beforeEach(async () => {
  library = new TestLibrary();
  asked = [];
  const { store } = library;
  const faces: number[][] = [];
  const looks: number[][] = [];
  let n = 0;
  for (const [name, shown] of Object.entries(photos)) {
    n += 1;
    const vectors = { embedding: near(queryVector, 0.9 - n / 10, n), features: unitVector(24, n) };
    const id = library.add({ name, takenAtMs: n * 1000, vectors });
    const { contentId, hash } = store.photos.content(id)!;
    if (!shown) continue;
    store.people.faces.save(
      { contentId, hash, model },
      shown.map((one, place) => face(place, one)),
    );
    faces.push(idsOf(store, contentId));
    looks.push(shown);
  }
  groupByLooks(store, looks, faces);
  store.settings.set({ people: true });
  people = new People(store.people, () => {});
  who = [1, 2, 3].map((one) => {
    const photo = looks.findIndex((shown) => shown.includes(one));
    return store.people.lists.face(faces[photo]![looks[photo]!.indexOf(one)]!)!.who!;
  });
  index = await LibraryIndex.open(library.reader(), openModel);
});
afterEach(() => library.close());

const services = () => ({
  index,
  encoderId,
  card: testCard,
  encodeQuery: (query: string) => {
    asked.push(query);
    return Promise.resolve({ encoderId, vector: queryVector });
  },
});
const ask = (query: string, filter: Filter = {}, page = { limit: 100, offset: 0 }) =>
  search({ query, filter, ...page }, services());
const names = ({ results }: { results: readonly { path: string }[] }) =>
  results.map(({ path }) => path.split('/').at(-1)!.slice(0, -4)).join('');
const name = (looks: number, called: string) => {
  who[looks - 1] = people.name(who[looks - 1]!, called).id!;
};

test('all of, any of, none of: photos outside are left out before ranking', async () => {
  const [one, two, three] = who as [PeopleId, PeopleId, PeopleId];
  assert.equal(names(await ask('dogs', { people: { all: [one] } })), 'abd');
  assert.equal(names(await ask('dogs', { people: { all: [one, two] } })), 'bd');
  assert.equal(names(await ask('dogs', { people: { any: [one, three] } })), 'abcdg');
  assert.equal(names(await ask('dogs', { people: { any: [one, three], none: [two] } })), 'ag');
  assert.equal(names(await ask('dogs', { people: { all: [two], any: [three], none: [one] } })), 'c');
  // Nobody says of a photo that was not looked at that she is on it.
  assert.equal(names(await ask('dogs', { people: { none: [one] } })), 'cefg');
  assert.equal(names(await ask('dogs', { people: { all: [], any: [], none: [] } })), 'abcdefg');
  const { total, histogram } = await ask('dogs', { people: { all: [one] } }, { limit: 1, offset: 0 });
  assert.deepEqual([total, histogram.reduce((a, b) => a + b)], [3, 3]);
  assert.deepEqual(asked.slice(0, 1), ['dogs']);
});

test('by the number of faces: ignored ones do not count, and photos not looked at have no number', async () => {
  assert.equal(names(await ask('', { faces: { min: 0, max: 0 } })), 'e');
  assert.equal(names(await ask('', { faces: { max: 1 } })), 'gea');
  assert.equal(names(await ask('', { faces: { min: 2 } })), 'dcb');
  assert.equal(names(await ask('', { faces: { min: 2, max: 2 } })), 'cb');
  assert.equal(names(await ask('', { faces: { min: 2 }, people: { all: [who[0]!] }, fromMs: 3000 })), 'd');
  const [, stranger] = idsOf(library.store, library.store.photos.content(2 as never)!.contentId);
  people.ignore([stranger!], true);
  assert.equal(names(await ask('', { faces: { min: 2, max: 2 } })), 'c');
});

test('whoever is not there any more is on no photo; ids are those of people', async () => {
  assert.equal((await ask('', { people: { all: ['p77'] } })).total, 0);
  assert.equal(names(await ask('', { people: { any: ['g9999', who[2]!] } })), 'gdc');
  const parse = (filter: unknown, query = 'x') => v.safeParse(searchSchema, { query, filter });
  for (const id of ['7', 'p0', 'x1', 'p-1', 1])
    assert.ok(!parse({ people: { all: [id] } }).success, String(id));
  for (const min of [-1, 0.5, '2']) assert.ok(!parse({ faces: { min } }).success, String(min));
});

test('without words or bounds there is no question', () => {
  const parse = (query: string, filter: unknown) => v.safeParse(searchSchema, { query, filter });
  for (const empty of [{}, { people: {} }, { people: { all: [] } }, { faces: {} }]) {
    const { success, issues } = parse(' ', empty);
    assert.ok(!success);
    assert.deepEqual([issues[0].message, issues[0].path?.[0].key], ['is empty', 'query']);
  }
  assert.ok(parse('', { people: { none: ['p1'] } }).success);
  assert.ok(parse('', { folderId: 1 }).success);
});

test('a filter alone lists its photos, newest first, in pages, each of them sure', async () => {
  const whole = await ask('', { people: { any: [who[0]!, who[1]!] } });
  assert.equal(names(whole), 'dcba');
  assert.ok(whole.results.every(({ relevance, score }) => relevance === 1 && score === 1));
  assert.deepEqual([whole.total, whole.relevant, whole.histogram[19]], [4, 4, 4]);
  assert.equal(names(await ask('', { people: { any: [who[0]!, who[1]!] } }, { limit: 2, offset: 1 })), 'cb');
  assert.deepEqual(asked, [], 'nothing was encoded');
});

test('a name in the words bounds the search, and only the rest is looked for', async () => {
  name(1, 'Zoë');
  assert.equal(names(await ask('zoe on the beach')), 'abd');
  assert.equal(names(await ask('beach without Zoe')), 'cefg');
  assert.deepEqual(asked, ['on the beach', 'beach']);
  name(2, 'Ben');
  assert.equal(names(await ask('ZOË and ben')), 'db');
  assert.equal(names(await ask('Zoë or Ben', { faces: { max: 2 } })), 'cba');
  assert.equal(names(await ask('Ben', { people: { none: [who[0]!] } })), 'c');
});

test('only a name: their photos, newest first; then those that are merely named so', async () => {
  name(1, 'Zoë');
  library.add({ name: 'z.jpg', takenAtMs: 99_000, keywords: ['zoe'], vectors: null });
  library.add({ name: 'zoology.jpg', takenAtMs: 99_000, keywords: ['Zoetrope'], vectors: null });
  const { results, total, relevant } = await ask('Zoë');
  assert.equal(names({ results }), 'dbaz');
  assert.deepEqual(
    results.map(({ relevance }) => relevance),
    [1, 1, 1, 0.5],
  );
  assert.deepEqual([total, relevant], [4, 4]);
  // With other words too, a photo that is named after her is not lost.
  assert.equal(names(await ask('Zoë', { people: { all: [who[0]!] } })), 'dba');
});

test('a name that is an everyday word takes no photo away: its person comes first', async () => {
  name(3, 'Rose');
  const { results, total } = await ask('rose in a vase');
  assert.equal(total, 7);
  assert.equal(names({ results }), 'cdgabef');
  assert.deepEqual(asked, ['rose in a vase']);
  assert.ok(results.slice(0, 3).every(({ relevance }) => relevance >= 0.5));
  assert.equal(names(await ask('vase', { people: { all: [who[2]!] } })), 'cdg');
});

test('whoever is hidden, or has no name, is not meant by words', async () => {
  name(1, 'Zoë');
  who[0] = people.hide(who[0]!, true).id!;
  assert.equal((await ask('Zoë')).total, 7);
  assert.equal(names(await ask('', { people: { all: [who[0]!] } })), 'dba');
});

test('while faces are off nobody is known: names are words, and a filter of people is refused', async () => {
  name(1, 'Zoë');
  library.store.settings.set({ people: false });
  assert.equal((await ask('Zoë')).total, 7);
  const refused = { name: 'LikenessError', code: 'bad-input' };
  await assert.rejects(ask('x', { people: { all: ['p1'] } }), refused);
  await assert.rejects(ask('', { faces: { max: 0 } }), refused);
  assert.equal((await ask('x', { people: { all: [] }, faces: {} })).total, 7);
});

test('photos like one keep to the filter of people', async () => {
  const like = { photoId: 1, limit: 100, offset: 0, filter: { people: { all: [who[1]!] } } };
  const found = await similar(like, { ...services(), encodePhoto: () => Promise.reject(new Error('known')) });
  assert.deepEqual([...names(found)].sort().join(''), 'bcd');
});
