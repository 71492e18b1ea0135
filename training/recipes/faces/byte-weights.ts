/**
 * Reads weights as TensorFlow.js stores them: one binary file, and a manifest that says where each tensor lies in it and by which
 * step its bytes are numbers: value = byte × scale + min.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A tensor of bytes that stand for numbers, or of the numbers themselves. */
export interface StoredWeight {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly stored: Uint8Array | Float32Array;
  /** null where the numbers themselves are stored. */
  readonly step: { readonly scale: number; readonly min: number } | null;
}

interface Manifest {
  readonly paths: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
  }[];
}

/** @param manifest  path of a `…-weights_manifest.json`. @throws RangeError when its binary is shorter or longer than it says. */
export async function readByteWeights(manifest: string): Promise<ReadonlyMap<string, StoredWeight>> {
  const groups = JSON.parse(await readFile(manifest, 'utf8')) as Manifest[];
  const all = new Map<string, StoredWeight>();
  for (const { paths, weights } of groups) {
    const bytes = Buffer.concat(
      await Promise.all(paths.map((path) => readFile(join(dirname(manifest), path)))),
    );
    let at = 0;
    const take = (length: number) => Uint8Array.from(bytes.subarray(at, (at += length)));
    for (const { name, shape, quantization } of weights) {
      const count = shape.reduce((product, size) => product * size, 1);
      if (quantization) all.set(name, { shape, stored: take(count), step: quantization });
      else all.set(name, { shape, stored: new Float32Array(take(4 * count).buffer), step: null });
    }
    if (at !== bytes.length)
      throw new RangeError(`${bytes.length} bytes of weights where ${at} were promised`);
  }
  return all;
}

/** The numbers of a weight. */
export function numbersOf({ stored, step }: StoredWeight): Float32Array {
  return step ? Float32Array.from(stored, (byte) => byte * step.scale + step.min) : Float32Array.from(stored);
}

/** The weight with its axes in another order. @param order  of each new axis, which old one it is. */
export function withAxes({ shape, stored, step }: StoredWeight, order: readonly number[]): StoredWeight {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const turned = order.map((axis) => shape[axis]!);
  const target = stored.slice();
  const place = order.map(() => 0);
  for (let i = 0; i < stored.length; i++) {
    target[i] = stored[place.reduce((sum, at, axis) => sum + at * strides[order[axis]!]!, 0)]!;
    for (let axis = place.length - 1; axis >= 0 && ++place[axis]! === turned[axis]; axis--) place[axis] = 0;
  }
  return { shape: turned, stored: target, step };
}
