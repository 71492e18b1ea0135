import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { type RunRequest, methodNames, netNames, presetNames } from '../../src-main/contract/run.ts';
import { methods } from '../../training/methods/table.ts';
import { patchOf } from '../../training/nets.ts';
import { type PhotoFacts, type RunPlan, planImage, planRun } from '../../training/run-plan.ts';

const wish = (change: Partial<RunRequest> = {}): RunRequest => ({
  method: 'simclr',
  data: '/photos',
  captions: null,
  engine: 'cpu',
  preset: 'small',
  epochs: null,
  seed: 0,
  out: '/run',
  net: null,
  side: null,
  batch: null,
  micro: null,
  rate: null,
  threads: null,
  kind: 'photos',
  ...change,
});

const facts = (change: Partial<PhotoFacts> = {}): PhotoFacts => ({
  photos: 5000,
  heldOut: 500,
  captions: true,
  classes: 10,
  ...change,
});

function planned(change: Partial<RunRequest> = {}, known: Partial<PhotoFacts> = {}, longSide = 3000) {
  const request = wish(change);
  return planRun(request, planImage(request, longSide), facts(known));
}

const knobs = ({ plan }: { readonly plan: RunPlan }) => plan.knobs as Readonly<Record<string, number>>;

function refusal(change: Partial<RunRequest>, known: Partial<PhotoFacts> = {}): LikenessError {
  try {
    planned(change, known);
  } catch (thrown) {
    if (thrown instanceof LikenessError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}

/** All that the command line lets through. */
const requests = fc.record({
  method: fc.constantFrom(...methodNames),
  preset: fc.constantFrom(...presetNames),
  net: fc.option(fc.constantFrom(...netNames)),
  side: fc.option(fc.integer({ min: 8, max: 1024 })),
  batch: fc.option(fc.integer({ min: 2, max: 600 })),
  micro: fc.option(fc.integer({ min: 1, max: 64 })),
  epochs: fc.option(fc.integer({ min: 1, max: 1000 })),
});

test('any wish is refused in a sentence, or gives a plan that can be carried out', () => {
  const libraries = fc.record({
    photos: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 200_000 })),
    captions: fc.boolean(),
    classes: fc.integer({ min: 0, max: 5 }),
  });
  const property = fc.property(
    requests,
    libraries,
    fc.integer({ min: 0, max: 6000 }),
    (change, known, longSide) => {
      let plan: RunPlan;
      try {
        ({ plan } = planned(change, known, longSide));
      } catch (thrown) {
        assert.ok(thrown instanceof LikenessError, String(thrown));
        assert.match(thrown.message, /^[A-Za-z].*\.$/s);
        assert.match(thrown.hint, /\.$/);
        return;
      }
      const { batch, micro, steps, stepsPerEpoch, epochs, side, source, net } = plan;
      assert.ok(Number.isInteger(steps) && steps > 0 && steps === epochs * stepsPerEpoch, `${steps} steps`);
      assert.ok(batch >= 2 && batch <= known.photos, `a batch of ${batch} of ${known.photos} photos`);
      assert.ok(batch % micro === 0 && (micro === batch || change.micro === micro));
      assert.equal(side % patchOf(net, side), 0, `side ${side} of ${net}`);
      assert.ok(source >= 32 && Number.isInteger(source));
      const { perClass = 1, queue = 1 } = plan.knobs as { perClass?: number; queue?: number };
      assert.ok(perClass === 1 || batch % (2 * perClass) === 0, `${perClass} a class in a batch of ${batch}`);
      assert.ok(queue === 1 || queue <= known.photos / 4, `a queue of ${queue} for ${known.photos} photos`);
      if (change.batch !== null) assert.equal(batch, change.batch);
      if (change.side !== null) assert.equal(side, change.side);
    },
  );
  fc.assert(property, { numRuns: 1000, seed: 1 });
});

test('without wishes a run does what its preset says', () => {
  for (const method of methodNames)
    for (const preset of ['small', 'library', 'paper'] as const) {
      const { plan, notes } = planned({ method, preset }, { photos: 300_000 });
      const expected = methods[method].presets[preset];
      assert.deepEqual(
        [plan.batch, plan.epochs, plan.optimizer, plan.knobs, plan.micro],
        [expected.batch, expected.epochs, expected.optimizer, expected.knobs, expected.batch],
        `${method}, ${preset}`,
      );
      assert.deepEqual(notes, [], `${method}, ${preset}`);
      assert.equal(plan.stepsPerEpoch, Math.floor(300_000 / plan.batch));
    }
});

test('a wish overrules the preset', () => {
  const change = { epochs: 3, batch: 64, rate: 0.5, side: 96, net: 'vit-tiny', threads: 7 } as const;
  const { plan } = planned(change);
  assert.deepEqual(
    [plan.epochs, plan.batch, plan.optimizer.rate, plan.side, plan.net, plan.threads],
    [3, 64, 0.5, 96, 'vit-tiny', 7],
  );
  assert.equal(plan.optimizer.decay, methods.simclr.presets.small.optimizer.decay);
});

