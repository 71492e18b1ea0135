/** From a network and its learned numbers to a model file that any ONNX runtime takes. */
import { type Compute, fixWeights } from './fix-weights.ts';
import { freeBatch } from './free-batch.ts';
import type { Graph } from './graph.ts';
import { onnxModel } from './onnx-model.ts';
import type { Values } from './tensor.ts';

/** Two numbers of photos to write the network down for; rarely a size of anything else. */
const batches = [101, 103] as const;

/**
 * @param outputs  the network applied to a batch of so many, built anew for each: inputs with N in front, outputs [N, …].
 * @param values  of every state, by name.
 * @param compute  folds what depends on weights alone, by any engine.
 * @returns the bytes of an .onnx file for any N; inputs of whole numbers are int64.
 * @throws RangeError when a value is missing; ShapeError when the network does not treat every photo alike.
 */
export async function finishedModel(
  outputs: (batch: number) => Graph['outputs'],
  values: ReadonlyMap<string, Values>,
  compute: Compute,
): Promise<Uint8Array> {
  const [first, second] = [
    { batch: batches[0], graph: await fixWeights(outputs(batches[0]), values, compute) },
    { batch: batches[1], graph: await fixWeights(outputs(batches[1]), values, compute) },
  ];
  return onnxModel(first.graph, 'measured', freeBatch(first, second));
}
