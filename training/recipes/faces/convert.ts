/**
 * Makes models/faces from the weights that @vladmandic/face-api (MIT) brings:
 *
 *   node training/recipes/faces/convert.ts [--out models/faces]
 *
 * The weights are the published bytes; only their order is ours. test/training/recipes/faces holds the check against face-api itself.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type OnnxModel, encodeOnnx } from '../../../models/onnx-messages.ts';
import { readByteWeights } from './byte-weights.ts';
import { descriptorModel } from './descriptor.ts';
import { detectorModel } from './detector.ts';
import { landmarksModel } from './landmarks.ts';

const root = join(import.meta.dirname, '../../..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'models/faces') } } });
const out = resolve(values.out);
const library = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
const weights = (name: string) => readByteWeights(join(library, 'model', `${name}-weights_manifest.json`));
const metadata = { source: '@vladmandic/face-api 1.7.15', licence: 'MIT' };

const models: Readonly<Record<string, OnnxModel>> = {
  'detector.onnx': detectorModel(await weights('ssd_mobilenetv1_model'), metadata),
  'landmarks.onnx': landmarksModel(await weights('face_landmark_68_model'), metadata),
  'descriptor.onnx': descriptorModel(await weights('face_recognition_model'), metadata),
};
/** What was measured with these networks: docs/people.md says how. */
const measured = {
  leastScore: 0.4,
  samePerson: { weight: 215, bias: -199 },
  grouping: { same: 0.9275, lonely: 0.01, join: 0.93, ask: 0.912, leastQuality: 0.15 },
};

await mkdir(out, { recursive: true });
const networks: Record<string, { file: string; sha256: string }> = {};
for (const [name, model] of Object.entries(models)) {
  const bytes = encodeOnnx(model);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(out, name), bytes);
  networks[name.replace('.onnx', '')] = { file: name, sha256 };
  console.log(`${name}  ${bytes.length} bytes  ${sha256}`);
}
const card = {
  id: `face-api-ssd-dlib-${networks['descriptor']!.sha256.slice(0, 8)}`,
  name: 'Faces, built in',
  licence: 'MIT',
  source: '@vladmandic/face-api 1.7.15, converted by training/recipes/faces; see card.md.',
  family: 'face-api',
  dim: 128,
  networks,
  ...measured,
};
await writeFile(join(out, 'faces.json'), `${JSON.stringify(card, null, 2)}\n`);
