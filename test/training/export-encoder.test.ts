import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isUnit } from '../../models/embedding.ts';
import { type ScoredPiece, SentencePieces } from '../../models/sentence-pieces.ts';
import { verifyEncoder } from '../../models/card.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { openSession } from '../../src-main/encode/session.ts';
import { TextEncoder } from '../../src-main/encode/text-encoder.ts';
import { captionTokens, captionVocabulary } from '../../training/data/captions.ts';
import type { Feeds, Numbers } from '../../training/engines/engine.ts';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { type ExportOptions, type TextSide, exportEncoder } from '../../training/export-encoder.ts';
import { type Tensor, input } from '../../training/graph/tensor.ts';
import { linear } from '../../training/modules/linear.ts';
import { mobilenet } from '../../training/modules/mobilenet.ts';
import { resnet } from '../../training/modules/resnet.ts';
import { textTransformer } from '../../training/modules/text-transformer.ts';
import { type VitOptions, vit } from '../../training/modules/vit.ts';
import { Pass, Weights } from '../../training/modules/weights.ts';
import { assertClose } from './engines/operations.ts';
import { normal, uniform } from './graph/draw.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-export-'));
after(() => rmSync(folder, { recursive: true }));
const engine = onnxEngine({ provider: 'cpu', threads: 1 });
const pieces = join(import.meta.dirname, '../../models/built-in/pieces.json');

/** First values, moved: gains, shifts and running statistics are no longer 0 and 1. */
function valuesOf(weights: Weights): Map<string, Numbers> {
  return new Map(
    [...weights.all].map(([name, { attributes, size }], i) => {
      const first = (attributes as unknown as { first: () => Float32Array }).first();
      const [factors, offsets] = [uniform(i, size, 0.6, 1.4), uniform(i + 1000, size, -0.1, 0.1)];
      const moved = first.map(
        (value, at) => value * factors[at]! + (name.endsWith('variance') ? 0.3 : offsets[at]!),
      );
      return [name, Float32Array.from(moved)];
    }),
  );
}

/** What the training graph says, with the values in its states. */
async function expected(
  outputs: Readonly<Record<string, Tensor>>,
  values: ReadonlyMap<string, Numbers>,
  feeds: Feeds,
) {
  const memory = engine.memory();
  const program = await engine.compile({ outputs, updates: new Map() }, memory);
  memory.write(new Map(memory.names.map((name) => [name, values.get(name)!])));
  const results = await program.run(feeds);
  await program.close();
  await memory.close();
  return results;
}

const facts = {
  id: 'likeness-test',
  name: 'Test',
  method: 'SimCLR',
  methodSource: 'arXiv 2002.05709',
  net: 'vit-nano',
  photos: { learned: 100, heldOut: 10 },
  captions: 0,
  seed: 7,
  epochs: 2,
  steps: 20,
  measured: { 'nearest neighbours': '12.5 %' },
} as const;
const calibration = { likeness: { bias: -5, weight: 10 }, text: null };
const statistics = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 1] };

function options(weights: Weights, more: Pick<ExportOptions, 'encode' | 'side'> & Partial<ExportOptions>) {
  return {
    out: join(folder, 'encoder'),
    statistics,
    values: valuesOf(weights),
    engine,
    text: null,
    calibration,
    facts,
    ...more,
  };
}

interface Case {
  readonly side: number;
  readonly make: (at: Weights) => ExportOptions['encode'];
}
const whole =
  (encoder: { encode: (x: Tensor, pass: Pass) => Tensor }): ExportOptions['encode'] =>
  (x, pass) => {
    const features = encoder.encode(x, pass);
    return { features, embedding: features };
  };
const small = { side: 16, patch: 4, dim: 12, depth: 2, heads: 3 } as const;
const vitCase = (side: number, more: Partial<VitOptions> & Pick<VitOptions, 'pool'>): Case => ({
  side,
  make: (at) => whole(vit(at, { ...small, ...more })),
});

