import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession } from '../../../src-main/encode/session.ts';
import { headDefaults } from '../../../training/faces/fit-head.ts';
import { chanceOf, learnFaces } from '../../../training/faces/learn-faces.ts';
import { drawFaces } from './drawn-faces.ts';

const drawing = { persons: 16, each: 6, dim: 16, nuisance: 5, strength: 3, noise: 0.5, seed: 1 };
const context = (seed = 1) => ({
  seed,
  threads: 1,
  signal: new AbortController().signal,
  onProgress: () => {},
  options: { ...headDefaults, steps: 120, batch: 48 },
});

test('what has nothing to do with who somebody is is learned away, for people it has not seen', async () => {
  const { head, ...found } = await learnFaces(drawFaces(drawing), context());
  assert.equal(found.verdict, 'better');
  assert.ok(found.after > found.before + 0.05, `${found.before} → ${found.after}`);
  assert.ok(found.low > 0 && found.high < 1);
  assert.deepEqual([found.persons, found.faces], [16, 96]);

  // The model that comes of it takes any number of rows, and gives unit ones.
  const session = await openSession(head, { threads: 1 });
  const lessons = drawFaces({ ...drawing, persons: 3, seed: 9 });
  const made = await session.run({ features: { data: lessons.descriptors, dims: [18, 16] } });
  const rows = made['adapted-features']!.data as Float32Array;
  assert.equal(rows.length, 18 * 16);
  for (let row = 0; row < 18; row++)
    assert.ok(Math.abs(Math.hypot(...rows.subarray(row * 16, row * 16 + 16)) - 1) < 1e-5);
});

test('where there is nothing to learn, nothing is called better', async () => {
  for (const seed of [1, 2, 3]) {
    const lessons = drawFaces({ ...drawing, nuisance: 0, noise: 1, seed });
    const { verdict, before, after } = await learnFaces(lessons, context(seed));
    assert.notEqual(verdict, 'better', `${before} → ${after}`);
  }
});

test('the same seed learns the same, to the byte', async () => {
  const lessons = drawFaces({ ...drawing, persons: 8 });
  const options = { ...context().options, steps: 15 };
  const [one, two] = await Promise.all([1, 2].map(() => learnFaces(lessons, { ...context(), options })));
  assert.deepEqual(one!.head, two!.head);
  assert.deepEqual([one!.before, one!.after, one!.low], [two!.before, two!.after, two!.low]);
});

test('under ten people nothing is called better, however much it is', async () => {
  const { verdict, low } = await learnFaces(drawFaces({ ...drawing, persons: 9, each: 8 }), context());
  assert.ok(low > 0);
  assert.equal(verdict, 'same');
});

test('it stops when it is told to, and refuses what it cannot divide', async () => {
  const stopping = new AbortController();
  const stopped = learnFaces(drawFaces(drawing), {
    ...context(),
    signal: stopping.signal,
    onProgress: ({ done }) => done === 5 && stopping.abort(new Error('stop')),
  });
  await assert.rejects(stopped, /stop/);
  await assert.rejects(learnFaces(drawFaces({ ...drawing, persons: 3 }), context()), RangeError);
});

test('a handful of persons that changed is no proof, though none changed for the worse', () => {
  assert.equal(chanceOf(0, 0), 1);
  assert.equal(chanceOf(4, 4), 1 / 16);
  assert.equal(chanceOf(6, 6), 1 / 64);
  assert.ok(Math.abs(chanceOf(8, 10) - 56 / 1024) < 1e-12);
  assert.ok(Math.abs(chanceOf(0, 30) - 1) < 1e-9);
});
