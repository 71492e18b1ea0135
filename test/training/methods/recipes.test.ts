import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MethodName, methodNames } from '../../../src-main/contract/run.ts';
import { type BatchShape, knownInputs, seenInputs } from '../../../training/batch-inputs.ts';
import { gradient } from '../../../training/graph/gradient.ts';
import { sourcesOf } from '../../../training/graph/graph.ts';
import { type Tensor, inOrder, input } from '../../../training/graph/tensor.ts';
import { dino } from '../../../training/methods/dino.ts';
import { dinov2 } from '../../../training/methods/dinov2.ts';
import type { OptimizerPlan } from '../../../training/methods/optimizer-plan.ts';
import { methods } from '../../../training/methods/table.ts';
import { Pass } from '../../../training/modules/weights.ts';
import { networksOf } from '../../../training/nets.ts';
import { assemble, describeGraph, stepGraph } from '../../../training/step.ts';
import { imagenetStatistics } from '../../../training/transforms/view.ts';

type PresetName = 'paper' | 'library' | 'small';
type Given = Readonly<Record<string, unknown>>;

/** contrastive-reference.md, §7: N, optimizer and its rate for 256, and the method's own numbers. */
const published: Readonly<
  Record<MethodName, readonly [batch: number, kind: string, rate: number, rest: Given]>
> = {
  simclr: [4096, 'lars', 0.3, { decay: 1e-6, temperature: 0.1, warmUp: { epochs: 10 }, out: 128 }],
  'moco-v2': [
    256,
    'sgd',
    0.03,
    { decay: 1e-4, queue: 65_536, momentum: 0.999, temperature: 0.2, epochs: 200 },
  ],
  'moco-v3': [
    4096,
    'adamw',
    1.5e-4,
    { decay: 0.1, temperature: 0.2, momentum: 0.99, warmUp: { epochs: 40 }, hidden: 4096, out: 256 },
  ],
  byol: [4096, 'lars', 0.2, { decay: 1.5e-6, momentum: 0.996, epochs: 1000, hidden: 4096, out: 256 }],
  simsiam: [512, 'sgd', 0.05, { decay: 1e-4, epochs: 100, out: 2048, narrow: 512, warmUp: { steps: 0 } }],
  dino: [
    1024,
    'adamw',
    5e-4,
    { decay: 0.04, decayTo: 0.4, momentum: 0.996, prototypes: 65_536, locals: 8, clip: 3, clipEach: true },
  ],
  // 4e-3 at N 1024 is 2e-3 at N 256, when it grows with the root of N.
  dinov2: [1024, 'adamw', 2e-3, { scaling: 'root', momentum: 0.992, ibot: 1, koleo: 0.1 }],
  clip: [
    32_768,
    'adamw',
    5e-4,
    { decay: 0.2, beta2: 0.98, epsilon: 1e-6, warmUp: { steps: 2000 }, epochs: 32, scaling: 'none' },
  ],
  siglip: [16_384, 'adamw', 1e-3, { beta2: 0.95, bias: -10, scaling: 'none' }],
  siamese: [128, 'adamw', 1e-3, { margin: 1, normalize: true }],
  triplet: [72, 'adamw', 3e-4, { margin: 'soft', mining: 'hard', perClass: 4 }],
  supcon: [6144, 'lars', 0.3, { temperature: 0.1, epochs: 350, out: 128 }],
  vicreg: [
    2048,
    'lars',
    0.2,
    { decay: 1e-6, invariance: 25, variance: 25, covariance: 1, epochs: 1000, width: 8192 },
  ],
  'barlow-twins': [2048, 'lars', 0.2, { decay: 1e-6, offDiagonal: 0.0051, epochs: 1000, width: 8192 }],
};

/** Where our own presets state a number there. */
const ours: readonly (readonly [MethodName, 'library' | 'small', batch: number, Given])[] = [
  ['simclr', 'library', 256, { temperature: 0.2, decoupled: false }],
  ['simclr', 'small', 128, { temperature: 0.1, decoupled: true }],
  ['moco-v2', 'library', 256, { momentum: 0.996 }],
  ['moco-v2', 'small', 128, { momentum: 0.99, queue: 1024 }],
  ['moco-v3', 'library', 256, { momentum: 0.99, hidden: 1024 }],
  ['moco-v3', 'small', 128, { hidden: 512 }],
  ['byol', 'library', 256, { momentum: 0.99, hidden: 1024, out: 256 }],
  ['byol', 'small', 128, { momentum: 0.98, hidden: 512 }],
  ['simsiam', 'library', 256, { kind: 'sgd', rate: 0.05 }],
  ['simsiam', 'small', 64, { kind: 'sgd', rate: 0.05 }],
  ['dino', 'library', 256, { momentum: 0.998, prototypes: 4096, locals: 4 }],
  ['dino', 'small', 128, { prototypes: 1024, locals: 2 }],
  ['dinov2', 'library', 256, { prototypes: 4096 }],
  ['clip', 'library', 256, { decay: 0.1 }],
  ['siglip', 'library', 256, { bias: -2.71 }],
  ['siglip', 'small', 64, { bias: -2.71 }],
  ['triplet', 'library', 128, { perClass: 4, margin: 0.2, mining: 'semi-hard-first' }],
  ['triplet', 'small', 64, { perClass: 4 }],
  ['supcon', 'library', 256, { temperature: 0.1, perClass: 4 }],
  ['supcon', 'small', 128, { temperature: 0.1 }],
  ['vicreg', 'library', 256, { width: 2048 }],
  ['vicreg', 'small', 128, { width: 1024 }],
  ['barlow-twins', 'library', 256, { width: 2048, offDiagonal: 0.0051 }],
  ['barlow-twins', 'small', 128, { width: 256, offDiagonal: 0.01 }],
];

