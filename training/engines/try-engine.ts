/** Runs a product of two matrices on one engine, in both precisions, and says what came of it. */
import { inHalfPrecision } from '../graph/half-precision.ts';
import type { Graph } from '../graph/graph.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { input } from '../graph/tensor.ts';
import type { Engine, EngineName } from './engine.ts';
import { openEngine } from './open-engine.ts';

export interface Trial {
  readonly works: boolean;
  /** It computes products in float16, and rightly. */
  readonly half: boolean;
  /** It computes in plain JavaScript. */
  readonly plain: boolean;
  /** Why it does not work, in the words of the runtime; null when it does. */
  readonly reason: string | null;
}

const graph: Graph = { outputs: { y: matmul(input('a', [2, 2]), input('b', [2, 2])) }, updates: new Map() };
const feeds = { a: Float32Array.of(1, 2, 3, 4), b: Float32Array.of(5, 6, 7, 8) };
const product = [19, 22, 43, 50];

/** A driver may crash or hang here: that is why `probe.ts` does this in a process of its own. */
export async function tryEngine(name: EngineName): Promise<Trial> {
  try {
    const engine = await openEngine({ engine: name });
    await multiply(engine, graph);
    const half = await multiply(engine, inHalfPrecision(graph)).then(
      () => true,
      () => false,
    );
    return { works: true, half, plain: engine.plain ?? false, reason: null };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { works: false, half: false, plain: false, reason };
  }
}

/** Throws where the engine cannot, or gives something else. */
async function multiply(engine: Engine, tried: Graph): Promise<void> {
  const memory = engine.memory();
  const program = await engine.compile(tried, memory);
  const { y } = await program.run(feeds);
  if ([...y!].join() !== product.join()) throw new Error(`a product came out as ${[...y!].join(', ')}`);
  if (program.onCpu.size > 0) throw new Error('it leaves products to the processor');
}
