import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions } from '../../../training/adapt/check-options.ts';

const still = { smallestCrop: 1, colour: 0, grey: 0, blur: 0, mirror: false } as const;

test('views that are all the same, and another method, are refused in a sentence', () => {
  assert.throws(() => checkOptions(still), { code: 'bad-input', message: /nothing to learn from/ });
  assert.throws(() => checkOptions({ ...still, grey: 1 }), /nothing to learn from/);
  assert.throws(() => checkOptions({ method: 'dino' }), { code: 'bad-input', message: /not by dino/ });
});

test('whatever makes views differ is enough', () => {
  for (const change of [
    {},
    { ...still, smallestCrop: 0.9 },
    { ...still, colour: 0.1 },
    { ...still, grey: 0.5 },
    { ...still, mirror: true },
    { ...still, mirror: null },
  ])
    checkOptions(change);
});
