import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEngine } from '../../../training/engines/open-engine.ts';
import { OnnxWriter } from '../../../training/graph/onnx-writer.ts';
import { product } from '../../../training/graph/onnx-product.ts';
import { matmul } from '../../../training/graph/ops/matmul.ts';
import { type Node, input } from '../../../training/graph/tensor.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from './draw.ts';
import { evaluate } from './interpreter.ts';

/** The operands, how they are read, and how the processor's spelling begins. */
const cases = [
  ['many rows against as many, few by many', [1100, 24], [1100, 48], { transposeA: true }, 'Transpose'],
  ['many rows against as many, many by few', [1100, 48], [1100, 24], { transposeA: true }, 'Transpose'],
  ['few rows against as many', [100, 24], [100, 48], { transposeA: true }, 'Gemm'],
  ['rows times weights', [1100, 24], [24, 48], {}, 'MatMul'],
  ['rows times transposed weights', [1100, 24], [48, 24], { transposeB: true }, 'Gemm'],
  ['both transposed', [1100, 24], [48, 1100], { transposeA: true, transposeB: true }, 'Gemm'],
] as const;

for (const [name, left, right, transposed, begins] of cases)
  test(`${name}: the product is the judge's`, async () => {
    const [a, b] = [input('a', left), input('b', right)];
    const y = matmul(a, b, transposed);
    const writer = new OnnxWriter();
    const name = product(writer, 'a', 'b', y as unknown as Node<'matmul'>, 'measured');
    assert.equal(writer.nodes[0]!.opType, begins);
    assert.equal(writer.nodes.at(-1)!.output[0], name);

    const feeds = { a: uniform(1, a.size), b: uniform(2, b.size) };
    const engine = await openEngine({ engine: 'cpu', threads: 1 });
    const memory = engine.memory();
    const program = await engine.compile({ outputs: { y }, updates: new Map() }, memory);
    const made = await program.run({ a: Float32Array.from(feeds.a), b: Float32Array.from(feeds.b) });
    assertClose(made['y']!, evaluate(y, feeds), 1e-5, name);
    await program.close();
    await memory.close();
  });
