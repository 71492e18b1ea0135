/** Run as a process of its own: opens a library and holds it, or writes to it without end, until it is killed. */
import type { FolderId } from '../../src-main/contract/photo.ts';
import { openLibrary } from '../../src-main/store/open.ts';

const [, , dir = '', mode = 'hold'] = process.argv;
const store = openLibrary(dir);
process.stdout.write('open\n');

if (mode === 'write') {
  const folder = store.folders.add('/pictures').id as FolderId;
  const vector = new Float32Array([0.6, 0.8]);
  const blank = {
    takenAtMs: null,
    takenFrom: null,
    zoneMinutes: null,
    camera: null,
    lens: null,
    gps: null,
    rating: null,
    keywords: [],
    caption: null,
    exposureSeconds: null,
    fNumber: null,
    iso: null,
    focalLengthMm: null,
  };
  const from = store.photos.version();
  for (let round = 0; ; round += 1) {
    store.transaction(() => {
      for (let photo = 0; photo < 10; photo += 1) {
        const name = `${from}-${round}-${photo}`;
        const path = `/pictures/${name}.jpg`;
        store.photos.seen(folder, [{ path, sizeBytes: 1, modifiedMs: 1, unsupported: null }], 1);
        store.photos.savePrepared(
          store.photos.idOf(path)!,
          Buffer.from(name).toString('hex').padStart(64, '0'),
          1,
          { format: 'jpeg', width: 1, height: 1, colour: 0, metadata: blank, vectors: { embedding: vector } },
          'encoder',
        );
      }
    });
    if (round === 0) process.stdout.write('committed\n');
  }
} else setInterval(() => {}, 1000);
