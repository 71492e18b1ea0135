import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SearchResults } from '../../src-main/contract/search.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { countAbove, cutOff } from '../../src-renderer/state/cut-off.ts';
import { likeSections } from '../../src-renderer/state/like-sections.ts';
import { suggestionsFor, type Offers } from '../../src-renderer/state/suggestions.ts';
import { waysOut } from '../../src-renderer/state/ways-out.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { Search } = await import('../../src-renderer/state/search.svelte.ts');

/** A library of `total` photos, of which the first `good` match. */
function results(query: string, { total = 1000, good = 300, limit = 100, offset = 0 } = {}): SearchResults {
  const count = Math.max(0, Math.min(limit, total - offset));
  const relevance = (index: number) => (index < good ? 0.9 : 0.1);
  const histogram = Array.from({ length: 20 }, () => 0);
  histogram[18] = good;
  histogram[2] = total - good;
  return {
    query,
    results: Array.from({ length: count }, (_, at) => ({
      id: offset + at + 1,
      path: `/p/${offset + at + 1}.jpg`,
      score: 1 - (offset + at) / total,
      relevance: relevance(offset + at),
    })),
    total,
    relevant: good,
    histogram,
    encoder: 'test',
    milliseconds: 1,
  };
}
const words = (query: string) => ({ kind: 'words', query, filter: {} }) as const;

test('a first page comes at once, and more when more is shown', async () => {
  const pages: unknown[] = [];
  const search = new Search(
    fakeClient({
      search: ({ query, limit, offset }) => {
        pages.push([limit, offset]);
        return results(query, { limit: limit!, offset: offset! });
      },
    }),
  );
  await search.ask(words('dog'));
  assert.equal(search.answer?.results.length, 200);
  await search.extend(300);
  assert.equal(search.answer?.results.length, 300);
  assert.deepEqual(
    search.answer?.results.map(({ id }) => id),
    Array.from({ length: 300 }, (_, at) => at + 1),
  );
  await search.extend(250);
  assert.deepEqual(pages, [
    [200, 0],
    [100, 200],
  ]);
});

test('asking the same again keeps the answer', async () => {
  let asked = 0;
  const search = new Search(fakeClient({ search: ({ query }) => (asked++, results(query)) }));
  await search.ask(words('dog'));
  await search.ask(words('dog'));
  assert.equal(asked, 1);
  await search.again(words('dog'));
  assert.equal(asked, 2);
});

test('a new question gives the old one up, and its late answer changes nothing', async () => {
  const waiting: (() => void)[] = [];
  const search = new Search(
    fakeClient({
      search: ({ query }, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
          waiting.push(() => resolve(results(query)));
        }),
    }),
  );
  const first = search.ask(words('do'));
  const second = search.ask(words('dog'));
  assert.equal(search.busy, true);
  waiting[1]!();
  waiting[0]!();
  await Promise.all([first, second]);
  assert.equal(search.answer?.query, 'dog');
  assert.equal(search.busy, false);
});

test('a failure is said in the application’s own words, and can be tried again', async () => {
  let broken = true;
  const search = new Search(
    fakeClient({
      search: ({ query }) => {
        if (broken) throw new LikenessError('engine-failed', 'The search stopped.', 'Try again.');
        return results(query);
      },
    }),
  );
  await search.ask(words('dog'));
  assert.deepEqual(search.failure, { message: 'The search stopped.', hint: 'Try again.' });
  broken = false;
  await search.ask(words('dog'));
  assert.equal(search.failure, null);
  assert.equal(search.answer?.total, 1000);
});

test('where nothing is good, other questions are counted, and only those that find something are offered', async () => {
  const good: Record<string, number> = { snow: 5, leopard: 0 };
  const search = new Search(
    fakeClient({ search: ({ query, limit }) => results(query, { good: good[query] ?? 0, limit: limit! }) }),
  );
  await search.ask(words('snow leopard'));
  assert.deepEqual(search.ways, [{ query: 'snow', filter: {}, photos: 5 }]);
});

test('a photo is asked for by id or by its upload', async () => {
  const asked: unknown[] = [];
  const search = new Search(
    fakeClient({ similar: (request) => (asked.push(request), results('', { good: 0 })) }),
  );
  await search.ask({ kind: 'photo', photoId: 4, filter: { folderId: 2 } });
  await search.ask({ kind: 'photo', upload: 'abc', filter: {} });
  assert.deepEqual(asked, [
    { photoId: 4, filter: { folderId: 2 }, limit: 200, offset: 0 },
    { upload: 'abc', filter: {}, limit: 200, offset: 0 },
  ]);
});

test('photos above a cut-off are counted by whole twentieths', () => {
  const histogram = Array.from({ length: 20 }, (_, bin) => bin);
  assert.equal(countAbove(histogram, 0), 190);
  assert.equal(countAbove(histogram, 0.5), 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19);
  assert.equal(countAbove(histogram, 0.95), 19);
  assert.equal(countAbove(histogram, 1), 0);
});

test('ways out: no bounds, then fewer words, never the small ones alone', () => {
  assert.deepEqual(
    waysOut({ query: 'dog on the beach', filter: { folderId: 1 } }).map(({ query, filter }) => [
      query,
      filter,
    ]),
    [
      ['dog on the beach', {}],
      ['dog', { folderId: 1 }],
      ['beach', { folderId: 1 }],
    ],
  );
  assert.deepEqual(waysOut({ query: 'dog', filter: {} }), []);
  assert.deepEqual(
    waysOut({ query: 'old red car', filter: {} }).map(({ query }) => query),
    ['old red', 'red car', 'car'],
  );
});

