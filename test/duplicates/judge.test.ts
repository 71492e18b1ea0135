import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Comparison } from '../../src-main/duplicates/compare-pictures.ts';
import { type Evidence, judge } from '../../src-main/duplicates/judge.ts';

const photo = { width: 4000, height: 3000, takenAtMs: null, camera: null };
const same: Comparison = {
  affine: [1, 0, 0, 0, 1, 0],
  gain: 1,
  bias: 0,
  overlap: 0.98,
  residual: 0.3,
  structure: 0.99,
  colour: 0.5,
  detail: 1,
};
const verdict = (over: Partial<Evidence> & { found?: Partial<Comparison> } = {}) => {
  const { found, ...evidence } = over;
  return judge({
    a: photo,
    b: photo,
    comparison: { ...same, ...found },
    likeness: 0.9,
    threshold: 0.77,
    sameData: false,
    ...evidence,
  }).class;
};

test('the same picture in another size is re-encoded; of another shape, tone or sharpness it is edited', () => {
  assert.equal(verdict(), 're-encoded');
  assert.equal(verdict({ b: { ...photo, width: 1000, height: 750 } }), 're-encoded');
  assert.equal(verdict({ b: { ...photo, width: 400, height: 400 } }), 'edited');
  assert.equal(verdict({ found: { colour: 20 } }), 'edited');
  assert.equal(verdict({ found: { detail: 0.7 } }), 'edited');
  assert.equal(verdict({ found: { gain: 0.8 } }), 'edited');
  assert.equal(verdict({ found: { affine: [-1, 0, 1, 0, 1, 0] } }), 'edited');
  assert.equal(verdict({ found: { affine: [1.4, 0, 0, 0, 1.4, 0], overlap: 0.5 } }), 'edited');
  assert.equal(verdict({ sameData: true }), 'identical');
});

test('a slight move is the next exposure, unless both say one moment and one lies within the other', () => {
  const moved: Partial<Comparison> = { affine: [1, 0, 0.02, 0, 1, 0.01], colour: 6 };
  assert.equal(verdict({ found: moved }), 'burst');
  const at = { ...photo, takenAtMs: 5000, camera: 'X100' };
  assert.equal(verdict({ a: at, b: at, found: moved }), 'burst');
  const trimmed: Partial<Comparison> = { affine: [1.03, 0.001, -0.015, 0, 1.03, -0.015], colour: 6 };
  assert.equal(verdict({ a: at, b: at, found: trimmed }), 'edited');
  assert.equal(verdict({ found: trimmed }), 'burst');
});

test('photos of other moments are a burst within seconds, one scene later, and nothing where they show other things', () => {
  const [a, b] = [
    { ...photo, takenAtMs: 10_000 },
    { ...photo, takenAtMs: 12_000 },
  ];
  assert.equal(verdict({ a, b }), 'burst');
  assert.equal(verdict({ a, b: { ...b, takenAtMs: 60_000 } }), 'similar');
  assert.equal(verdict({ a: { ...a, camera: 'X' }, b: { ...b, camera: 'Y' } }), 'similar');
  assert.equal(verdict({ a, b, comparison: null, likeness: 0.5 }), 'none');
  assert.equal(verdict({ comparison: null, likeness: Number.NaN }), 'none');
});

test('whatever the pictures look like, other moments are never one picture', () => {
  const within = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      within(-1, 1),
      within(0, 2),
      within(0, 4),
      within(-1, 1),
      (apartMs, structure, detail, colour, likeness) => {
        const found = verdict({
          a: { ...photo, takenAtMs: 1_000_000 },
          b: { ...photo, takenAtMs: 1_000_000 + apartMs },
          found: { structure, detail, colour },
          likeness,
        });
        assert.ok(!['identical', 're-encoded', 'edited'].includes(found), found);
      },
    ),
  );
});
