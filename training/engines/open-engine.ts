/** The one place where an engine is chosen by name. */
import type { Engine, EngineName } from './engine.ts';
import { onnxEngine } from './onnx.ts';

export interface OpenEngineOptions {
  readonly engine: EngineName;
  /** Threads of the processor, 1 or more; all cores when left out. */
  readonly threads?: number;
  /** Products in float16; not with TensorFlow.js. */
  readonly half?: boolean;
}

/** @throws Error when TensorFlow.js is asked for and not installed. Whether a device works shows at the first compilation. */
export async function openEngine({ engine, ...options }: OpenEngineOptions): Promise<Engine> {
  if (engine === 'tensorflow') return (await import('./tensorflow.ts')).tensorflowEngine();
  return onnxEngine({ provider: engine, ...options });
}
