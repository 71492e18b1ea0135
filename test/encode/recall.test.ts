/** The whole way from files and words to a ranking, on photos that the encoder was not trained on. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dot } from '../../models/embedding.ts';
import type { Outcome } from '../../src-main/contract/engine.ts';
import { embedFiles, embedTexts } from '../../src-main/encode/embed.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { TextEncoder } from '../../src-main/encode/text-encoder.ts';
import { builtInEncoder } from './drawn-photos.ts';

const dev = join(import.meta.dirname, '../../../shared/photos/flickr8k/dev');
const skip = existsSync(dev) ? false : 'no ../shared/photos/flickr8k here';

test('5,000 captions find their photos among 1,000 as often as the card says', { skip }, async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-recall-'));
  execFileSync('tar', ['-xf', join(dev, 'photos.tar'), '-C', dir]);
  const lines = readFileSync(join(dev, 'captions.tsv'), 'utf8').trimEnd().split('\n');
  const captions = lines.map((line) => line.split('\t') as [file: string, caption: string]);
  const files = [...new Set(captions.map(([file]) => file))];
  const encoder = await PhotoEncoder.open(builtInEncoder, { threads: 1 });
  const textEncoder = await TextEncoder.open(builtInEncoder, { threads: 1 });

  const started = performance.now();
  const paths = files.map((file) => join(dir, file));
  const photos = (await embedFiles(paths, { encoder, output: 'embedding', decodes: 2 })).map(vectorOf);
  const photosDone = performance.now();
  const texts = captions.map(([, caption]) => caption);
  const queries = (await embedTexts(texts, textEncoder)).map(vectorOf);
  const textsDone = performance.now();

  const place = new Map(files.map((file, at) => [file, at]));
  const ranks = captions.map(([file], at) => {
    const similarities = photos.map((photo) => dot(photo, queries[at]!));
    const own = similarities[place.get(file)!]!;
    return similarities.filter((similarity) => similarity > own).length + 1;
  });
  const recall = (k: number) => (100 * ranks.filter((rank) => rank <= k).length) / ranks.length;
  const median = ranks.toSorted((a, b) => a - b)[ranks.length / 2]!;
  context.diagnostic(
    `R@1 ${recall(1).toFixed(1)}, R@5 ${recall(5).toFixed(1)}, R@10 ${recall(10).toFixed(1)}, median ${median}; ` +
      `${((photosDone - started) / files.length).toFixed(1)} ms a photo, ` +
      `${((textsDone - photosDone) / texts.length).toFixed(1)} ms a text`,
  );
  assert.deepEqual([files.length, texts.length], [1000, 5000]);
  for (const [k, expected] of [
    [1, 8.4],
    [5, 23.3],
    [10, 33.7],
  ] as const)
    assert.ok(Math.abs(recall(k) - expected) <= 1, `R@${k} ${recall(k)}, expected ${expected}`);
  assert.ok(Math.abs(median - 26) <= 2, `median rank ${median}`);

  await Promise.all([encoder.close(), textEncoder.close(), rm(dir, { recursive: true })]);
});

function vectorOf(outcome: Outcome<{ vector: Float32Array }>): Float32Array {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message);
  return outcome.vector;
}
