import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagsOf } from '../../src-main/collections/classify.ts';

/** Relevance is 0.5 at a cosine of 0.4. */
const calibration = { bias: -4, weight: 10 };
/** Vectors of length 1 in a plane; their cosine with [1, 0] is given. */
const at = (cosine: number) => [cosine, Math.sqrt(1 - cosine * cosine), 0];
const seen = (...vectors: number[][]) => ({ rows: Float32Array.from(vectors.flat()), dim: 3 });
const word = Float32Array.of(1, 0, 0);
const nothing = Float32Array.of(0, 0, 1);

test('a photo shows what it is near enough to, the nearest first, and may show nothing', () => {
  const other = Float32Array.of(0, 1, 0);
  const photos = seen([0.6, 0.8, 0], [0.7, 0.1, 0.7], [0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 0, 1]);
  const tags = tagsOf(photos, [word, other], [nothing], calibration);
  assert.deepEqual(
    tags.map((own) => own.map(({ label }) => label)),
    [[1, 0], [0], [], [], [], []],
  );
  assert.ok(tags[0]![0]!.score > tags[0]![1]!.score && tags[0]![1]!.score >= 0.5);
});

test('a word that is near every photo is held back, but not out of its own library', () => {
  const vague = seen(at(0.45), at(0.46), at(0.44), at(0.47));
  assert.deepEqual(tagsOf(vague, [word], [nothing], calibration).flat(), []);
  const dogs = seen(at(0.7), at(0.75), at(0.8), at(0.72));
  assert.equal(tagsOf(dogs, [word], [nothing], calibration).flat().length, 4);
});

test('an empty library has no tags', () => {
  assert.deepEqual(tagsOf({ rows: new Float32Array(0), dim: 3 }, [word], [nothing], calibration), []);
});
