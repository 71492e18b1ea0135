import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { encodeOnnx } from '../../../../models/onnx-messages.ts';
import { openSession } from '../../../../src-main/encode/session.ts';
import { readByteWeights, withAxes } from '../../../../training/recipes/faces/byte-weights.ts';
import { descriptorModel, descriptorSide } from '../../../../training/recipes/faces/descriptor.ts';
import { detectorModel, detectorSide } from '../../../../training/recipes/faces/detector.ts';
import { landmarksModel, landmarksSide } from '../../../../training/recipes/faces/landmarks.ts';
import { Random } from '../../../../training/random.ts';

const require = createRequire(import.meta.url);
const library = dirname(require.resolve('@vladmandic/face-api/package.json'));
const weights = (name: string) => readByteWeights(join(library, 'model', `${name}-weights_manifest.json`));

/** face-api asks for TensorFlow.js with a native part; the plain one answers in its place. */
function openLibrary() {
  const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (name, ...rest) =>
    load(name === '@tensorflow/tfjs-node' ? '@tensorflow/tfjs' : name, ...rest);
  try {
    return require('@vladmandic/face-api/dist/face-api.node.js');
  } finally {
    loader._load = load;
  }
}

/** Something with shapes, the same in every run: [side, side, 3], 0..255. */
function drawn(side: number): Float32Array {
  const random = new Random(5, 'faces');
  const waves = Array.from({ length: 9 }, () => [
    random.uniform() * 0.1,
    random.uniform() * 0.1,
    random.uniform() * 6,
  ]);
  return Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    let value = 128;
    for (let wave = 3 * channel; wave < 3 * channel + 3; wave++) {
      const [across, down, from] = waves[wave]! as [number, number, number];
      value += 40 * Math.sin(across * x + down * y + from);
    }
    return Math.round(Math.min(255, Math.max(0, value)));
  });
}

test('each network says what face-api says, on TensorFlow.js', async () => {
  const faceapi = openLibrary();
  const tf = faceapi.tf;
  await tf.ready();
  const cases = [
    ['ssdMobilenetv1', detectorSide, detectorModel(await weights('ssd_mobilenetv1_model'), {})],
    ['faceLandmark68Net', landmarksSide, landmarksModel(await weights('face_landmark_68_model'), {})],
    ['faceRecognitionNet', descriptorSide, descriptorModel(await weights('face_recognition_model'), {})],
  ] as const;
  for (const [name, side, model] of cases) {
    const image = drawn(side);
    const net = new faceapi.nets[name].constructor();
    await net.loadFromDisk(join(library, 'model'));
    const said = net.forwardInput(new faceapi.NetInput([tf.tensor3d(image, [side, side, 3])]));
    const wanted: Record<string, Float32Array> =
      name === 'ssdMobilenetv1'
        ? { boxes: said.boxes[0].dataSync(), scores: said.scores[0].dataSync() }
        : { [name === 'faceLandmark68Net' ? 'points' : 'descriptor']: said.dataSync() };
    const session = await openSession(encodeOnnx(model), { threads: 1 });
    const planes = Float32Array.from(
      image,
      (_, i) => image[3 * (i % (side * side)) + Math.floor(i / (side * side))]!,
    );
    const twice = new Float32Array(2 * planes.length);
    twice.set(planes);
    twice.set(planes, planes.length);
    const made = await session.run({ image: { data: twice, dims: [2, 3, side, side] } });
    await session.close();
    for (const [output, values] of Object.entries(wanted)) {
      const rows = made[output]!.data as Float32Array;
      let worst = 0;
      for (const [i, value] of values.entries())
        for (const at of [i, i + values.length]) worst = Math.max(worst, Math.abs(rows[at]! - value));
      assert.ok(worst < 5e-4, `${name}: ${output} is off by ${worst}`);
    }
  }
});

test('models/faces holds these networks', async () => {
  const metadata = { source: '@vladmandic/face-api 1.7.15', licence: 'MIT' };
  const made = {
    'detector.onnx': detectorModel(await weights('ssd_mobilenetv1_model'), metadata),
    'landmarks.onnx': landmarksModel(await weights('face_landmark_68_model'), metadata),
    'descriptor.onnx': descriptorModel(await weights('face_recognition_model'), metadata),
  };
  for (const [file, model] of Object.entries(made))
    assert.ok(
      Buffer.from(encodeOnnx(model)).equals(
        readFileSync(join(import.meta.dirname, '../../../../models/faces', file)),
      ),
      file,
    );
});

test('axes change places, and the numbers with them', () => {
  const weight = { shape: [2, 3], stored: Uint8Array.of(1, 2, 3, 4, 5, 6), step: { scale: 1, min: 0 } };
  assert.deepEqual(withAxes(weight, [1, 0]), {
    shape: [3, 2],
    stored: Uint8Array.of(1, 4, 2, 5, 3, 6),
    step: weight.step,
  });
});
