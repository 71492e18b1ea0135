import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input } from '../../../training/graph/tensor.ts';
import { mobilenet } from '../../../training/modules/mobilenet.ts';
import { resnet } from '../../../training/modules/resnet.ts';
import { vit, vitSizes } from '../../../training/modules/vit.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';

const images = (side: number) => input('images', [2, 3, side, side]);
const pass = () => new Pass({ training: true });

test('ResNet-18 and ResNet-50 have as many parameters as the published ones without their classifier', () => {
  const [small, large] = [new Weights(1), new Weights(1)];
  assert.deepEqual(resnet(small, { depth: 18, stem: 'imagenet' }).encode(images(64), pass()).shape, [2, 512]);
  assert.deepEqual(
    resnet(large, { depth: 50, stem: 'imagenet' }).encode(images(64), pass()).shape,
    [2, 2048],
  );
  assert.equal(small.count, 11_176_512);
  assert.equal(large.count, 23_508_032);
});

test('the stem for small images keeps their size', () => {
  const weights = new Weights(1);
  assert.deepEqual(resnet(weights, { depth: 18, stem: 'cifar' }).encode(images(32), pass()).shape, [2, 512]);
  assert.equal(weights.count, 11_168_832);
});

test('MobileNetV2 has as many parameters as the published one without its classifier', () => {
  const weights = new Weights(1);
  assert.deepEqual(mobilenet(weights).encode(images(64), pass()).shape, [2, 1280]);
  assert.equal(weights.count, 2_223_872);
});

test('the tiny vision transformer has as many parameters as DeiT-Ti without its classifier', () => {
  const weights = new Weights(1);
  const encoder = vit(weights, { ...vitSizes.tiny, side: 224, patch: 16, pool: 'class' });
  assert.deepEqual(encoder.encode(images(224), pass()).shape, [2, 192]);
  assert.equal(weights.count, 5_524_416);
});

test('registers and class token are no patches', () => {
  const encoder = vit(new Weights(1), {
    side: 16,
    patch: 4,
    dim: 8,
    depth: 1,
    heads: 2,
    pool: 'class',
    registers: 3,
  });
  const { whole, patches } = encoder.tokens(images(16), pass());
  assert.deepEqual(
    [whole.shape, patches.shape],
    [
      [2, 8],
      [2, 16, 8],
    ],
  );
});

test('a vision transformer takes crops of other sizes', () => {
  const encoder = vit(new Weights(1), { side: 16, patch: 4, dim: 8, depth: 1, heads: 2, pool: 'mean' });
  assert.deepEqual(encoder.tokens(images(8), pass()).patches.shape, [2, 4, 8]);
});

test('an image that the patch does not divide is refused by name and shape', () => {
  const encoder = vit(new Weights(1), { side: 16, patch: 4, dim: 8, depth: 1, heads: 2, pool: 'mean' });
  assert.throws(() => encoder.encode(images(18), pass()), /patches\(input “images” f32 \[2, 3, 18, 18\]\)/);
});
