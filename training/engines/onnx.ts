/**
 * The main engine: a graph as an ONNX model, run by ONNX Runtime on the processor or on a graphics card. On WebGPU the
 * states stay on the device; the other providers of the Node binding hand every result back to the processor.
 */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { type Graph, sourcesOf } from '../graph/graph.ts';
import { nextName, onnxModel } from '../graph/onnx-model.ts';
import { simplify } from '../graph/passes.ts';
import type { AnyTensor } from '../graph/tensor.ts';
import { type Engine, type Memory, type Program, type Results, checkFeeds } from './engine.ts';
import { OnnxMemory, numbersOf, ortTensor } from './onnx-memory.ts';
import { type OnnxEngineOptions, sessionOptions } from './onnx-session.ts';

export function onnxEngine(options: OnnxEngineOptions): Engine {
  return {
    name: options.provider,
    memory: () => new OnnxMemory(options.provider),
    compile: (graph, memory) => compile(options, graph, memory),
  };
}

async function compile(options: OnnxEngineOptions, graph: Graph, memory: Memory): Promise<Program> {
  if (!(memory instanceof OnnxMemory)) throw new TypeError('the memory belongs to another engine');
  const sources = sourcesOf(graph); // before simplifying: here wrong names are noticed
  memory.hold(sources.states);
  const small = simplify(graph);
  const { inputs, states } = sourcesOf(small);
  const updated = [...small.updates.keys()].map(nameOf);
  const model = onnxModel(small, options.provider === 'cpu' ? 'measured' : 'compact');
  const { session, onCpu } = await open(model, options, updated);
  const read = new Set(inputs.map(nameOf));

  return {
    onCpu,
    async run(feeds, accept) {
      const given: Record<string, OrtTensor> = {};
      for (const [tensor, numbers] of checkFeeds(sources.inputs, feeds))
        if (read.has(nameOf(tensor))) given[nameOf(tensor)] = ortTensor(tensor.type, numbers, tensor.shape);
      for (const name of states.map(nameOf)) given[name] = memory.current(name);
      const fetched = Object.fromEntries([
        ...Object.keys(small.outputs).map((name) => [name, null] as const),
        ...updated.map((name) => [nextName(name), memory.spare(name)] as const),
      ]);
      const made = (await session.run(given, fetched as Record<string, OrtTensor>)) as Record<
        string,
        OrtTensor
      >;
      const results: Results = Object.fromEntries(
        Object.keys(small.outputs).map((name) => [name, numbersOf(made[name]!)]),
      );
      const taken = accept?.(results) ?? true;
      for (const name of updated) memory.moveOn(name, made[nextName(name)]!, taken);
      return results;
    },
    close: () => session.release(),
  };
}

/**
 * Loads the model. A graphics card must take every node; where it does not, the model is loaded all the same, and
 * one profiled load tells which nodes the processor got.
 */
async function open(model: Uint8Array, options: OnnxEngineOptions, updated: readonly string[]) {
  const own = sessionOptions(options, updated);
  if (options.provider === 'cpu') return { session: await InferenceSession.create(model, own), onCpu: [] };
  try {
    const strict = { ...own, extra: { session: { disable_cpu_ep_fallback: '1' } } };
    return { session: await InferenceSession.create(model, strict), onCpu: [] };
  } catch (refused) {
    const session = await InferenceSession.create(model, own);
    return { session, onCpu: [String(refused)] };
  }
}

const nameOf = (tensor: AnyTensor) => (tensor.attributes as { readonly name: string }).name;
