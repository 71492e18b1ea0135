import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEncoderCard } from '../../../models/card.ts';
import type { EvaluateRequest, TrainerReport } from '../../../src-main/contract/run.ts';
import type { OpenedEncoder } from '../../../training/engines/encoder-session.ts';
import { evaluateEncoder, evaluatePhotos } from '../../../training/evaluate/evaluate-encoder.ts';
import { builtInEncoder } from '../../encode/drawn-photos.ts';
import { blots, setOf, shared, temporaryFolder, without, writeFiles } from '../data/pictures.ts';

/** Collects what is reported. */
function ear(signal = new AbortController().signal) {
  const reports: TrainerReport[] = [];
  return {
    options: { signal, report: (report: TrainerReport) => void reports.push(report) },
    notes: () => reports.flatMap((report) => (report.kind === 'note' ? [report.text] : [])),
    progress: () => reports.flatMap((report) => (report.kind === 'progress' ? [report.progress] : [])),
  };
}

const request = (data: string, more: Partial<EvaluateRequest> = {}): EvaluateRequest => ({
  encoder: builtInEncoder,
  data,
  captions: null,
  labels: null,
  threads: 1,
  ...more,
});

test('a folder of classes with a file that is no picture: all figures, and the file is counted', async () => {
  const dir = await temporaryFolder();
  for (const [label, tint] of ['calm', 'wild'].entries())
    for (let at = 0; at < 6; at++)
      await writeFiles(dir, { [`${tint}/${at}.png`]: await blots(label ? at : 100, { width: 16 + at }) });
  await writeFiles(dir, { 'wild/broken.png': 'no picture at all' });
  const { options, notes, progress } = ear();
  const result = await evaluateEncoder(request(dir, { labels: 'folders' }), options);
  assert.ok(result.knn! >= 0.5 && result.linearProbe! >= 0.5);
  assert.ok(result.retrieval.medianRank >= 1 && result.alignment > 0 && result.uniformity < 0);
  assert.ok(
    notes().some((text) => /^1 of 13 photos could not be read.*broken\.png/.test(text)),
    notes().join('\n'),
  );
  assert.ok(notes().some((text) => text.startsWith('By the names of the classes alone')));
  const last = progress().at(-1)!;
  assert.deepEqual([last.stage, last.done, last.total], ['evaluating', 13, 13]);
});

test('captions are looked for; without them and without classes, halves are', async () => {
  const dir = await temporaryFolder();
  await writeFiles(dir, { 'a.png': await blots(1), 'b.png': await blots(2), 'c.png': await blots(3) });
  const captions = join(dir, 'captions.tsv');
  await writeFile(captions, 'a.png\tred and blue blots\na.png\tblots\nb.png\tgreen blots\n');
  const told = ear();
  await evaluateEncoder(request(dir, { captions }), told.options);
  assert.ok(told.notes().some((text) => text.startsWith('Looked for: caption to photo, 3 times')));
  const plain = ear();
  const { retrieval, knn } = await evaluateEncoder(request(dir), plain.options);
  assert.ok(plain.notes().some((text) => text.startsWith('Looked for: half a photo to the whole, 3 times')));
  assert.deepEqual([retrieval.r5, knn], [1, null]);
});

test('a single photo has figures, and they say that it is one', async () => {
  const dir = await temporaryFolder();
  await writeFiles(dir, { 'a.png': await blots(1) });
  const { retrieval, collapse, uniformity } = await evaluateEncoder(request(dir), ear().options);
  assert.deepEqual([retrieval.r1, uniformity, collapse.collapsed], [1, 0, false]);
  assert.match(collapse.reason!, /two photos or more/);
});

test('classes of one photo each leave nothing to learn from, and it is said', async () => {
  const dir = await temporaryFolder();
  for (const [seed, label] of ['a', 'b', 'c'].entries())
    await writeFiles(dir, { [`${label}/1.png`]: await blots(seed) });
  const { options, notes } = ear();
  const { knn, linearProbe, retrieval } = await evaluateEncoder(request(dir, { labels: 'folders' }), options);
  assert.deepEqual([knn, linearProbe, retrieval.r5], [null, null, 1]);
  assert.ok(
    notes().some((text) => text.startsWith('No photo is left to learn classes from')),
    notes().join('\n'),
  );
});