test('networks and sides are those of the preset, transformers where the paper has one', () => {
  const of = (method: RunRequest['method'], preset: RunRequest['preset']) => {
    const { net, side, source } = planImage(wish({ method, preset }), 3000);
    return [net, side, source];
  };
  assert.deepEqual(of('simclr', 'small'), ['resnet-18', 128, 205]);
  assert.deepEqual(of('dino', 'small'), ['vit-mini', 128, 205]);
  assert.deepEqual(of('byol', 'library'), ['resnet-18', 160, 256]);
  assert.deepEqual(of('clip', 'library'), ['vit-tiny', 160, 256]);
  assert.deepEqual(of('moco-v2', 'paper'), ['resnet-50', 224, 358]);
  assert.deepEqual(of('moco-v3', 'paper'), ['vit-small', 224, 358]);
  assert.deepEqual(of('vicreg', 'smoke'), ['vit-nano', 32, 51]);
});

test('small photos are not blown up, unless somebody asks for it', () => {
  const of = (longSide: number, change: Partial<RunRequest> = {}) => {
    const { side, source } = planImage(wish(change), longSide);
    return [side, source];
  };
  assert.deepEqual(of(100), [96, 100]);
  assert.deepEqual(of(32), [32, 32]);
  assert.deepEqual(of(20), [32, 32]);
  assert.deepEqual(of(0), [32, 32]);
  assert.deepEqual(of(100, { side: 224 }), [224, 100]);
});

test('a batch larger than the library shrinks where it is the preset’s, and is refused where it was asked for', () => {
  const { plan, notes } = planned({}, { photos: 51 });
  assert.deepEqual([plan.batch, plan.stepsPerEpoch], [50, 1]);
  assert.match(notes.join(), /only 51 photos, so a batch is 50 photos and not 128/);
  assert.match(refusal({ batch: 52 }, { photos: 51 }).hint, /--batch 51 or less/);
  const asked = planned({ batch: 51 }, { photos: 51 });
  assert.equal(asked.plan.batch, 51);
  assert.deepEqual(asked.notes, []);
  assert.match(planned({ batch: 8 }).notes.join(), /A batch of 8 is small/);
});

test('a queue is the largest power of two that a quarter of the photos fills', () => {
  const queue = (photos: number, preset: RunRequest['preset'] = 'paper') =>
    knobs(planned({ method: 'moco-v2', preset }, { photos }))['queue'];
  assert.deepEqual(
    [queue(300_000), queue(262_143), queue(5000), queue(4096), queue(3)],
    [65_536, 32_768, 1024, 1024, 1],
  );
  assert.equal(queue(5000, 'small'), 1024);
  assert.match(
    planned({ method: 'moco-v2' }, { photos: 1000 }).notes.join(),
    /There are 1000 photos, so the queue holds 128 and not 1024/,
  );
});

test('a batch that does not hold two classes of four photos gets fewer of each', () => {
  const perClass = (batch: number) => knobs(planned({ method: 'triplet', batch }))['perClass'];
  assert.deepEqual([8, 16, 72, 12, 4, 6, 7].map(perClass), [4, 4, 4, 2, 2, 1, 1]);
});

test('a smoke run is twenty steps of sixteen photos through small heads, whatever the library', () => {
  const { plan, notes } = planned({ preset: 'smoke', method: 'moco-v2' });
  assert.deepEqual([plan.batch, plan.steps, plan.epochs, plan.net, plan.side], [16, 20, 1, 'vit-nano', 32]);
  assert.deepEqual([knobs({ plan })['out'], knobs({ plan })['queue']], [64, 64]);
  assert.match(notes.join(), /teaches nothing/);
  const few = planned({ preset: 'smoke' }, { photos: 100 }).plan;
  assert.deepEqual([few.stepsPerEpoch, few.epochs, few.steps], [6, 4, 24]);
  assert.equal(planned({ preset: 'smoke', epochs: 2 }, { photos: 100 }).plan.steps, 12);
  for (const method of methodNames) {
    const made = knobs(planned({ preset: 'smoke', method }));
    for (const wide of ['out', 'hidden', 'width', 'prototypes', 'queue'])
      assert.ok((made[wide] ?? 0) <= 64, `${method}: ${wide} ${made[wide]}`);
  }
});

test('parts of a batch are for methods and networks that do not compare photos before the loss', () => {
  const vit = { net: 'vit-mini', batch: 64 } as const;
  assert.equal(planned({ ...vit, micro: 16 }).plan.micro, 16);
  assert.match(refusal({ ...vit, micro: 24 }).message, /cannot be cut into parts of 24/);
  assert.match(refusal({ ...vit, micro: 128 }).message, /cannot be cut into parts of 128/);
  for (const method of ['moco-v2', 'moco-v3', 'byol', 'dino', 'dinov2'] as const)
    assert.match(refusal({ ...vit, method, micro: 16 }).message, /needs its whole batch at once/);
  for (const net of ['resnet-10-slim', 'resnet-18', 'resnet-50', 'mobilenet'] as const) {
    assert.match(refusal({ net, batch: 64, micro: 16 }).message, /batch norm compares the photos/);
    assert.equal(planned({ net, batch: 64, micro: 64 }).plan.micro, 64);
  }
});

test('a method of classes says what it does where there are none', () => {
  for (const method of ['triplet', 'supcon'] as const) {
    assert.match(planned({ method }, { classes: 0 }).notes.join(), /a class of its own/);
    assert.deepEqual(planned({ method }).notes, []);
  }
});

test('a method that wants more photos than there are says so, and which one does with fewer', () => {
  const few = planned({ method: 'dinov2' }, { photos: 1200 }).notes.join('\n');
  assert.match(few, /DINOv2 wants 5,000 photos or more, and here are 1,200: DINO does with fewer/);
  assert.doesNotMatch(planned({ method: 'dinov2' }, { photos: 5000 }).notes.join('\n'), /wants/);
});
