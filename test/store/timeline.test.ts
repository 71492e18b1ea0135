import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeTimeline, encodeTimeline, type Timeline } from '../../src-main/contract/timeline.ts';
import type { FolderId } from '../../src-main/contract/photo.ts';
import type { Store } from '../../src-main/store/store.ts';
import {
  addPhotos,
  axis,
  encoderId,
  found,
  hashOf,
  prepared,
  temporaryLibrary,
} from './temporary-library.ts';

/** What a window holds: it takes over changes, and everything anew when the generation changed. */
class HeldTimeline {
  #rows = new Map<number, string>();
  #version = 0;
  #generation = -1;

  follow(store: Store): void {
    const changed = store.photos.timeline(this.#version);
    if (changed.generation === this.#generation) this.#take(changed);
    else {
      this.#rows.clear();
      this.#take(store.photos.timeline());
    }
  }

  rows(): string[] {
    return [...this.#rows.values()].sort();
  }

  #take(timeline: Timeline): void {
    for (const id of timeline.removed) this.#rows.delete(id);
    for (const [index, row] of rowsOf(timeline).entries()) this.#rows.set(timeline.id[index]!, row);
    this.#version = timeline.version;
    this.#generation = timeline.generation;
  }
}

function rowsOf({ length, takenAtMs, id, contentId, folderId, aspect, colour }: Timeline): string[] {
  return Array.from({ length }, (_, at) =>
    [id[at], takenAtMs[at], contentId[at], folderId[at], aspect[at], colour[at]].join(' '),
  );
}

test('the grid is newest first, with every photo’s shape, colour and marks', () => {
  const store = temporaryLibrary();
  store.settings.setEncoder(encoderId);
  const at = (takenAtMs: number) => ({ metadata: { takenAtMs, takenFrom: 'exif' as const } });
  const { folderId, ids } = addPhotos(store, '/p', {
    '/p/old.jpg': at(Date.UTC(1999, 0, 1)),
    '/p/ancient.jpg': at(Date.UTC(1931, 0, 1)),
    '/p/new.jpg': at(Date.UTC(2024, 0, 1)),
  });
  store.photos.seen(folderId, [found('/p/old.jpg'), found('/p/new.jpg')], 2);
  store.photos.endScan(folderId, 2);
  const timeline = store.photos.timeline();
  assert.deepEqual(
    [...timeline.id],
    ['/p/new.jpg', '/p/old.jpg', '/p/ancient.jpg'].map((path) => ids[path]),
  );
  assert.deepEqual([...timeline.aspect], [4 / 3, 4 / 3, 4 / 3].map(Math.fround));
  assert.deepEqual(
    [...timeline.colour].map((colour) => colour.toString(16)),
    ['2123456', '2123456', '3123456'],
  );
  assert.deepEqual(decodeTimeline(encodeTimeline(timeline)), timeline);
});

test('an empty library has an empty grid', () => {
  const { length, version, removed } = temporaryLibrary().photos.timeline();
  assert.deepEqual([length, version, removed.length], [0, 0, 0]);
});

const photo = fc.integer({ min: 0, max: 7 });
const action = fc.oneof(
  fc.record({
    do: fc.constant('scan' as const),
    folder: fc.integer({ min: 0, max: 1 }),
    files: fc.uniqueArray(photo),
  }),
  fc.record({ do: fc.constant('change' as const), photo, size: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('look' as const),
    photos: fc.integer({ min: 1, max: 8 }),
    fails: fc.boolean(),
  }),
  fc.record({ do: fc.constant('encode' as const) }),
  fc.record({ do: fc.constant('remove' as const), folder: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ do: fc.constant('away' as const), folder: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ do: fc.constant('follow' as const) }),
);

test('changes since a version, put together, are the whole grid', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
      const store = temporaryLibrary();
      store.settings.setEncoder(encoderId);
      const held = new HeldTimeline();
      const sizes = new Map<number, number>();
      let scan = 0;
      const folderOf = (index: number) => store.folders.add(`/f${index}`).id as FolderId;
      for (const step of actions) {
        if (step.do === 'scan') {
          scan += 1;
          const folder = folderOf(step.folder);
          const files = step.files.map((index) =>
            found(`/f${step.folder}/${index}.jpg`, { sizeBytes: sizes.get(index) ?? 1 }),
          );
          store.photos.seen(folder, files, scan);
          store.photos.endScan(folder, scan);
        } else if (step.do === 'change') sizes.set(step.photo, step.size);
        else if (step.do === 'look') {
          for (const { id, path, sizeBytes, modifiedMs } of store.photos.waiting(step.photos)) {
            // The same number in both folders has the same bytes.
            const hash = hashOf(`${path.at(-5)}-${sizeBytes}`);
            if (step.fails) store.photos.fail(id, 'It is damaged.');
            else if (store.photos.attach(id, hash, { sizeBytes, modifiedMs }).contentId === null)
              store.photos.savePrepared(id, hash, sizeBytes, prepared(), null);
          }
        } else if (step.do === 'encode') {
          for (const { contentId } of store.photos.unencoded(encoderId, 3))
            store.vectors.save(contentId, encoderId, { features: axis(0), embedding: axis(0) });
        } else if (step.do === 'remove') store.folders.remove(folderOf(step.folder));
        else if (step.do === 'away') store.folders.setPresent(folderOf(step.folder), false);
        else held.follow(store);
      }
      held.follow(store);
      const whole = store.photos.timeline();
      assert.deepEqual(held.rows(), rowsOf(whole).sort());
      assert.equal(
        whole.length,
        store.counts().photos + store.photos.waiting(99).filter(({ id }) => whole.id.includes(id)).length,
      );
      assert.deepEqual(store.integrity(), { ok: true, details: [] });
      store.close();
    }),
    { numRuns: 40 },
  );
});
