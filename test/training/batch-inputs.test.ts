import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BatchShape, batchFeeds, knownInputs, seenInputs } from '../../training/batch-inputs.ts';
import type { Feeds, Numbers } from '../../training/engines/engine.ts';
import { type Graph, sourcesOf } from '../../training/graph/graph.ts';
import type { AnyTensor } from '../../training/graph/tensor.ts';
import type { RunData } from '../../training/run-data.ts';
import { byolViews, dinoViews, forScans, siglipViews } from '../../training/transforms/recipes.ts';
import { imagenetStatistics } from '../../training/transforms/view.ts';
import { drawnData } from './drawn-data.ts';

const shape: BatchShape = {
  batch: 4,
  source: 40,
  views: dinoViews(32, { patch: 8, locals: 1 }),
  statistics: imagenetStatistics,
  patches: 16,
  context: 32,
};
const captions = ['a red sun', 'A red sun', 'a boat', 'two boats', 'a boat', 'a sheep', 'a hill', 'rain'];
const data = await drawnData({ photos: 8, captions: (at) => [captions[at]!] });

/** A graph that reads what a test names. */
function reading(names: readonly string[] | null, of = shape): Graph {
  const seen = seenInputs(of.batch, of);
  const all: AnyTensor[] = [...seen.views, ...seen.masks, seen.tokens, seen.ends];
  const { masks: _, ...known } = knownInputs(of, seen.masks);
  const outputs = Object.fromEntries([...all, ...Object.values(known)].entries());
  const { inputs } = sourcesOf({ outputs, updates: new Map() });
  const wanted = inputs.filter(({ attributes: { name } }) => names === null || names.includes(name));
  return {
    outputs: Object.fromEntries(wanted.map((tensor) => [tensor.attributes.name, tensor])),
    updates: new Map(),
  };
}

interface Asked {
  readonly photos: readonly number[];
  readonly epoch?: number;
  readonly seed?: number;
  readonly names?: readonly string[];
  readonly of?: BatchShape;
  readonly from?: RunData;
  readonly useClasses?: boolean;
}

function feedsOf({ photos, epoch = 0, seed = 1, names, of = shape, from = data, useClasses = false }: Asked) {
  const load = batchFeeds(from, of, [reading(names ?? null, of)], { seed, useClasses });
  return load({ epoch, photos: Int32Array.from(photos) });
}

/** What one photo of a batch is fed, by name. */
const rowOf = (feeds: Feeds, place: number, batch = 4) =>
  Object.fromEntries(
    Object.entries(feeds).flatMap(([name, all]) => {
      if (typeof all === 'number') return [];
      const each = all.length / batch;
      return [[name, all.slice(place * each, (place + 1) * each)]];
    }),
  );
/** All that follows from the photo alone: pairs are drawn among the batch. */
const own = (feeds: Feeds): Feeds =>
  Object.fromEntries(Object.entries(feeds).filter(([name]) => !['partner', 'similar'].includes(name)));

test('what a photo is fed follows from seed, epoch and photo, and not from its place or its neighbours', async () => {
  const first = own(await feedsOf({ photos: [2, 5, 6, 7] }));
  const other = own(await feedsOf({ photos: [3, 7, 5, 2] }));
  for (const [here, there] of [
    [0, 3],
    [1, 2],
    [3, 1],
  ] as const)
    assert.deepEqual(rowOf(first, here), rowOf(other, there));
  assert.deepEqual(await feedsOf({ photos: [2, 5, 6, 7] }), await feedsOf({ photos: [2, 5, 6, 7] }));
});

test('another seed, epoch or photo is looked at otherwise', async () => {
  const rowsOf = async (change: Partial<Asked>) =>
    (await feedsOf({ photos: [2, 5, 6, 7], ...change }))['global1.rows'];
  const usual = await rowsOf({});
  for (const change of [{ seed: 2 }, { epoch: 1 }, { photos: [3, 5, 6, 7] }])
    assert.notDeepEqual(await rowsOf(change), usual);
});

test('views of one photo differ from one another', async () => {
  const feeds = await feedsOf({ photos: [2, 5, 6, 7] });
  assert.notDeepEqual(feeds['global1.rows'], feeds['global2.rows']);
  assert.notDeepEqual(feeds['mask1'], feeds['mask2']);
});

test('only what the graphs read is made, and everything that they read', async () => {
  for (const names of [
    ['photos', 'global1.rows'],
    ['ids', 'similar', 'partner'],
    ['mask2'],
    ['ends', 'tokens'],
    [],
  ])
    assert.deepEqual(Object.keys(await feedsOf({ photos: [0, 1, 2, 3], names })).sort(), names.toSorted());
  const all = reading(null);
  assert.deepEqual(
    Object.keys(await feedsOf({ photos: [0, 1, 2, 3] })).sort(),
    Object.keys(all.outputs).sort(),
  );
});

