import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { FolderId } from '../../src-main/contract/photo.ts';
import { identify } from '../../src-main/library/identify.ts';
import { scanFolder } from '../../src-main/library/scan.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import type { Store } from '../../src-main/store/store.ts';
import { axis, encoderId, prepared } from '../store/temporary-library.ts';

const name = fc.constantFrom('a.jpg', 'b.jpg', 'c.png', 'in/a.jpg', 'in/d.jpg', 'in/写真.jpg');
const bytes = fc.constantFrom('one', 'two', 'three!', 'broken');
const change = fc.oneof(
  fc.record({ do: fc.constant('write' as const), name, bytes }),
  fc.record({ do: fc.constant('move' as const), name, to: name }),
  fc.record({ do: fc.constant('delete' as const), name }),
  fc.record({ do: fc.constant('touch' as const), name }),
  /** How far the program came this time: killed while walking, while looking, or not at all. */
  fc.record({ do: fc.constant('index' as const), stop: fc.constantFrom('walking', 'looking', 'never') }),
);

/** A disk and a library that is to follow it. */
class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'likeness-world-'));
  readonly pictures = join(this.dir, 'pictures');
  readonly files = new Map<string, string>();
  /** How often each content was decoded. */
  readonly decoded = new Map<string, number>();
  store: Store = openLibrary(join(this.dir, 'library'));
  #clockS = 1_600_000_000;

  constructor() {
    mkdirSync(this.pictures);
  }

  write(file: string, text: string): void {
    const path = join(this.pictures, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    this.files.set(file, text);
    this.touch(file);
  }

  touch(file: string): void {
    if (!this.files.has(file)) return;
    this.#clockS += 1;
    utimesSync(join(this.pictures, file), this.#clockS, this.#clockS);
  }

  move(file: string, to: string): void {
    const text = this.files.get(file);
    if (text === undefined || file === to) return;
    mkdirSync(dirname(join(this.pictures, to)), { recursive: true });
    renameSync(join(this.pictures, file), join(this.pictures, to));
    this.files.delete(file);
    this.files.set(to, text);
  }

  delete(file: string): void {
    rmSync(join(this.pictures, file), { force: true });
    this.files.delete(file);
  }

  async index(stop: string): Promise<void> {
    const { store } = this;
    const folder = store.folders.add(this.pictures).id as FolderId;
    this.#clockS += 1;
    for await (const batch of scanFolder(this.pictures)) {
      store.photos.seen(folder, batch, this.#clockS);
      if (stop === 'walking') return this.restart();
    }
    store.photos.endScan(folder, this.#clockS);
    for (let photos = store.photos.waiting(2); photos.length > 0; photos = store.photos.waiting(2)) {
      for (const photo of photos) {
        const { hash, sizeBytes } = await identify(photo.path);
        const { contentId } = store.photos.attach(photo.id, hash, { ...photo, sizeBytes });
        if (contentId !== null) continue;
        if (this.files.get(photo.path.slice(this.pictures.length + 1).replaceAll('\\', '/')) === 'broken')
          store.photos.fail(photo.id, 'It is damaged.');
        else {
          this.decoded.set(hash, (this.decoded.get(hash) ?? 0) + 1);
          const vectors = { features: axis(0), embedding: axis(1) };
          store.photos.savePrepared(photo.id, hash, sizeBytes, prepared({}, vectors), encoderId);
        }
        if (stop === 'looking') return this.restart();
      }
    }
  }

  restart(): void {
    this.store.close();
    this.store = openLibrary(join(this.dir, 'library'));
  }

  end(): void {
    this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

test('whatever happens to the files and the program, each file is one photo and each content is decoded once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 14 }), async (changes) => {
      const world = new World();
      try {
        for (const step of changes) {
          if (step.do === 'write') world.write(step.name, step.bytes);
          else if (step.do === 'move') world.move(step.name, step.to);
          else if (step.do === 'delete') world.delete(step.name);
          else if (step.do === 'touch') world.touch(step.name);
          else await world.index(step.stop);
        }
        await world.index('never');
        const { photos } = world.store;
        for (const [file, text] of world.files) {
          const details = photos.details({ path: join(world.pictures, file) });
          assert.equal(details?.state, text === 'broken' ? 'failed' : 'ready', file);
        }
        const { ready, failed, waiting } = photos.tallies();
        assert.equal(ready + failed, world.files.size);
        assert.equal(waiting, 0);
        assert.deepEqual(world.store.integrity(), { ok: true, details: [] });
        await world.index('never');
        assert.ok(
          [...world.decoded.values()].every((times) => times <= 1 + restarts(changes)),
          'decoded needlessly',
        );
      } finally {
        world.end();
      }
    }),
    { numRuns: 40 },
  );
});

/** A content that no photo has is swept when the library opens again; should its bytes come back, they are decoded again. */
function restarts(changes: readonly { do: string; stop?: string }[]): number {
  return changes.filter((step) => step.do === 'index' && step.stop !== 'never').length;
}
