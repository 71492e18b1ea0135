/** Small adapters and encoders for tests. */
import { join } from 'node:path';
import { captionVocabulary } from '../../../training/data/captions.ts';
import type { AdapterValues } from '../../../training/adapt/adapter-model.ts';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { exportEncoder } from '../../../training/export-encoder.ts';
import { unit } from '../../../training/graph/ops/length.ts';
import { mean } from '../../../training/graph/ops/reduce.ts';
import { gather } from '../../../training/graph/ops/select.ts';
import { reshape } from '../../../training/graph/ops/shape.ts';
import type { Numbers } from '../../../training/engines/engine.ts';
import { chain, linear } from '../../../training/modules/linear.ts';
import { Weights, normal } from '../../../training/modules/weights.ts';
import { piecesFile } from '../../../training/run-data.ts';
import { imagenetStatistics } from '../../../training/transforms/view.ts';
import { uniform } from '../graph/draw.ts';

export const engine = onnxEngine({ provider: 'cpu', threads: 1 });

export function adapterOf(dim: number, hidden: number, seed = 1) {
  const drawn = (at: number, count: number) => Float32Array.from(uniform(seed * 10 + at, count, -0.3, 0.3));
  const values: AdapterValues = {
    'into.weight': drawn(1, dim * hidden),
    'into.bias': drawn(2, hidden),
    'out.weight': drawn(3, hidden * dim),
    'out.bias': drawn(4, dim),
  };
  return { dim, hidden, values };
}

/** [count, dim], unit rows. */
export function unitRowsOf(count: number, dim: number, seed = 1): Float32Array {
  const values = Float32Array.from(uniform(seed, count * dim));
  for (let at = 0; at < values.length; at += dim) {
    const row = values.subarray(at, at + dim);
    const length = Math.hypot(...row);
    for (let d = 0; d < dim; d++) row[d]! /= length;
  }
  return values;
}

export const facts = {
  id: 'test',
  name: 'Test',
  method: 'none',
  methodSource: 'none',
  net: 'a matrix',
  photos: { learned: 0, heldOut: 0 },
  captions: 0,
  seed: 1,
  epochs: 0,
  steps: 0,
  measured: {},
};

/** T of the text side. */
const context = 12;

/**
 * Writes an encoder that looks at 4 x 4 patches of 16 px: random projections, 12 numbers for likeness and 8 for words. `worded`, it
 * has a text side: the mean of random vectors of the pieces.
 */
export async function writeEncoder(folder: string, { alike = false, worded = false } = {}): Promise<string> {
  const at = new Weights(3);
  const table = at.parameter('table', [captionVocabulary.size, 8], normal(1));
  const describe = chain(linear(at.in('features'), 48, 12));
  const embed = chain(linear(at.in('embedding'), 48, 8));
  const out = join(folder, alike ? 'alike' : worded ? 'worded' : 'encoder');
  await exportEncoder({
    out,
    side: 16,
    statistics: imagenetStatistics,
    encode: (images, pass) => {
      const patches = mean(reshape(images, [-1, 3, 4, 4, 4, 4]), [3, 5]);
      const rows = reshape(patches, [-1, 48]);
      const features = unit(describe(rows, pass));
      return { features, embedding: alike ? features : unit(embed(rows, pass)) };
    },
    values: new Map([...at.all].map(([name, { attributes }]) => [name, firstOf(attributes)])),
    engine,
    text: worded
      ? {
          context,
          pieces: piecesFile,
          end: captionVocabulary.end,
          pad: captionVocabulary.pad,
          encode: (tokens) => unit(mean(reshape(gather(table, tokens), [-1, context, 8]), 1)),
        }
      : null,
    calibration: { likeness: { bias: -5, weight: 10 }, text: worded ? { bias: -4, weight: 9 } : null },
    facts,
  });
  return out;
}

const firstOf = (attributes: object) => (attributes as { first: () => Numbers }).first();