function settings(name: MethodName, preset: PresetName): Given {
  const { optimizer, knobs, ...own } = methods[name].presets[preset];
  return { ...own, ...optimizer, ...knobs };
}

function assertHolds(made: Given, expected: Given, what: string): void {
  for (const [key, value] of Object.entries(expected)) assert.deepEqual(made[key], value, `${what}: ${key}`);
}

test('the paper presets are the published settings', () => {
  for (const name of methodNames) {
    const [batch, kind, rate, rest] = published[name];
    assertHolds(settings(name, 'paper'), { batch, kind, rate, ...rest }, name);
  }
});

test('our own presets are those of the reference', () => {
  for (const [name, preset, batch, rest] of ours)
    assertHolds(settings(name, preset), { batch, ...rest }, `${name}, ${preset}`);
  for (const name of methodNames.filter((each) => each !== 'simsiam'))
    for (const preset of ['library', 'small'] as const) {
      const home = {
        kind: 'adamw',
        rate: 1e-3,
        clip: 1,
        warmUp: { share: 0.05 },
        final: 0.01,
        scaling: 'linear',
      };
      assertHolds(settings(name, preset), home, `${name}, ${preset}`);
      // DINO's schedule begins lower, captions decay more.
      const decay = { dino: 0.04, dinov2: 0.04, clip: 0.1, siglip: 0.1 }[name as string] ?? 0.05;
      assert.equal(settings(name, preset)['decay'], decay, `${name}, ${preset}`);
    }
});

test('small presets ask for small batches, and every preset for a run of several epochs', () => {
  for (const name of methodNames)
    for (const preset of ['paper', 'library', 'small'] as const) {
      const { batch, epochs } = methods[name].presets[preset];
      assert.ok(epochs >= 30 && (preset !== 'small' || (batch >= 64 && batch <= 128)), `${name}, ${preset}`);
    }
});

test('views are as many as the method takes, each with a name of its own', () => {
  const global = ['global1', 'global2'];
  for (const name of methodNames) {
    const method = methods[name];
    for (const preset of ['paper', 'library', 'small'] as const) {
      const { locals = 0 } = method.presets[preset].knobs as { readonly locals?: number };
      const views = method.views({ side: 224, patch: 16 }, method.presets[preset].knobs);
      const crops = Array.from({ length: locals }, (_, i) => `local${i + 1}`);
      const expected =
        method.learnsFrom === 'captions'
          ? ['view1']
          : locals > 0
            ? [...global, ...crops]
            : ['view1', 'view2'];
      assert.deepEqual(
        views.map((view) => view.name),
        expected,
        `${name}, ${preset}`,
      );
      for (const view of views) assert.equal(view.side, view.name.startsWith('local') ? 96 : 224);
    }
  }
});

const count = 8;
const [side, patch, source] = [32, 8, 40];
const smaller = {
  out: 16,
  hidden: 16,
  narrow: 8,
  width: 16,
  bottleneck: 8,
  prototypes: 16,
  queue: 32,
  locals: 1,
};

/** A method with small heads on the smallest network, and what it is shown. */
function built(name: MethodName, { batchNorm = true } = {}) {
  const method = methods[name];
  const text = method.learnsFrom === 'captions' ? { vocabulary: 50, context: 8 } : null;
  const { knobs } = method.presets.small;
  const small = { ...knobs, ...Object.fromEntries(Object.entries(smaller).filter(([key]) => key in knobs)) };
  const trained = assemble(method, small, networksOf({ net: 'vit-nano', side, text, batchNorm }, method), 1);
  const shape: BatchShape = {
    batch: count,
    source,
    views: method.views({ side, patch }, small),
    statistics: imagenetStatistics,
    patches: (side / patch) ** 2,
    context: 8,
  };
  const seen = seenInputs(count, shape);
  const pass = new Pass({ training: true });
  const embeddings = trained.embed(seen, pass);
  const known = knownInputs(shape, seen.masks);
  const { loss } = trained.compare(embeddings, known);
  return { trained, seen, known, pass, embeddings, loss };
}

/** Nothing but zeros: no way leads back from the loss. */
const isNothing = (g: Tensor) => inOrder([g]).every(({ op }) => op !== 'input' && op !== 'state');

