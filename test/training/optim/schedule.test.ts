import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosineFrom,
  momentumTo1,
  riseTo,
  scaledRate,
  warmUpCosine,
} from '../../../training/optim/schedule.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases } from '../golden.ts';

interface Params {
  readonly steps: number;
  readonly epochs: number;
  readonly warmup: number;
  readonly base: number;
  readonly start: number;
  readonly final: number;
}

const schedules: Record<string, (params: Params) => Float64Array> = {
  'warmup-cosine-simclr': (p) => warmUpCosine({ ...p, warmUp: p.warmup }),
  'cosine-no-warmup': (p) => warmUpCosine({ ...p, warmUp: p.warmup }),
  'ema-momentum': (p) => momentumTo1(p.start, p.steps),
  'teacher-temperature': (p) => riseTo(p.start, p.final, p.warmup, p.epochs),
  'weight-decay': (p) => cosineFrom(p.start, p.final, p.steps),
};

for (const { name, params, outputs } of goldenCases('optim', 'schedule')) {
  const schedule = schedules[name.split('/')[1]!];
  // DINO's own warm-up reaches the rate one step earlier and then has it twice; ours rises by k/W (SimCLR, BYOL).
  if (!schedule) continue;
  test(`${name} gives the golden values`, () => {
    assertClose(schedule(params as Params), flat(outputs['values']!), 1e-12, 'values');
  });
}

test('a rate for 256 is doubled for 512', () => assert.equal(scaledRate(0.03, 512), 0.06));