test('every feed is of the type and size of its input', async () => {
  const feeds = await feedsOf({ photos: [0, 1, 2, 3] });
  const arrays = { f32: Float32Array, i32: Int32Array, u8: Uint8Array, bool: Uint8Array, f16: Float32Array };
  for (const { attributes, size, type } of sourcesOf(reading(null)).inputs) {
    const fed = feeds[attributes.name]!;
    if (typeof fed === 'number') assert.equal(size, 1);
    else assert.ok(fed.length === size && fed instanceof arrays[type], attributes.name);
  }
});

test('a caption is read in lower case; photos that drew the same one are one group, with all of their groups', async () => {
  const names = ['ids', 'tokens', 'ends'];
  const idsOf = async (photos: readonly number[], groups?: readonly number[]) => {
    const from = groups ? { ...data, groups: Int32Array.from(groups) } : data;
    return [...((await feedsOf({ photos, names, from }))['ids'] as Int32Array)];
  };
  const [a, b, c, d] = await idsOf([0, 1, 2, 3]);
  assert.equal(a, b);
  assert.equal(new Set([b, c, d]).size, 3);
  // 2 and 4 say the same; 5 is of the group of 4, and 6 of the group of 2.
  const joined = await idsOf([4, 2, 5, 6], [0, 1, 2, 3, 4, 4, 2, 7]);
  assert.equal(new Set(joined).size, 1, joined.join());
  const apart = await idsOf([4, 5, 6, 7], [0, 1, 2, 3, 4, 4, 2, 7]);
  assert.ok(apart[0] === apart[1] && new Set(apart).size === 3, apart.join());
});

test('without captions to be read, groups stay as they are', async () => {
  const feeds = await feedsOf({ photos: [0, 1, 2, 4], names: ['ids'] });
  assert.deepEqual(feeds['ids'], Int32Array.of(0, 1, 2, 4));
});

test('labels are the classes where the method learns from them, the groups otherwise', async () => {
  const classed = { ...data, labels: Int32Array.from([0, 1, 0, 1, 0, 1, -1, -1]), classes: 2 };
  const asked = { photos: [1, 2, 6, 7], names: ['labels'], from: classed };
  assert.deepEqual((await feedsOf(asked))['labels'], Int32Array.of(1, 2, 6, 7));
  const labels = (await feedsOf({ ...asked, useClasses: true }))['labels'] as Int32Array;
  assert.deepEqual([...labels.subarray(0, 2)], [1, 0]);
  // Photos beside the class folders are no class together.
  assert.equal(new Set(labels).size, 4, labels.join());
});

test('look-alikes without a class are a class of their own', async () => {
  const classed = { ...data, labels: Int32Array.from([0, 1, 0, 1, -1, -1, -1, -1]), classes: 2 };
  const from = { ...classed, groups: Int32Array.from([0, 1, 2, 3, 4, 4, 1, 7]) };
  const asked = { photos: [4, 5, 6, 1], names: ['labels'], from, useClasses: true };
  const [a, b, c, d] = (await feedsOf(asked))['labels'] as Int32Array;
  assert.ok(a === b && a !== c && c !== d && d === 1);
});

test('the first epoch is not settled, all later ones are', async () => {
  for (const [epoch, settled] of [
    [0, 0],
    [1, 1],
    [9, 1],
  ] as const)
    assert.equal((await feedsOf({ photos: [0, 1, 2, 3], epoch, names: ['settled'] }))['settled'], settled);
});

test('views that rotate are fed pixels of their own, and the photos themselves are not', async () => {
  const of = { ...shape, views: byolViews(32).map(forScans) };
  const feeds = await feedsOf({ photos: [0, 1, 2, 3], of });
  assert.ok(!('photos' in feeds));
  const [one, two] = ['view1.photos', 'view2.photos'].map((name) => feeds[name] as Uint8Array);
  assert.ok(one!.length === 4 * 3 * 40 * 40 && two!.length === one!.length);
  assert.notDeepEqual(one, two);
});

test('a view of the whole photo is the same in every epoch', async () => {
  const of = { ...shape, views: siglipViews(32) };
  const looked = async (epoch: number) =>
    (await feedsOf({ photos: [0, 1, 2, 3], of, epoch }))['view1.rows'] as Numbers;
  assert.deepEqual(await looked(0), await looked(3));
});
