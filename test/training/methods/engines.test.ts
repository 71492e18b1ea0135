/**
 * Two whole steps of every method on real networks, as a run makes them: views, network, loss, gradients, optimizer, slow copy.
 * Every engine must say the same, and on a device nothing may be left to the processor.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type MethodName, type NetName, methodNames } from '../../../src-main/contract/run.ts';
import { openPhotos } from '../../../training/data/open-photos.ts';
import type { PhotoSet } from '../../../training/data/photo-set.ts';
import type { EngineName } from '../../../training/engines/engine.ts';
import { tensorflowEngine } from '../../../training/engines/tensorflow.ts';
import { methods } from '../../../training/methods/table.ts';
import { plannedBatches } from '../../../training/planned-batches.ts';
import { openRunData } from '../../../training/run-data.ts';
import { planImage, planRun } from '../../../training/run-plan.ts';
import { openSession } from '../../../training/session.ts';
import { stepInputs } from '../../../training/step.ts';
import { drawPictures } from '../drawn-pictures.ts';
import { findGpu } from '../engines/any-gpu.ts';
import { assertClose } from '../engines/operations.ts';
import { request } from '../runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-methods-'));
after(() => rmSync(folder, { recursive: true, force: true }));
await drawPictures(folder, 6);

const found = await openPhotos(folder, { captions: null });
const set: PhotoSet = {
  ...found,
  photos: found.photos.map((photo, i) => ({ ...photo, captions: [`a picture of number ${i}`, 'a sun'] })),
};
const { signal } = new AbortController();
const open = (captioned: boolean) =>
  openRunData(set, { source: 40, seed: 1, captioned, signal, onProgress: () => {} });
const [plain, captioned] = [await open(false), await open(true)];
await set.close();

/** What two steps say, the second of which sees what the first has moved. */
async function twoSteps(method: MethodName, net: NetName, engine: EngineName) {
  const wish = request({ method, net, preset: 'smoke', batch: 4, side: 32 });
  const data = methods[method].learnsFrom === 'captions' ? captioned : plain;
  const facts = { photos: data.train.length, heldOut: data.heldOut.length, captions: true, classes: 2 };
  const { plan } = planRun(wish, { ...planImage(wish, 48), source: 40 }, facts);
  const device = { engine, name: engine, half: false };
  const session = await openSession({ plan, data, device, note: () => {} });
  const said: Record<string, readonly number[]> = {};
  for (const batch of plannedBatches(plan, data, 0).take(2)) {
    // Rates of a later step: the first ones are those of the warm-up, and nothing would move.
    const schedule = session.schedule(Math.min(batch.step + 1, plan.steps - 1));
    const feeds = { ...(await session.load(batch)), ...schedule, [stepInputs.lossScale]: 1 };
    const results = await session.stepper.step(feeds, () => true);
    for (const name of ['loss', 'norm', 'watched']) said[`${name} ${batch.step}`] = [...results[name]!];
  }
  const onCpu = new Map(session.stepper.onCpu);
  await session.close();
  return { said, onCpu };
}

const noGpu = await findGpu();
const noTensorflow = await tensorflowEngine(['@tensorflow/tfjs']).then(
  () => false as const,
  (thrown: Error) => thrown.message,
);

const cases: [MethodName, NetName][] = [
  ...methodNames.map((method): [MethodName, NetName] => [method, 'vit-nano']),
  ['simclr', 'resnet-10-slim'],
];

for (const [method, net] of cases) {
  let made: ReturnType<typeof twoSteps> | null = null;
  const reference = () => (made ??= twoSteps(method, net, 'cpu'));
  const compare = async (engine: EngineName, tolerance: number) => {
    const [{ said, onCpu }, expected] = [await twoSteps(method, net, engine), await reference()];
    assert.deepEqual([...onCpu], [], 'nothing is left to the processor');
    // A second step lets the rounding of the first one grow: AdamW makes full steps of the smallest gradients.
    for (const [name, values] of Object.entries(expected.said))
      assertClose(said[name]!, values, name.endsWith('0') ? tolerance : 10 * tolerance, name);
  };
  // Batch norm over four pictures divides by small deviations, which lets rounding grow in a convnet.
  test(`${method} on ${net}: TensorFlow.js agrees`, { skip: noTensorflow }, () =>
    compare('tensorflow', net === 'vit-nano' ? 1e-4 : 1e-3),
  );
  test(`${method} on ${net}: WebGPU agrees`, { skip: noGpu ?? false }, () => compare('webgpu', 1e-3));
}
