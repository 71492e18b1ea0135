/** An adapter by itself: vectors of the encoder below it → those of the adapted one, without looking at a photo. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Rows, rowsOf } from '../evaluate/rows.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { readEncoderCard } from '../../models/card.ts';
import { sessionOptions } from './onnx-session.ts';

export interface OpenedAdapter {
  /**
   * @param rows  vectors of the base, unit length, [N, D] of `features` or [N, E] of `embedding`.
   * @returns those of the adapted encoder, unit length; a row of NaN stays one. Of an output that was not adapted the same rows.
   */
  adaptVectors(output: 'features' | 'embedding', rows: Rows): Promise<Rows>;
  close(): Promise<void>;
}

/** Output of the adapter's model; its input is called like the output of the encoder. */
export const adaptedName = (output: 'features' | 'embedding') => `adapted-${output}` as const;

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
  const inputs = new Map(
    session.inputMetadata.map((input) => [input.name, input.isTensor ? Number(input.shape.at(-1)) : 0]),
  );
  return {
    async adaptVectors(output, rows) {
      const { values, count, dim } = rows;
      if (!inputs.has(output)) return rows;
      const adapted = new Float32Array(count * dim);
      for (let from = 0; from < count; from += rowsAtOnce) {
        const some = Math.min(rowsAtOnce, count - from);
        const part = Float32Array.from(values.subarray(from * dim, (from + some) * dim));
        // All inputs have to be fed; those that are not asked about get one row of zeros.
        const feeds = [...inputs].map(([name, length]) => [
          name,
          name === output
            ? new Tensor('float32', part, [some, dim])
            : new Tensor('float32', new Float32Array(length), [1, length]),
        ]);
        const made = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>, [
          adaptedName(output),
        ]);
        adapted.set(made[adaptedName(output)]!.data as Float32Array, from * dim);
      }
      return rowsOf(adapted, dim);
    },
    close: () => session.release(),
  };
}