const slowOnes = ['moco-v2', 'moco-v3', 'byol', 'dino', 'dinov2'];
/** Those of DINO and DINOv2 in the small preset alone: below. */
const withNorm = ['simclr', 'moco-v3', 'byol', 'simsiam', 'dino', 'dinov2', 'vicreg', 'barlow-twins'];
const keepsSomething = {
  'moco-v2': ['queue.rows', 'queue.ids', 'queue.pointer'],
  dino: ['center'],
  dinov2: ['patchCenter'],
};

for (const name of methodNames) {
  test(`${name}: the loss moves what is trained, and nothing that is slow or kept`, () => {
    const { trained, loss } = built(name);
    const { trained: own, slow, kept } = trained.places;
    const fixed = [...slow.all, ...kept.all];
    for (const [i, g] of gradient(
      loss,
      fixed.map(([, tensor]) => tensor),
    ).entries())
      assert.ok(isNothing(g), `${fixed[i]![0]} has a gradient`);
    const moved = [...own.parameters];
    const without = gradient(
      loss,
      moved.map(([, tensor]) => tensor),
    ).flatMap((g, i) => (isNothing(g) ? [moved[i]![0]] : []));
    // Only DINOv2 hides patches from its student.
    assert.deepEqual(without, name === 'dinov2' ? [] : ['encoder.hidden']);
  });

  test(`${name}: the optimizer is given exactly the trained parameters`, () => {
    const { trained, seen, known } = built(name);
    const given: string[] = [];
    const optimizer = {
      update(parameter: string, tensor: Tensor, g: Tensor) {
        given.push(parameter);
        assert.deepEqual(g.shape, tensor.shape);
        return new Map([[tensor, g]]);
      },
    };
    const { updates } = stepGraph(trained, seen, known, { optimizer });
    assert.deepEqual(given, [...trained.places.trained.parameters.keys()]);
    // Beside them a step moves running statistics, the slow copy, and what the method keeps.
    const names = [...updates.keys()].map(({ attributes }) => (attributes as { readonly name: string }).name);
    const beside = names.filter((each) => !given.includes(each.replace(/^trained\./, '')));
    assert.deepEqual(
      beside.filter((each) => !/\.(mean|variance)$|^slow\.|^kept\./.test(each)),
      [],
    );
    const kept = names.filter((each) => each.startsWith('kept.')).map((each) => each.slice('kept.'.length));
    assert.deepEqual(
      kept.sort(),
      ((keepsSomething as Given)[name] as string[] | undefined)?.toSorted() ?? [],
    );
  });

  test(`${name}: a slow copy is one of the trained network, without its predictor`, () => {
    const { trained } = built(name);
    const { trained: own, slow } = trained.places;
    assert.equal(trained.slow !== null, slowOnes.includes(name));
    const copied = [...own.parameters.keys()].filter((each) => !each.startsWith('predictor'));
    assert.deepEqual([...slow.parameters.keys()], slowOnes.includes(name) ? copied : []);
  });

  test(`${name}: what is kept after the training is the right network, without a head that is for training only`, () => {
    const { trained } = built(name);
    const graph = describeGraph(trained, input('images', [3, 3, side, side]));
    const names = sourcesOf(graph).states.map(({ attributes }) => attributes.name);
    const kept = name.startsWith('dino') ? 'slow.' : 'trained.';
    assert.ok(names.length > 10 && names.every((each) => each.startsWith(kept)), names.join());
    const byHead = ['siamese', 'triplet', 'clip', 'siglip'].includes(name);
    assert.equal(
      names.some((each) => /\.(head|predictor)\./.test(each)),
      byHead,
    );
    const { features, embedding } = graph.outputs;
    assert.deepEqual(features!.shape, [3, ['siamese', 'triplet'].includes(name) ? 16 : 64]);
    assert.deepEqual(embedding!.shape, [3, byHead ? 16 : 64]);
    assert.equal(trained.describeText !== null, methods[name].learnsFrom === 'captions');
  });

  test(`${name}: batch norm is where it belongs, and nowhere when the run cannot have it`, () => {
    assert.equal(built(name).pass.updates.size > 0, withNorm.includes(name));
    const { trained, pass } = built(name, { batchNorm: false });
    assert.equal(pass.updates.size, 0);
    assert.ok([...trained.weights.all.keys()].every((each) => !/\.(mean|variance)$/.test(each)));
  });

  test(`${name}: what is watched is an embedding of every photo`, () => {
    const { embeddings, trained } = built(name);
    const watched = embeddings[trained.watched]!;
    assert.equal(watched.shape.at(-2), count);
  });

  test(`${name}: groups with a rate of their own are parts that the network has`, () => {
    const names = [...built(name).trained.places.trained.parameters.keys()];
    for (const preset of ['paper', 'library', 'small'] as const) {
      const { groups = [] }: OptimizerPlan = methods[name].presets[preset].optimizer;
      for (const { starts } of groups)
        assert.ok(
          names.some((each) => each.startsWith(starts)),
          `${starts} is none of ${names.join()}`,
        );
    }
  });
}

for (const { title, presets } of [dino, dinov2])
  test(`${title} has batch norm in its head for small libraries only, as the paper has none`, () => {
    const { paper, library, small } = presets;
    assert.deepEqual(
      [paper, library, small].map(({ knobs }) => knobs.norm),
      [false, false, true],
    );
  });
