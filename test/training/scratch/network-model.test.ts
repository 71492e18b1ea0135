import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ImageCard } from '../../../models/card.ts';
import type { Numbers } from '../../../training/engines/engine.ts';
import { computeOn } from '../../../training/export-encoder.ts';
import { unit } from '../../../training/graph/ops/length.ts';
import { input } from '../../../training/graph/tensor.ts';
import { simclr } from '../../../training/methods/simclr.ts';
import { Pass } from '../../../training/modules/weights.ts';
import { networksOf } from '../../../training/nets.ts';
import { Random } from '../../../training/random.ts';
import { networkModel, networkModelNames } from '../../../training/scratch/network-model.ts';
import { statistics } from '../../../training/session.ts';
import { assemble } from '../../../training/step.ts';
import { drawView } from '../../../training/transforms/draw-view.ts';
import { wholeView } from '../../../training/transforms/recipes.ts';
import { viewOf } from '../../../training/transforms/view.ts';
import type { AnyMethod } from '../../../training/methods/method.ts';
import { engine } from '../adapt/adapters.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';

const image = (size: number): ImageCard => ({
  file: 'image.onnx',
  input: 'image',
  size,
  resize: 'squash',
  interpolation: 'lanczos3',
  mean: [120, 110, 100],
  std: [60, 50, 55],
  outputs: { features: 'features', embedding: 'embedding' },
});

const [side, count] = [32, 3];
const method = simclr as unknown as AnyMethod;
const networks = networksOf({ net: 'resnet-10-slim', side, text: null, batchNorm: true }, method);
const trained = assemble(method, simclr.presets.small.knobs, networks, 1);
const values = new Map(
  [...trained.weights.all].map(([name, { attributes }]) => [
    name,
    (attributes as unknown as { first: () => Numbers }).first(),
  ]),
);

/** What the network says during training of whole photos. */
async function said(bytes: Uint8Array, size: number) {
  const recipe = wholeView(side);
  const photos = input('photos', [count, 3, size, size], 'u8');
  const shown = viewOf(recipe, photos, statistics);
  const { features } = trained.describe(shown, new Pass({ training: false }));
  const memory = engine.memory();
  const program = await engine.compile({ outputs: { said: unit(features) }, updates: new Map() }, memory);
  const sizes = Array.from({ length: count }, () => ({ width: size, height: size }));
  const randoms = sizes.map((_, i) => new Random(i));
  const results = await program.run({ photos: bytes, ...drawView(recipe, sizes, randoms, { source: size }) });
  await program.close();
  await memory.close();
  return results['said']!;
}

for (const size of [48, side, 24])
  test(`photos prepared at ${size} px for another encoder say what the network says of them`, async () => {
    const bytes = Uint8Array.from(uniform(size, count * 3 * size * size, 0, 256));
    const card = image(size);
    const { model, dim } = await networkModel({
      image: card,
      encode: trained.describe,
      side,
      statistics,
      values,
      compute: computeOn(engine),
    });
    assert.equal(dim, 128);
    const prepared = Float32Array.from(bytes, (value, at) => {
      const channel = Math.floor(at / (size * size)) % 3;
      return (value - card.mean[channel]!) / card.std[channel]!;
    });
    const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
    const feeds = { [networkModelNames.input]: new Tensor('float32', prepared, [count, 3, size, size]) };
    const made = await session.run(feeds);
    await session.release();
    const rows = made[networkModelNames.output]!.data as Float32Array;
    assertClose(rows, await said(bytes, size), 1e-4, 'features');
  });
