/**
 * The door to ONNX Runtime: threads and devices are chosen here, once. `run` blocks the thread that calls it, so
 * sessions live in engine processes, never in main.
 */
import { basename } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Session, Tensor, TensorData } from '../../models/inference.ts';
import { LikenessError } from '../contract/errors.ts';

export interface SessionOptions {
  /** Threads that one run may use, 1 or more. */
  readonly threads: number;
  /** Run on this execution provider and nowhere else: for probing. The processor when left out. */
  readonly provider?: string;
}

/**
 * Loads a model.
 * @param model  path of an .onnx file, or its bytes.
 * @throws LikenessError encoder-broken when the file is missing or no model that the runtime can load.
 */
export async function openSession(model: string | Uint8Array, options: SessionOptions): Promise<Session> {
  const session = await load(model, options);
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds, wanted) {
      const given: Record<string, OrtTensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) given[name] = toRuntime(tensor);
      const made = wanted ? await session.run(given, wanted) : await session.run(given);
      const outputs: Record<string, Tensor> = {};
      for (const [name, { data, dims }] of Object.entries(made))
        outputs[name] = { data: data as TensorData, dims };
      return outputs;
    },
    close: () => session.release(),
  };
}

async function load(
  model: string | Uint8Array,
  { threads, provider }: SessionOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider ?? 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Errors only: warnings about the graph say nothing that a person could act on.
    logSeverityLevel: 3,
    // Threads that wait for work would spin and take the cores from the decoders: 20 % more CPU for nothing.
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        inter_op: { allow_spinning: '0' },
        ...(provider && provider !== 'cpu' && { disable_cpu_ep_fallback: '1' }),
      },
    },
  };
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  } catch (cause) {
    const what = typeof model === 'string' ? `The model “${basename(model)}”` : 'A model';
    throw new LikenessError(
      'encoder-broken',
      `${what} cannot be loaded: it is missing or damaged.`,
      'Install the encoder again, or choose another one.',
      { cause },
    );
  }
}

function toRuntime({ data, dims }: Tensor): OrtTensor {
  if (data instanceof Float32Array) return new OrtTensor('float32', data, dims);
  if (data instanceof BigInt64Array) return new OrtTensor('int64', data, dims);
  if (data instanceof Int32Array) return new OrtTensor('int32', data, dims);
  return new OrtTensor('uint8', data, dims);
}