const cases: Readonly<Record<string, Case>> = {
  'ViT, class token': vitCase(16, { pool: 'class' }),
  'ViT, mean of patches': vitCase(16, { pool: 'mean' }),
  'ViT, class token and registers': vitCase(16, { pool: 'class', registers: 3 }),
  'ViT, mean and registers, on larger images than it was made for': vitCase(24, {
    pool: 'mean',
    registers: 2,
  }),
  'ViT, class token, on smaller ones': vitCase(8, { pool: 'class' }),
  'ViT, adapters': vitCase(16, { pool: 'mean', adapter: { rank: 2 } }),
  'ResNet-18 for small images': {
    side: 24,
    make: (at) => whole(resnet(at, { depth: 18, stem: 'cifar', width: 16 })),
  },
  'ResNet-18 for large ones': {
    side: 64,
    make: (at) => whole(resnet(at, { depth: 18, stem: 'imagenet', width: 16 })),
  },
  'ResNet-50': { side: 32, make: (at) => whole(resnet(at, { depth: 50, stem: 'cifar', width: 8 })) },
  MobileNet: { side: 32, make: (at) => whole(mobilenet(at, { width: 0.25 })) },
  'ViT with an output of its own for words': {
    side: 16,
    make: (at) => {
      const encoder = vit(at.in('encoder'), { ...small, pool: 'mean' });
      const head = linear(at.in('head'), 12, 5);
      return (x, pass) => {
        const features = encoder.encode(x, pass);
        return { features, embedding: head(features, pass) };
      };
    },
  },
};

for (const [name, { side, make }] of Object.entries(cases))
  test(`${name}: the file agrees with the training graph for any number of photos`, async () => {
    const weights = new Weights(1);
    const encode = make(weights);
    const given = options(weights, { encode, side });
    const card = await exportEncoder(given);
    const session = await openSession(join(given.out, 'image.onnx'), { threads: 1 });
    for (const batch of [1, 2, 5]) {
      const pixels = Float32Array.from(normal(batch, batch * 3 * side * side));
      const made = await session.run({ image: { data: pixels, dims: [batch, 3, side, side] } });
      const images = input('images', [batch, 3, side, side]);
      const judge = await expected({ ...encode(images, new Pass({ training: false })) }, given.values, {
        images: pixels,
      });
      for (const output of ['features', 'embedding'] as const) {
        assert.deepEqual(made[output]!.dims, [batch, card.dim[output]]);
        assertClose(made[output]!.data as Float32Array, judge[output]!, 1e-4, `${output}, ${batch} photos`);
      }
    }
    await session.close();
  });

test('the application opens the folder and gets unit vectors', async () => {
  const weights = new Weights(1);
  const given = options(weights, {
    encode: cases['ViT with an output of its own for words']!.make(weights),
    side: 16,
  });
  const card = await exportEncoder(given);
  assert.deepEqual(await verifyEncoder(given.out), card);
  assert.match(card.id, /^likeness-test-[0-9a-f]{8}$/);
  assert.deepEqual(card.dim, { features: 12, embedding: 5 });
  assert.deepEqual(card.image.mean, [127.5, 102, 76.5]);
  assert.deepEqual(card.image.std, [51, 63.75, 255]);
  const encoder = await PhotoEncoder.open(given.out, { threads: 1 });
  const vectors = await encoder.encode(Float32Array.from(normal(1, 3 * 3 * 16 * 16)), 3);
  assert.deepEqual(
    vectors.map(({ features, embedding }) => [
      features.length,
      isUnit(features),
      embedding.length,
      isUnit(embedding),
    ]),
    Array.from({ length: 3 }, () => [12, true, 5, true]),
  );
  await encoder.close();
  const text = readFileSync(join(given.out, 'card.md'), 'utf8');
  for (const said of [
    'SimCLR',
    '| photos learned from | 100 |',
    '| seed | 7 |',
    '12.5 %',
    'Private',
    'no words',
  ])
    assert.ok(text.includes(said), said);
});

