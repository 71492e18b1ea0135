/** Runs of another kind than photos by the whole batch: scans, captions, and either of them in parts. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunPlan } from '../../training/run-plan.ts';
import { assertClose } from './engines/operations.ts';
import { folder, lossesOf, run, request, trained } from './runs.ts';

/** Captions of the first so many pictures of either class, two each. */
function captionsOf(each: number): string {
  const path = join(folder, `captions-${each}.tsv`);
  const lines = ['dawn', 'sea'].flatMap((kind) =>
    Array.from({ length: each }, (_, i) => [
      `${kind}/${i}.png\ta ${kind} with a sun of size ${i}`,
      `${kind}/${i}.png\tthe sun over the ${kind}`,
    ]).flat(),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const json = (out: string, name: string) => JSON.parse(readFileSync(join(out, name), 'utf8')) as unknown;

test('scans are looked at turned, and in parts as in whole batches', async () => {
  const scans = { method: 'triplet', kind: 'scans', epochs: 2 } as const;
  const [whole, parts, photos] = [
    await trained(scans),
    await trained({ ...scans, micro: 2 }),
    await trained({ ...scans, kind: 'photos' }),
  ];
  assertClose(lossesOf(parts.wish.out), lossesOf(whole.wish.out), 1e-4, 'losses');
  assert.notDeepEqual(lossesOf(photos.wish.out), lossesOf(whole.wish.out));
});

test('CLIP and SigLIP learn from captions in parts what they learn from whole batches', async () => {
  const captions = captionsOf(16);
  for (const method of ['clip', 'siglip'] as const) {
    const words = { method, captions, epochs: 2 };
    const [whole, parts] = [await trained(words), await trained({ ...words, micro: 2 })];
    assertClose(lossesOf(parts.wish.out), lossesOf(whole.wish.out), 1e-4, method);
    const { after } = json(whole.wish.out, 'result.json') as { after: { words: number } };
    assert.ok(after.words >= 0 && after.words <= 1);
  }
});

test('of a set where only some photos have captions, those are learned from', async () => {
  const { wish } = await trained({ method: 'clip', captions: captionsOf(8), epochs: 1 });
  const { photos, heldOut } = json(wish.out, 'config.json') as RunPlan;
  assert.ok(photos + heldOut === 16 && photos >= 8, `${photos} and ${heldOut}`);
  const few = request({ method: 'clip', captions: captionsOf(1), batch: null, epochs: 1 });
  const { result, notes } = await run({ kind: 'train', request: few });
  assert.ok(!('stopped' in result) && result.steps === 1);
  assert.match(notes.join('\n'), /There are only 2 photos, so a batch is 2 photos/);
});

test('in parts, a run that is stopped and taken up again gives the same losses', async () => {
  const change = { method: 'triplet', micro: 4 } as const;
  const wish = request(change);
  await run({ kind: 'train', request: wish }, (report, stop) => {
    if (report.kind === 'progress' && report.progress.stage === 'training' && report.progress.done >= 5)
      stop();
  });
  await run({ kind: 'resume', dir: wish.out });
  assert.deepEqual(lossesOf(wish.out), lossesOf((await trained(change)).wish.out));
});
