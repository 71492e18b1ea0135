import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methodNames, netNames, presetNames } from '../../src-main/contract/run.ts';
import type { NetName } from '../../src-main/contract/run.ts';
import { inOrder, input } from '../../training/graph/tensor.ts';
import { methods } from '../../training/methods/table.ts';
import { Pass, Weights } from '../../training/modules/weights.ts';
import { defaultNet, looksAtPatches, needsWholeBatch, networksOf, patchOf } from '../../training/nets.ts';

const text = { vocabulary: 100, context: 8 };

function encoderOf(net: NetName, side: number, method: keyof typeof methods = 'simclr') {
  const weights = new Weights(1);
  const encoder = networksOf({ net, side, text: null, batchNorm: true }, methods[method]).encoder(weights);
  const pass = new Pass({ training: true });
  const features = encoder.encode(input('images', [2, 3, side, side]), pass);
  return { weights, encoder, features, pass };
}

/** Millions of parameters at 128 px, and width of the features. */
const sizes: Readonly<Record<NetName, readonly [least: number, most: number, dim: number]>> = {
  'vit-nano': [0.1, 0.15, 64],
  'vit-micro': [0.1, 0.2, 64],
  'vit-mini': [1.8, 2.2, 192],
  'vit-tiny': [5.3, 5.9, 192],
  'vit-small': [21, 22.5, 384],
  'resnet-10-slim': [0.28, 0.34, 128],
  'resnet-18': [11, 11.4, 512],
  'resnet-50': [23, 24, 2048],
  mobilenet: [2, 6, 1280],
};

for (const net of netNames)
  test(`${net} has the parameters and features that its name promises, at any side`, () => {
    const [least, most, dim] = sizes[net];
    const { weights, encoder } = encoderOf(net, 128);
    const millions = weights.count / 1e6;
    assert.ok(millions >= least && millions <= most, `${millions} million`);
    assert.equal(encoder.dim, dim);
    for (const side of [32, 64, 128, 224]) {
      const { features, pass } = encoderOf(net, side);
      assert.deepEqual(features.shape, [2, dim]);
      // What has batch norm records statistics in training; such a network cannot see a batch part by part.
      assert.equal(pass.updates.size > 0, needsWholeBatch(net), `${net} at ${side} px`);
      assert.equal('tokens' in encoder, looksAtPatches(net));
    }
  });

test('patches are smaller on small images, so that there are enough of them', () => {
  const of = (net: NetName) => [16, 32, 48, 64, 96, 112, 224].map((side) => patchOf(net, side));
  assert.deepEqual(of('vit-mini'), [4, 4, 4, 8, 8, 16, 16]);
  assert.deepEqual(of('vit-micro'), of('vit-mini'));
  assert.deepEqual(of('vit-nano'), [8, 8, 8, 8, 8, 8, 8]);
  assert.deepEqual(of('resnet-18'), [1, 1, 1, 1, 1, 1, 1]);
});

test('every default suits its method: patches where it looks at them, a side that they divide', () => {
  for (const name of methodNames)
    for (const preset of presetNames) {
      const { net, side } = defaultNet(methods[name], preset);
      assert.ok(!methods[name].patches || looksAtPatches(net), `${name}, ${preset}`);
      assert.equal(side % patchOf(net, side), 0);
    }
});

test('the class token is learned where the paper has one; elsewhere patches are averaged', () => {
  const names = (method: keyof typeof methods) => [
    ...encoderOf('vit-nano', 32, method).weights.parameters.keys(),
  ];
  assert.ok(names('dinov2').includes('tokens') && !names('simclr').includes('tokens'));
});

test('there is a text tower where there are captions; CLIP’s reads forwards only', () => {
  const choice = { net: 'vit-nano', side: 32, batchNorm: true } as const;
  assert.equal(networksOf({ ...choice, text: null }, methods.clip).text, null);
  for (const [name, causal] of [
    ['clip', true],
    ['siglip', false],
  ] as const) {
    const tower = networksOf({ ...choice, text }, methods[name]).text!(new Weights(1));
    const out = tower.encode(
      input('tokens', [3, 8], 'i32'),
      input('ends', [3], 'i32'),
      new Pass({ training: true }),
    );
    assert.deepEqual(out.shape, [3, tower.dim]);
    const masks = inOrder([out]).filter(({ op, shape }) => op === 'constant' && shape.join() === '8,8');
    assert.equal(masks.length > 0, causal, name);
  }
});
