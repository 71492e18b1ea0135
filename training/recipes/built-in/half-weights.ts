/** Halves a model's file: large weights are stored with 16 bits and widened when the model is loaded. */
import { type OnnxModel, type OnnxNode, type OnnxTensor, dataType } from '../../../models/onnx-messages.ts';

/** Smaller constants stay as they are: biases, sizes, single numbers. */
const leastNumbers = 1024;

/** The same model; each number of a large weight moves by 1 in 2,000 at most. @throws RangeError when one is beyond 65,504. */
export function withHalfWeights(model: OnnxModel): OnnxModel {
  const casts: OnnxNode[] = [];
  const constants = model.constants.map((constant): OnnxTensor => {
    const { name, type, bytes } = constant;
    if (type !== 'f32' || bytes.length < 4 * leastNumbers) return constant;
    const halves = Float16Array.from(new Float32Array(Uint8Array.from(bytes).buffer));
    if (!halves.every(Number.isFinite)) throw new RangeError(`“${name}” holds numbers too large for 16 bits`);
    const stored = `${name}.half`;
    casts.push({
      opType: 'Cast',
      name: `widen ${name}`,
      input: [stored],
      output: [name],
      attributes: { to: dataType.f32 },
    });
    return { ...constant, name: stored, type: 'f16', bytes: new Uint8Array(halves.buffer) };
  });
  return { ...model, constants, nodes: [...casts, ...model.nodes] };
}
