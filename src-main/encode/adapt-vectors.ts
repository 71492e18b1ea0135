/** Vectors of an encoder that was made from another one, computed from that one's: no photo is looked at. */
import { join } from 'node:path';
import { readEncoderCard } from '../../models/card.ts';
import type { Session, Tensor } from '../../models/inference.ts';
import type { EncoderOutput, EngineCalls } from '../contract/engine.ts';
import { LikenessError } from '../contract/errors.ts';
import { floatRows } from './float-rows.ts';
import { openSession, type SessionOptions } from './session.ts';

/** A model that takes vectors by the name of their output, and gives `adapted-NAME` of each that it takes. */
export interface OpenedAdapter {
  readonly dim: Readonly<Record<EncoderOutput, number>>;
  readonly session: Session;
}

/** @param dir  the encoder's folder. @throws LikenessError encoder-broken; bad-input when it stands by itself. */
export async function openAdapter(dir: string, options: SessionOptions): Promise<OpenedAdapter> {
  const { adapts, dim } = readEncoderCard(dir);
  if (adapts) return { dim, session: await openSession(join(dir, adapts.file), options) };
  throw new LikenessError(
    'bad-input',
    `The encoder in “${dir}” was not made from another one.`,
    'Its vectors come from the photos themselves.',
  );
}

/** @throws RangeError when the vectors are not of the base's length, or not as many of one output as of the other. */
export async function adaptVectors(
  { dim, session }: OpenedAdapter,
  vectors: Readonly<Record<EncoderOutput, Float32Array>>,
): Promise<EngineCalls['adapt'][1]> {
  const rows = vectors.features.length / dim.features;
  const feeds: Record<string, Tensor> = {};
  for (const output of ['features', 'embedding'] as const) {
    const data = vectors[output];
    if (data.length !== rows * dim[output])
      throw new RangeError(`${data.length} numbers of ${output} for ${rows} rows of ${dim[output]}.`);
    if (session.inputs.includes(output)) feeds[output] = { data, dims: [rows, dim[output]] };
  }
  const made = await session.run(feeds);
  const adapted = (output: EncoderOutput) =>
    output in feeds ? floatRows(made, `adapted-${output}`, [rows, dim[output]]) : null;
  return { features: adapted('features'), embedding: adapted('embedding') };
}