test('photos that cannot be read at all are told in a sentence', async () => {
  const dir = await temporaryFolder();
  await writeFiles(dir, { 'a.png': 'nothing', 'b.jpg': 'nothing' });
  await assert.rejects(evaluateEncoder(request(dir), ear().options), {
    code: 'unreadable-photo',
    message: /^None of the photos in “likeness-data-.*” could be read\. The first: “a\.png”/,
  });
  const noPhotos = evaluatePhotos(
    setOf([]),
    fakeEncoder(1),
    { data: '/x', labels: null, threads: 1 },
    ear().options,
  );
  await assert.rejects(noPhotos, { code: 'bad-input' });
});

test('an encoder that gives every photo the same is told as collapsed', async () => {
  const set = setOf(Array.from({ length: 40 }, (_, at) => () => Promise.resolve(grey(at))));
  const asked = { data: '/x', labels: null, threads: 1 } as const;
  const { result } = await evaluatePhotos(set, fakeEncoder(0), asked, ear().options);
  assert.equal(result.collapse.collapsed, true);
  assert.equal(result.retrieval.medianRank, 20.5, 'ties stand in their order');
  const well = await evaluatePhotos(set, fakeEncoder(1), asked, ear().options);
  assert.equal(well.result.retrieval.r1, 1, 'a half of plain grey is as good as the whole');
});

test('a stop ends it with the reason of the signal, while photos are being read', async () => {
  const stop = new AbortController();
  let reads = 0;
  const set = setOf(
    Array.from({ length: 200 }, (_, at) => () => {
      if (++reads === 40) stop.abort();
      return Promise.resolve(grey(at));
    }),
  );
  const running = evaluatePhotos(
    set,
    fakeEncoder(1),
    { data: '/x', labels: null, threads: 1 },
    ear(stop.signal).options,
  );
  await assert.rejects(running, { name: 'AbortError' });
  assert.ok(reads < 100, `${reads} photos read`);
});

test(
  'CIFAR-10 with the built-in encoder: classes show in its features',
  { skip: without('cifar10/cifar10-subset.tar') },
  async (context) => {
    const tar = await smallCifar(join(shared, 'cifar10/cifar10-subset.tar'));
    const result = await evaluateEncoder(request(tar, { labels: 'folders' }), ear().options);
    context.diagnostic(JSON.stringify(result));
    assert.ok(result.knn! > 0.2 && result.linearProbe! > 0.2, 'chance is 0.1');
    assert.ok(result.retrieval.r5 > 0.4 && !result.collapse.collapsed);
  },
);

/** A photo of one shade, of its own for every number. */
const grey = (at: number) => ({
  rgb: new Uint8Array(8 * 8 * 3).fill(40 + 4 * at),
  width: 8,
  height: 8,
  fullWidth: 8,
  fullHeight: 8,
  format: 'png',
});

/** Turns by the mean shade of a photo, times `by`: 0 tells nothing apart. */
function fakeEncoder(by: number): OpenedEncoder {
  const card = { ...readEncoderCard(builtInEncoder), dim: { features: 2, embedding: 2 } };
  return {
    card,
    encodePhotos(batch, count) {
      const length = batch.length / count;
      const rows = Float32Array.from({ length: 2 * count }, (_, at) => {
        const angle = by * batch[(at >> 1) * length]!;
        return at % 2 ? Math.sin(angle) : Math.cos(angle);
      });
      return Promise.resolve({ features: rows, embedding: rows });
    },
    encodeTexts: null,
    close: () => Promise.resolve(),
  };
}

/** Every 25th entry of the archive, as an archive: 200 photos to learn from and 40 to be asked about. */
async function smallCifar(path: string): Promise<string> {
  const tar = await readFile(path);
  const kept: Buffer[] = [];
  for (let at = 0, entry = 0; at < tar.length && tar[at] !== 0; entry++) {
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    if (entry % 25 === 0) kept.push(tar.subarray(at, end));
    at = end;
  }
  const small = join(await temporaryFolder(), 'cifar.tar');
  await writeFile(small, Buffer.concat([...kept, Buffer.alloc(1024)]));
  return small;
}