const offers: Offers = {
  folders: [
    { id: 1, path: '/home/ana/Café 2023', photos: 40 },
    { id: 2, path: 'C:\\Photos\\Family', photos: 7 },
  ],
  months: [
    { ms: Date.UTC(2024, 5), photos: 10 },
    { ms: Date.UTC(2023, 11), photos: 3 },
    { ms: Date.UTC(2023, 2), photos: 2 },
  ],
  recent: ['dog', 'snow'],
  faces: null,
};

test('nothing typed offers earlier searches', () => {
  assert.deepEqual(
    suggestionsFor('  ', offers).map(({ kind, label }) => [kind, label]),
    [
      ['recent', 'dog'],
      ['recent', 'snow'],
    ],
  );
});

test('what is typed comes first, then folders and dates that it names, without case and accents', () => {
  assert.deepEqual(
    suggestionsFor('cafe', offers).map(({ kind, label }) => [kind, label]),
    [
      ['words', 'cafe'],
      ['folder', 'Café 2023'],
    ],
  );
  assert.deepEqual(
    suggestionsFor('2023', offers).map(({ kind, label, photos }) => [kind, label, photos]),
    [
      ['words', '2023', null],
      ['folder', 'Café 2023', 40],
      ['date', '2023', 5],
      ['date', 'December 2023', 3],
      ['date', 'March 2023', 2],
    ],
  );
});

test('a month is offered with its bounds', () => {
  const june = suggestionsFor('june', offers).find(({ kind }) => kind === 'date');
  assert.deepEqual(june && 'filter' in june && june.filter, {
    fromMs: Date.UTC(2024, 5),
    toMs: Date.UTC(2024, 6),
  });
});

test('likes are told apart: the same moment by time, then very alike, alike, weak', () => {
  const at = 1_000_000;
  const like = (index: number, relevance: number, takenAtMs: number) => ({ index, relevance, takenAtMs });
  const likes = [
    like(1, 0.99, at + 60_000),
    like(2, 0.95, 0),
    like(3, 0.94, at - 1000),
    like(4, 0.6, 0),
    like(5, 0.5, 0),
  ];
  assert.deepEqual(likeSections(likes, { takenAtMs: at, weak: [like(6, 0.49, at)] }), [
    { name: 'moment', indexes: [3, 1] },
    { name: 'very', indexes: [2] },
    { name: 'alike', indexes: [4, 5] },
    { name: 'weak', indexes: [6] },
  ]);
  assert.deepEqual(likeSections(likes.slice(0, 3), { takenAtMs: null, weak: [] }), [
    { name: 'very', indexes: [1, 2, 3] },
  ]);
  assert.deepEqual(likeSections([], { takenAtMs: at, weak: [] }), []);
});

/** An answer whose first results have these relevances; `rest` more photos match nothing. */
function answered(relevances: readonly number[], { rest = 0, read = relevances.length } = {}) {
  const histogram = Array.from({ length: 20 }, () => 0);
  for (const relevance of relevances) histogram[Math.min(19, Math.floor(relevance * 20))]! += 1;
  histogram[0]! += rest;
  return {
    results: relevances
      .slice(0, read)
      .map((relevance, at) => ({ id: at + 1, path: `/p/${at + 1}`, score: 1 - at / 100, relevance })),
    total: relevances.length + rest,
    relevant: relevances.filter((relevance) => relevance >= 0.5).length,
    histogram,
  };
}
const closed = { chosen: undefined, weakShown: false };
const idsOf = (results: readonly { readonly id: number }[]) => results.map(({ id }) => id);

test('matches end at one half, and weaker ones are counted but closed', () => {
  const line = cutOff(answered([0.9, 0.5, 0.3, 0.1, 0.02], { rest: 500 }), closed);
  assert.deepEqual([line.above, line.below, line.none], [2, 2, false]);
  assert.deepEqual([idsOf(line.strong), idsOf(line.weak)], [[1, 2], []]);
  const open = cutOff(answered([0.9, 0.5, 0.3, 0.1, 0.02], { rest: 500 }), { ...closed, weakShown: true });
  assert.deepEqual(idsOf(open.weak), [3, 4]);
});

test('the person’s own line decides, down to everything', () => {
  const answer = answered([0.9, 0.5, 0.3, 0.02], { rest: 1 });
  assert.deepEqual(idsOf(cutOff(answer, { ...closed, chosen: 0.25 }).strong), [1, 2, 3]);
  const all = cutOff(answer, { ...closed, chosen: 0 });
  assert.equal(all.above, 5);
  assert.equal(all.below, 0);
});

test('without a good match a few guesses are shown, until the person lowers the line', () => {
  const answer = answered(Array.from({ length: 60 }, () => 0.2));
  const none = cutOff(answer, closed);
  assert.equal(none.none, true);
  assert.equal(none.weak.length, 30);
  assert.equal(cutOff(answer, { ...closed, chosen: 0.2 }).none, false);
});

test('where a name has raised a weak match above a strong one, more is read until all strong ones are there', () => {
  const relevances = [0.9, 0.4, 0.4, 0.8];
  const first = cutOff(answered(relevances, { read: 2 }), closed);
  assert.deepEqual([first.above, idsOf(first.strong), first.wanted], [2, [1], 4]);
  const then = cutOff(answered(relevances), closed);
  assert.deepEqual([idsOf(then.strong), then.wanted], [[1, 4], 0]);
});
