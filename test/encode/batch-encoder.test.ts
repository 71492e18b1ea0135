import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { inputLength, writePlanes } from '../../models/preprocess.ts';
import { BatchEncoder } from '../../src-main/encode/batch-encoder.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { builtInEncoder, drawnPhotos } from './drawn-photos.ts';

const encoder = await PhotoEncoder.open(builtInEncoder, { threads: 1 });
after(() => encoder.close());
const { image } = encoder.card;

function tensorOf(rgb: Uint8Array): Float32Array {
  const tensor = new Float32Array(inputLength(image));
  writePlanes(rgb, image, tensor);
  return tensor;
}

/** The encoder, noting how many photos each run had. */
function counted(sizes: number[], fail = false): PhotoEncoder {
  return new Proxy(encoder, {
    get(target, name) {
      if (name === 'card') return target.card;
      assert.equal(name, 'encode');
      return (batch: Float32Array, count: number) => {
        sizes.push(count);
        return fail ? Promise.reject(new Error('out of memory')) : target.encode(batch, count);
      };
    },
  });
}

test('photos given one by one come back as theirs, in batches of at most the size', async () => {
  const sizes: number[] = [];
  const batches = new BatchEncoder(counted(sizes), { size: 4 });
  const { slope, rings } = drawnPhotos(image.size);
  const order = [slope, rings, rings, slope, rings, slope, slope, rings, rings];
  const vectors = await Promise.all(order.map((rgb) => batches.encode(tensorOf(rgb))));
  assert.deepEqual(sizes, [4, 4, 1]);
  const [[slopeAlone], [ringsAlone]] = [
    await encoder.encode(tensorOf(slope), 1),
    await encoder.encode(tensorOf(rings), 1),
  ];
  for (const [at, rgb] of order.entries()) {
    const expected = (rgb === slope ? slopeAlone : ringsAlone)!.features;
    assert.ok(vectors[at]!.features.every((value, i) => Math.abs(value - expected[i]!) < 1e-5));
  }
});

test('a photo that comes alone does not wait for others', async () => {
  const sizes: number[] = [];
  const batches = new BatchEncoder(counted(sizes));
  const tensor = tensorOf(drawnPhotos(image.size).slope);
  await batches.encode(tensor);
  await batches.encode(tensor);
  assert.deepEqual(sizes, [1, 1]);
});

test('a run that fails fails its own photos and no others', async () => {
  const tensor = tensorOf(drawnPhotos(image.size).slope);
  const sizes: number[] = [];
  const batches = new BatchEncoder(counted(sizes, true), { size: 2 });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => batches.encode(tensor)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  assert.deepEqual(sizes, [2, 1]);
});

test('numbers of another size are refused at once', () => {
  assert.throws(() => new BatchEncoder(encoder).encode(new Float32Array(3)), RangeError);
});
