/**
 * The main engine: a graph as an ONNX model, run by ONNX Runtime on the processor or on a graphics card. On WebGPU the
 * states stay on the device; the other providers of the Node binding hand every result back to the processor.
 */
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { type Graph, sourcesOf } from '../graph/graph.ts';
import { inHalfPrecision } from '../graph/half-precision.ts';
import { nextName, onnxModel } from '../graph/onnx-model.ts';
import { simplify } from '../graph/passes.ts';
import type { AnyTensor } from '../graph/tensor.ts';
import { type Engine, type Memory, type Program, type Results, checkFeeds } from './engine.ts';
import { OnnxMemory, numbersOf, ortTensor } from './onnx-memory.ts';
import { type OnnxEngineOptions, openSession } from './onnx-session.ts';

export function onnxEngine(options: OnnxEngineOptions): Engine {
  return {
    name: options.provider,
    memory: () => new OnnxMemory(options.provider),
    compile: (graph, memory) => compile(options, graph, memory),
  };
}

async function compile(options: OnnxEngineOptions, graph: Graph, memory: Memory): Promise<Program> {
  if (!(memory instanceof OnnxMemory)) throw new TypeError('the memory belongs to another engine');
  const { inputs, states: known } = sourcesOf(graph); // as written: here wrong names are noticed
  const small = simplify(options.half ? inHalfPrecision(graph) : graph);
  const read = sourcesOf(small);
  const readInputs = new Set(read.inputs.map(nameOf));
  const states = read.states.map(nameOf);
  const outputs = Object.keys(small.outputs);
  const updated = [...small.updates.keys()].map(nameOf);
  memory.hold(known);

  const model = onnxModel(small, options.provider === 'cpu' ? 'measured' : 'compact');
  const { session, nodesOnCpu } = await openSession(model, options, updated.map(nextName));
  let onCpu: ReadonlyMap<string, number> | null = null;

  return {
    get onCpu() {
      return onCpu ?? new Map();
    },
    async run(feeds, accept) {
      await memory.settle(states);
      const given: Record<string, OrtTensor> = {};
      for (const [tensor, numbers] of checkFeeds(inputs, feeds))
        if (readInputs.has(nameOf(tensor)))
          given[nameOf(tensor)] = ortTensor(tensor.type, numbers, tensor.shape);
      for (const name of states) given[name] = memory.current(name);
      const wanted: Record<string, OrtTensor | null> = Object.fromEntries(
        outputs.map((name) => [name, null]),
      );
      for (const name of updated) wanted[nextName(name)] = memory.spare(name);

      const made = (await session.run(given, wanted as Record<string, OrtTensor>)) as Record<
        string,
        OrtTensor
      >;
      onCpu ??= nodesOnCpu();
      const results: Results = Object.fromEntries(outputs.map((name) => [name, numbersOf(made[name]!)]));
      const taken = accept?.(results) ?? true;
      for (const name of updated) memory.moveOn(name, made[nextName(name)]!, taken);
      return results;
    },
    async close() {
      if (options.provider === 'webgpu') memory.outlive(session);
      else await session.release();
    },
  };
}

const nameOf = (tensor: AnyTensor) => (tensor.attributes as { readonly name: string }).name;