/** Towers for words beside a small image tower. */
function withText(causal: boolean) {
  const weights = new Weights(1);
  const encoder = vit(weights.in('encoder'), { ...small, pool: 'mean' });
  const { size: vocabulary, end, pad } = captionVocabulary;
  const tower = textTransformer(weights.in('text'), {
    vocabulary,
    context: 7,
    dim: 12,
    depth: 2,
    heads: 2,
    causal,
  });
  const project = linear(weights.in('textHead'), 12, 12);
  const text: TextSide = {
    encode: (tokens, ends, pass) => project(tower.encode(tokens, ends, pass), pass),
    context: 7,
    pieces,
    end,
    pad,
    templates: ['a photo of a {}'],
  };
  const both = { ...calibration, text: { bias: -4, weight: 9 } };
  return { text, given: options(weights, { encode: whole(encoder), side: 16, text, calibration: both }) };
}

for (const [name, causal] of [
  ['CLIP', true],
  ['SigLIP', false],
] as const)
  test(`${name}: the application reads words as the training graph reads captions`, async () => {
    const { text, given } = withText(causal);
    await exportEncoder(given);
    const texts = ['A dog on the beach', 'x', '', 'two dogs run over a long and winding road'];
    const sentences = new SentencePieces(JSON.parse(readFileSync(pieces, 'utf8')) as ScoredPiece[]);
    const read = texts.map((each) => captionTokens(each, sentences, { context: 7 }));
    const tokens = Int32Array.from(read.flatMap(({ tokens: own }) => [...own]));
    const ends = Int32Array.from(read, ({ end }) => end);
    assert.equal(Math.max(...ends), 6, 'one text is cut');
    const [place, last] = [input('tokens', [4, 7], 'i32'), input('ends', [4], 'i32')];
    const judge = await expected(
      { words: text.encode(place, last, new Pass({ training: false })) },
      given.values,
      { tokens, ends },
    );
    const encoder = await TextEncoder.open(given.out, { threads: 1 });
    for (const count of [1, 2, 4]) {
      const vectors = await encoder.encode(texts.slice(0, count));
      for (const [i, vector] of vectors.entries()) {
        const row = judge['words']!.subarray(i * 12, (i + 1) * 12);
        const length = Math.hypot(...row);
        assertClose(
          vector,
          Array.from(row, (value) => value / length),
          1e-4,
          texts[i]!,
        );
      }
    }
    await encoder.close();
    assert.deepEqual(readdirSync(given.out).sort(), [
      'card.md',
      'encoder.json',
      'image.onnx',
      'pieces.json',
      'text.onnx',
    ]);
    assert.ok((await verifyEncoder(given.out)).text);
  });

test('an export that fails leaves the encoder before as it was, and nothing else', async () => {
  const out = join(folder, 'kept', 'encoder');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'encoder.json'), 'old');
  const weights = new Weights(1);
  const encode = vitCase(16, { pool: 'mean' }).make(weights);
  const given = options(weights, { encode, side: 16, out });
  await assert.rejects(exportEncoder({ ...given, values: new Map() }), /is given no values/);
  await assert.rejects(exportEncoder({ ...given, facts: { ...facts, id: 'No Id' } }), /is not an id/);
  const training: ExportOptions['encode'] = (x) => encode(x, new Pass({ training: true }));
  const convnet = new Weights(1);
  const batchStatistics = whole(mobilenet(convnet, { width: 0.25 }));
  await assert.rejects(
    exportEncoder({
      ...given,
      values: valuesOf(convnet),
      encode: (x) => batchStatistics(x, new Pass({ training: true })),
    }),
    /another number of photos/,
  );
  assert.deepEqual(readdirSync(join(folder, 'kept')), ['encoder']);
  assert.equal(readFileSync(join(out, 'encoder.json'), 'utf8'), 'old');
  await exportEncoder({ ...given, encode: training });
  assert.deepEqual(readdirSync(join(folder, 'kept')), ['encoder']);
  await verifyEncoder(out);
});
