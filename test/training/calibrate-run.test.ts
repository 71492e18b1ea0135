import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Calibration } from '../../models/card.ts';
import { calibrateRun } from '../../training/calibrate-run.ts';
import type { RunEncoder } from '../../training/encode-run.ts';
import type { Rows } from '../../training/evaluate/rows.ts';
import { Random } from '../../training/random.ts';
import type { RunData } from '../../training/run-data.ts';

const dim = 32;
type Draw = (at: number, part: 'whole' | 'half' | 'words') => readonly number[];

/** An encoder that says of every photo what a test wants. */
function encoderOf(draw: Draw, words = false): RunEncoder {
  const rows = (places: Int32Array, part: Parameters<Draw>[1]): Rows => ({
    values: Float32Array.from(Array.from(places, (at) => draw(at, part)).flat()),
    count: places.length,
    dim,
  });
  return {
    photos: async (places, part) => ({ features: rows(places, part), embedding: rows(places, 'whole') }),
    captions: words ? async (places) => rows(places, 'words') : null,
    close: async () => {},
  };
}

const dataOf = (photos: number) => {
  const places = Int32Array.from({ length: photos }, (_, at) => at);
  return { heldOut: places, train: places } as unknown as RunData;
};
const likeness = async (draw: Draw, photos = 200) =>
  (await calibrateRun(encoderOf(draw), dataOf(photos), 1)).likeness;

const relevance = ({ bias, weight }: Calibration, similarity: number) =>
  1 / (1 + Math.exp(-(bias + weight * similarity)));

/** A direction of its own for each photo, with so much noise in each look at it. */
const noisy =
  (noise: number): Draw =>
  (at, part) => {
    const [own, look] = [new Random('own', at), new Random(part, at)];
    return Array.from({ length: dim }, () => own.normal() + noise * look.normal());
  };

test('what is like a match is relevant, what is like chance is not', async () => {
  for (const noise of [0.4, 0.8]) {
    const line = await likeness(noisy(noise));
    assert.ok(relevance(line, 1) > 0.9, `noise ${noise}: ${relevance(line, 1)} at 1`);
    assert.ok(relevance(line, 0) < 0.1, `noise ${noise}: ${relevance(line, 0)} at 0`);
  }
});

test('where matches and others never meet, the line lies midway', async () => {
  const apart: Draw = (at) => Array.from({ length: dim }, (_, d) => (d === at % dim ? 1 : 0));
  // Eight photos, each at right angles to all others.
  const line = await likeness(apart, 8);
  assert.ok(Math.abs(relevance(line, 1) - 0.95) < 0.01 && Math.abs(relevance(line, 0) - 0.05) < 0.01);
  assert.ok(Math.abs(relevance(line, 0.5) - 0.5) < 1e-6);
});

test('more similar is never less relevant, even where the encoder sees it the other way round', async () => {
  const inverted: Draw = (at, part) => {
    const whole = noisy(0.2)(at, 'whole').map((value, d) => value + (d === 0 ? 5 : 0));
    return part === 'half' ? whole.map((value) => -value) : whole;
  };
  const { bias, weight } = await likeness(inverted);
  assert.ok(Number.isFinite(bias) && weight > 0, `${bias} ${weight}`);
});

test('whatever an encoder says, the line is of numbers and rises', async () => {
  const cases: readonly Draw[] = [
    () => Array<number>(dim).fill(1), // collapsed
    () => Array<number>(dim).fill(0), // dead
    (at) => Array<number>(dim).fill(at % 2 === 0 ? 1 : -1),
    noisy(100),
  ];
  for (const draw of cases)
    for (const photos of [1, 2, 3, 50]) {
      const { bias, weight } = await likeness(draw, photos);
      assert.ok(
        Number.isFinite(bias) && Number.isFinite(weight) && weight > 0,
        `${photos}: ${bias} ${weight}`,
      );
    }
  const property = fc.asyncProperty(
    fc.double({ min: 0, max: 3, noNaN: true }),
    fc.integer({ min: 1, max: 30 }),
    async (noise, photos) => {
      const { bias, weight } = await likeness(noisy(noise), photos);
      assert.ok(Number.isFinite(bias) && Number.isFinite(weight) && weight > 0, `${bias} ${weight}`);
    },
  );
  await fc.assert(property, { numRuns: 50, seed: 1 });
});

test('words have a line of their own, and only where there are words', async () => {
  assert.equal((await calibrateRun(encoderOf(noisy(0.5)), dataOf(50), 1)).text, null);
  // Captions lie near their photo but far from being it.
  const draw: Draw = (at, part) => noisy(part === 'words' ? 1.5 : 0.3)(at, part);
  const { likeness: photos, text } = await calibrateRun(encoderOf(draw, true), dataOf(200), 1);
  assert.ok(relevance(text!, 0.6) > relevance(photos, 0.6));
});

test('the same run is calibrated the same', async () => {
  assert.deepEqual(await likeness(noisy(0.5)), await likeness(noisy(0.5)));
});
