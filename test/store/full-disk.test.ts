import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LikenessError, toErrorData } from '../../src-main/contract/errors.ts';
import type { FolderId } from '../../src-main/contract/photo.ts';
import { writeThumbnails } from '../../src-main/library/thumbnail.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import { smallDisk } from '../small-disk.ts';
import { found, hashOf } from './temporary-library.ts';

const disk = smallDisk(3);
const skip = disk === null ? 'no right to mount a small disk' : false;

test(
  'on a full disk the library says so, keeps what it has, and goes on once there is room',
  { skip },
  async () => {
    const dir = join(disk!, 'library');
    const store = openLibrary(dir);
    const folder = store.folders.add('/p').id as FolderId;
    let kept = 0;
    const fill = () => {
      for (; ; kept += 100)
        store.photos.seen(
          folder,
          Array.from({ length: 100 }, (_, index) => found(`/p/${'x'.repeat(200)}${kept + index}.jpg`)),
          1,
        );
    };
    assert.throws(fill, (thrown) => toErrorData(thrown).code === 'disk-full');
    assert.throws(
      () =>
        store.transaction(() =>
          store.photos.seen(
            folder,
            Array.from({ length: 9000 }, (_, n) => found(`/q/${n}.jpg`)),
            2,
          ),
        ),
      (thrown) => thrown instanceof LikenessError && thrown.code === 'disk-full',
    );
    await assert.rejects(
      writeThumbnails(join(disk!, 'thumbnails'), hashOf('a'), {
        rgb: crypto.getRandomValues(new Uint8Array(400 * 40 * 3)),
        width: 400,
        height: 40,
      }).then(() => writeFileSync(join(disk!, 'last'), Buffer.alloc(3e6))),
      /full|ENOSPC/,
    );
    assert.ok(kept > 0);
    assert.equal(store.photos.waitingCount(), kept);
    assert.deepEqual(store.integrity(), { ok: true, details: [] });
    store.close();
    rmSync(join(disk!, 'thumbnails'), { recursive: true, force: true });
    rmSync(join(disk!, 'last'), { force: true });
    const again = openLibrary(dir);
    assert.equal(again.photos.waitingCount(), kept);
    assert.deepEqual(again.integrity(), { ok: true, details: [] });
    again.close();
  },
);

test('a library cannot be made on a full disk, and that is said', { skip }, () => {
  const filler = join(disk!, 'filler');
  assert.throws(() => writeFileSync(filler, Buffer.alloc(4e6)), /ENOSPC/);
  assert.throws(
    () => openLibrary(join(disk!, 'second')),
    (thrown) => thrown instanceof LikenessError && thrown.code === 'disk-full',
  );
  rmSync(filler);
});
