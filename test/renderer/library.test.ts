import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { mergeTimeline, noPhotos } from '../../src-renderer/state/merge-timeline.ts';
import { rowsAt } from '../../src-renderer/state/photo-rows.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';
import { timelineOf, type Row } from './timelines.ts';

const { Library } = await import('../../src-renderer/state/library.svelte.ts');

const rows = fc.uniqueArray(
  fc.record({ id: fc.integer({ min: 1, max: 60 }), takenAtMs: fc.integer({ min: 0, max: 12 }) }),
  { selector: ({ id }) => id, maxLength: 40 },
);

test('what changed, merged in, gives the same as reading everything anew', () => {
  fc.assert(
    fc.property(rows, rows, fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (before, changed, gone) => {
      const after = new Map(before.map((row) => [row.id, row]));
      for (const id of gone) after.delete(id);
      for (const row of changed) after.set(row.id, row);
      const removed = gone.filter((id) => !changed.some((row) => row.id === id));
      const merged = mergeTimeline(timelineOf(before), timelineOf(changed, { version: 2, removed }));
      assert.deepEqual(merged, timelineOf([...after.values()], { version: 2 }));
    }),
  );
});

test('merging into nothing gives what came', () => {
  const came = timelineOf([{ id: 1, takenAtMs: 5 }], { version: 3, generation: 7 });
  assert.deepEqual(mergeTimeline(noPhotos, came), came);
});

/** Main, as far as a library sees it: photos with the version that brought them. */
class Main {
  version = 1;
  generation = 1;
  photos: (Row & { version: number })[] = [];
  asked: (number | undefined)[] = [];

  add(...added: Row[]) {
    this.version += 1;
    this.photos.push(...added.map((row) => ({ ...row, version: this.version })));
  }
  timeline = (since?: number) => {
    this.asked.push(since);
    const { version, generation } = this;
    const changed = this.photos.filter((row) => row.version > (since ?? 0));
    return Promise.resolve(timelineOf(changed, { version, generation }));
  };
  event() {
    return { version: this.version, generation: this.generation };
  }
}
const ids = (library: InstanceType<typeof Library>) => [...library.timeline.id];

test('an event brings only what is new, and photos keep their places', async () => {
  const main = new Main();
  main.add({ id: 1, takenAtMs: 10 }, { id: 2, takenAtMs: 30 });
  const library = new Library(fakeClient({}, main.timeline));
  assert.equal(library.state, 'loading');
  await library.load();
  assert.deepEqual(ids(library), [2, 1]);
  main.add({ id: 3, takenAtMs: 20 });
  await library.announce(main.event());
  assert.deepEqual(ids(library), [2, 3, 1]);
  assert.equal(library.indexOf(3), 1);
  assert.equal(library.indexOf(99), -1);
  assert.deepEqual(main.asked, [undefined, 2]);
});

test('events that come while one is being read share the next reading', async () => {
  const main = new Main();
  const library = new Library(fakeClient({}, main.timeline));
  await library.load();
  main.add({ id: 1, takenAtMs: 1 });
  const first = library.announce(main.event());
  for (let id = 2; id < 20; id += 1) {
    main.add({ id, takenAtMs: id });
    void library.announce(main.event());
  }
  await first;
  assert.equal(library.timeline.length, 19);
  assert.ok(main.asked.length <= 3, `${main.asked.length} requests`);
});

test('an event that says nothing new asks nothing', async () => {
  const main = new Main();
  main.add({ id: 1, takenAtMs: 1 });
  const library = new Library(fakeClient({}, main.timeline));
  await library.load();
  await library.announce(main.event());
  assert.equal(main.asked.length, 1);
});

test('another generation throws away what is held', async () => {
  const main = new Main();
  main.add({ id: 1, takenAtMs: 1 });
  const library = new Library(fakeClient({}, main.timeline));
  await library.load();
  main.photos = [];
  main.generation = 2;
  main.add({ id: 5, takenAtMs: 1 });
  await library.announce(main.event());
  assert.deepEqual(ids(library), [5]);
  assert.deepEqual(main.asked, [undefined, undefined]);
});

test('a first reading that fails says so; a later one keeps the photos', async () => {
  let broken = true;
  const main = new Main();
  main.add({ id: 1, takenAtMs: 1 });
  const library = new Library(
    fakeClient({}, (since) => (broken ? Promise.reject(new Error('gone')) : main.timeline(since))),
  );
  await library.load();
  assert.equal(library.state, 'failed');
  assert.ok(library.failure);
  broken = false;
  await library.load();
  assert.equal(library.state, 'ready');
  assert.equal(library.failure, null);
  broken = true;
  main.add({ id: 2, takenAtMs: 2 });
  await library.announce(main.event());
  assert.equal(library.state, 'ready');
  assert.deepEqual(ids(library), [1]);
});

test('rows picked out of the timeline keep their order and leave out what is not there', () => {
  const timeline = timelineOf([1, 2, 3].map((id) => ({ id, takenAtMs: id })));
  const picked = rowsAt(timeline, [2, -1, 0, 9]);
  assert.deepEqual([...picked.id], [1, 3]);
  assert.deepEqual([...picked.takenAtMs], [1, 3]);
  assert.equal(picked.length, 2);
});
