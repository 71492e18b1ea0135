/** Threads, devices and places of results, chosen once for all sessions. */
import { globSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import type { EngineName } from './engine.ts';

/** ONNX Runtime's execution providers, under the names that it gives them too. */
export type Provider = Exclude<EngineName, 'tensorflow'>;

export interface OnnxEngineOptions {
  readonly provider: Provider;
  /** Threads of the processor, 1 or more; results repeat bit for bit only with the same number. All cores when left out. */
  readonly threads?: number;
  /** Products in float16, everything else in float32. Only where the probe found it; the loss then wants scaling. */
  readonly half?: boolean;
}

/** @param onDevice  outputs that should stay where the provider computes. */
export function sessionOptions(
  { provider, threads }: OnnxEngineOptions,
  onDevice: readonly string[],
): InferenceSession.SessionOptions {
  const places = Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const]));
  return {
    executionProviders: [provider === 'webgpu' ? { name: 'webgpu', preferredLayout: 'NCHW' } : provider],
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3, // errors only: its warnings say nothing that a reader could act on
    ...(provider === 'webgpu' && { preferredOutputLocation: places }),
  };
}

export interface OpenedSession {
  readonly session: InferenceSession;
  /** To be called once after the first run: the operations that the processor had to do for the device, each with its number. */
  nodesOnCpu(): ReadonlyMap<string, number>;
}

/**
 * Loads a model. A device must take every node; where it does not, the model is loaded all the same, and its first
 * run is profiled, which tells the nodes that were left to the processor.
 */
export async function openSession(
  model: Uint8Array,
  options: OnnxEngineOptions,
  onDevice: readonly string[],
): Promise<OpenedSession> {
  const own = sessionOptions(options, onDevice);
  if (options.provider === 'cpu')
    return { session: await InferenceSession.create(model, own), nodesOnCpu: noNodes };
  try {
    const strict = {
      ...own,
      logSeverityLevel: 4 as const,
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    };
    return { session: await InferenceSession.create(model, strict), nodesOnCpu: noNodes };
  } catch (refused) {
    if (!String(refused).includes('fallback to CPU EP')) throw refused;
    const profile = join(tmpdir(), `likeness-${process.pid}-${Date.now()}`);
    const session = await InferenceSession.create(model, {
      ...own,
      enableProfiling: true,
      profileFilePrefix: profile,
    });
    return { session, nodesOnCpu: () => readProfile(session, profile) };
  }
}

const noNodes = () => new Map<string, number>();

function readProfile(session: InferenceSession, prefix: string): Map<string, number> {
  session.endProfiling();
  const counts = new Map<string, number>();
  for (const file of globSync(`${prefix}*.json`)) {
    const events = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly name?: string;
      readonly args?: { readonly provider?: string; readonly op_name?: string };
    }[];
    for (const { name, args } of events)
      if (args?.provider === 'CPUExecutionProvider' && args.op_name && name?.endsWith('_kernel_time'))
        counts.set(args.op_name, (counts.get(args.op_name) ?? 0) + 1);
    rmSync(file);
  }
  return counts;
}
