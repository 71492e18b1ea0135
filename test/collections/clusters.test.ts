import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toUnit } from '../../models/embedding.ts';
import { type ClusteredPhotos, clustersOf, usualClusters } from '../../src-main/collections/clusters.ts';
import { openSession } from '../../src-main/encode/session.ts';
import { Random } from '../../training/random.ts';

const dim = 16;
const open = (model: Uint8Array) => openSession(model, { threads: 1 });
const nameOf = (n: number) => ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(64, '0');

/** Photos of some kinds: each near its kind's own direction. */
function kinds(counts: readonly number[], from = 0): { name: string; row: Float32Array; kind: number }[] {
  const random = new Random(from, 'photos');
  return counts.flatMap((count, kind) =>
    Array.from({ length: count }, (_, i) => {
      const row = Float32Array.from({ length: dim }, (_, d) => (d === kind ? 1 : 0) + 0.12 * random.normal());
      return { name: nameOf(from + kind * 1000 + i), row: toUnit(row), kind };
    }),
  );
}
function photosOf(all: readonly { name: string; row: Float32Array }[]): ClusteredPhotos {
  const rows = new Float32Array(all.length * dim);
  for (const [i, { row }] of all.entries()) rows.set(row, i * dim);
  return { names: all.map(({ name }) => name), rows, dim };
}
/** Names of each cluster's photos, by its id. */
async function grouped(
  all: readonly { name: string; row: Float32Array }[],
  k: number,
  before: Parameters<typeof clustersOf>[2] = [],
) {
  const { centres, places } = await clustersOf(photosOf(all), k, before, open);
  const groups = new Map(centres.map(({ id }) => [id, [] as string[]]));
  for (const [i, place] of places.entries())
    if (place >= 0) groups.get(centres[place]!.id)!.push(all[i]!.name);
  for (const names of groups.values()) names.sort();
  return { centres, groups, places };
}

test('photos of one kind come together', async () => {
  const all = kinds([40, 25, 30, 20]);
  const { groups } = await grouped(all, 4);
  const found = [...groups.values()].map(
    (names) => new Set(names.map((name) => all.find((one) => one.name === name)!.kind)),
  );
  assert.equal(found.length, 4);
  assert.ok(found.every((one) => one.size === 1));
});

test('the order in which photos come changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(kinds([9, 7, 8]), { minLength: 24 }), async (shuffled) => {
      const [a, b] = [await grouped(kinds([9, 7, 8]), 3), await grouped(shuffled, 3)];
      assert.deepEqual([...b.groups].sort(), [...a.groups].sort());
    }),
    { numRuns: 10 },
  );
});

test('clusters stay the same ones as photos come, and a new kind gets one of its own', async () => {
  const first = kinds([30, 30, 30]);
  const before = await grouped(first, 3);
  const more = [...first, ...kinds([6, 6, 6, 30], 50_000)];
  const after = await grouped(more, 4, before.centres);
  for (const [id, names] of before.groups) {
    const now = after.groups.get(id);
    assert.ok(now, 'a cluster is still there');
    assert.ok(names.filter((name) => now.includes(name)).length > 0.9 * names.length);
  }
  assert.equal(after.groups.size, 4);
});

test('a photo like no other is in no cluster', async () => {
  const stray = {
    name: nameOf(999),
    row: toUnit(Float32Array.from({ length: dim }, (_, d) => (d >= 8 ? -1 : 0))),
  };
  const all = [...kinds([40, 40, 40]), stray];
  const { places } = await grouped(all, 3);
  assert.equal(places.at(-1), -1);
});

test('few photos, or none, are no trouble', async () => {
  assert.deepEqual((await grouped([], 5)).centres, []);
  assert.equal((await grouped(kinds([1]), 5)).centres.length, 1);
  assert.deepEqual(
    [usualClusters(0), usualClusters(2), usualClusters(1000), usualClusters(1e6)],
    [1, 1, 22, 150],
  );
});
