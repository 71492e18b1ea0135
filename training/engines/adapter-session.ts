/** An adapter by itself: vectors of the encoder below it → those of the adapted one, without looking at a photo. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Rows, rowsOf } from '../evaluate/rows.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { readEncoderCard } from '../../models/card.ts';
import { sessionOptions } from './onnx-session.ts';

export interface OpenedAdapter {
  /** Features [N, D] of the base, unit length → [N, D] of the adapted encoder, unit length; a row of NaN stays one. */
  adaptVectors(rows: Rows): Promise<Rows>;
  close(): Promise<void>;
}

/** Vectors that are turned together: 6 MB of 384 numbers. */
const rowsAtOnce = 4096;

/**
 * Opens the adapter of an encoder that was fitted to a library.
 * @param dir  its folder. @throws LikenessError bad-input when it is no adapted encoder, encoder-broken when its file is damaged.
 */
export function openAdapter(
  dir: string,
  options: { readonly threads: number | null },
): Promise<OpenedAdapter> {
  const { adapts } = readEncoderCard(dir);
  if (!adapts)
    throw new LikenessError(
      'bad-input',
      `The encoder in “${dir}” was not made from another one.`,
      'Its vectors come from the photos themselves.',
    );
  return openAdapterModel(readFileSync(join(dir, adapts.file)), options);
}

/** @param model  as `adapterModel` writes it. */
export async function openAdapterModel(
  model: Uint8Array,
  { threads }: { readonly threads: number | null },
): Promise<OpenedAdapter> {
  const session = await InferenceSession.create(
    model,
    sessionOptions({ provider: 'cpu', ...(threads !== null && { threads }) }, []),
  );
  const [input, output] = [session.inputNames[0]!, session.outputNames[0]!];
  return {
    async adaptVectors({ values, count, dim }) {
      const adapted = new Float32Array(count * dim);
      for (let from = 0; from < count; from += rowsAtOnce) {
        const rows = Math.min(rowsAtOnce, count - from);
        const part = Float32Array.from(values.subarray(from * dim, (from + rows) * dim));
        const made = await session.run({ [input]: new Tensor('float32', part, [rows, dim]) });
        adapted.set(made[output]!.data as Float32Array, from * dim);
      }
      return rowsOf(adapted, dim);
    },
    close: () => session.release(),
  };
}
