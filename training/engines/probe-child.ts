/** The throw-away child of `probe.ts`: runs a product of two matrices on one engine, in both precisions, and says so. */
import { inHalfPrecision } from '../graph/half-precision.ts';
import type { Graph } from '../graph/graph.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { input } from '../graph/tensor.ts';
import type { Engine, EngineName } from './engine.ts';
import { openEngine } from './open-engine.ts';
import type { ProbeAnswer } from './probe.ts';

const graph: Graph = { outputs: { y: matmul(input('a', [2, 2]), input('b', [2, 2])) }, updates: new Map() };
const feeds = { a: Float32Array.of(1, 2, 3, 4), b: Float32Array.of(5, 6, 7, 8) };
const product = [19, 22, 43, 50];

/** Throws where the engine cannot, or gives something else. */
async function multiply(engine: Engine, tried: Graph): Promise<void> {
  const memory = engine.memory();
  const program = await engine.compile(tried, memory);
  const { y } = await program.run(feeds);
  if ([...y!].join() !== product.join()) throw new Error(`a product came out as ${[...y!].join(', ')}`);
  if (program.onCpu.size > 0) throw new Error('it leaves products to the processor');
}

async function answer(name: EngineName): Promise<ProbeAnswer> {
  try {
    const engine = await openEngine({ engine: name });
    await multiply(engine, graph);
    const half = await multiply(engine, inHalfPrecision(graph)).then(
      () => true,
      () => false,
    );
    return { works: true, half, reason: null };
  } catch (thrown) {
    return { works: false, half: false, reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

process.send!(await answer(process.argv[2] as EngineName));
