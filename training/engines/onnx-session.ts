/** Threads, devices and places of results, chosen once for all sessions. */
import type { InferenceSession } from 'onnxruntime-node';
import { nextName } from '../graph/onnx-model.ts';
import type { EngineName } from './engine.ts';

/** ONNX Runtime's execution providers, under the names that it gives them too. */
export type Provider = Exclude<EngineName, 'tensorflow'>;

export interface OnnxEngineOptions {
  readonly provider: Provider;
  /** Threads of the processor, 1 or more; results repeat bit for bit only with the same number. All cores when left out. */
  readonly threads?: number;
}

/** Session options of a graph whose states `updated` should stay where the provider computes. */
export function sessionOptions(
  { provider, threads }: OnnxEngineOptions,
  updated: readonly string[],
): InferenceSession.SessionOptions {
  const onDevice = Object.fromEntries(updated.map((name) => [nextName(name), 'gpu-buffer' as const]));
  return {
    executionProviders: [provider === 'webgpu' ? { name: 'webgpu', preferredLayout: 'NCHW' } : provider],
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3, // errors only: its warnings say nothing that a reader could act on
    ...(provider === 'webgpu' && { preferredOutputLocation: onDevice }),
  };
}
