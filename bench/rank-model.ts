/**
 * Ways to compare one query with 100,000 vectors in ONNX Runtime, beside a bare read of the same bytes. It shows why
 * src-main/search/rank-model.ts is what it is.
 *
 * npm run bench -- rank-model [--dim D] [--threads N]
 */
import { parseArgs } from 'node:util';
import type { Tensor } from '../models/inference.ts';
import { encodeOnnx, type OnnxModel } from '../models/onnx-messages.ts';
import { openSession } from '../src-main/encode/session.ts';
import { bestFirst } from '../src-main/search/best-first.ts';
import { percentile, printTable, timed } from './parts/timing.ts';

const { values: options } = parseArgs({
  options: { dim: { type: 'string', default: '256' }, threads: { type: 'string', default: '1' } },
});
const dim = Number(options.dim);
const threads = Number(options.threads);
const photos = 100_000;
const chunkRows = 16_400;
const rounds = 40;
const best = 100;

const f32 = (name: string, shape: readonly (number | string)[]) => ({ name, type: 'f32' as const, shape });
const rows = f32('matrix', ['N', 'D']);
const columns = f32('matrix', ['D', 'N']);
const queryRow = f32('query', [1, 'D']);
const cosinesRow = f32('cosines', [1, 'N']);
const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, number>> = {},
) => ({ opType, name: opType, input, output, attributes });
const columnMatMul = node('MatMul', ['query', 'matrix'], ['cosines']);
const ways: Record<string, Pick<OnnxModel, 'inputs' | 'outputs' | 'nodes'>> = {
  'Gemm, rows': {
    inputs: [queryRow, rows],
    outputs: [cosinesRow],
    nodes: [node('Gemm', ['query', 'matrix'], ['cosines'], { transB: 1 })],
  },
  'MatMul, rows · [D, 1]': {
    inputs: [f32('query', ['D', 1]), rows],
    outputs: [f32('cosines', ['N', 1])],
    nodes: [node('MatMul', ['matrix', 'query'], ['cosines'])],
  },
  'MatMul, rows · [D]': {
    inputs: [f32('query', ['D']), rows],
    outputs: [f32('cosines', ['N'])],
    nodes: [node('MatMul', ['matrix', 'query'], ['cosines'])],
  },
  'MatMul, columns (ours)': { inputs: [queryRow, columns], outputs: [cosinesRow], nodes: [columnMatMul] },
  'MatMul, columns, TopK in the graph': {
    inputs: [queryRow, columns, { name: 'k', type: 'i64', shape: [1] }],
    outputs: [f32('values', [1, 'K']), { name: 'places', type: 'i64', shape: [1, 'K'] }],
    nodes: [columnMatMul, node('TopK', ['cosines', 'k'], ['values', 'places'], { axis: 1 })],
  },
};

let state = 1;
const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) / 2 ** 31;
const chunks: Float32Array[] = [];
for (let row = 0; row < photos; row += chunkRows)
  chunks.push(Float32Array.from({ length: Math.min(chunkRows, photos - row) * dim }, random));
const query = Float32Array.from({ length: dim }, random);
const views = chunks.map((chunk) => [Buffer.from(chunk.buffer), Buffer.from(chunk.buffer)] as const);
const cosines = Float32Array.from({ length: photos }, random);
const k: Tensor = { data: BigInt64Array.of(BigInt(best)), dims: [1] };

const runs: Record<string, () => unknown> = {
  'bare read (memcmp)': () => views.every(([one, same]) => one.equals(same)),
};
for (const [name, graph] of Object.entries(ways)) {
  const session = await openSession(encodeOnnx({ name: 'way', opset: 13, constants: [], ...graph }), {
    threads,
  });
  const [asked, matrix, ...more] = graph.inputs;
  const sized = (shape: readonly (number | string)[], n: number) =>
    shape.map((size) => (size === 'N' ? n : size === 'D' ? dim : Number(size)));
  runs[name] = async () => {
    for (const chunk of chunks)
      await session.run({
        query: { data: query, dims: sized(asked!.shape, 0) },
        matrix: { data: chunk, dims: sized(matrix!.shape, chunk.length / dim) },
        ...(more.length > 0 && { k }),
      });
  };
}
const ranked = { scores: cosines, takenAtMs: () => 0, path: String };
runs['choosing 100 in JS (all chunks)'] = () => bestFirst(ranked, { limit: best, offset: 0 });

const times: Record<string, number[]> = {};
for (let round = -2; round < rounds; round += 1)
  for (const [name, run] of Object.entries(runs)) {
    const milliseconds = await timed(run);
    if (round >= 0) (times[name] ??= []).push(milliseconds);
  }
console.log(`${photos.toLocaleString('en')} × ${dim} float32, ${threads} thread(s)`);
const figures = printTable(times, percentile(times['bare read (memcmp)']!, 50));
console.log(JSON.stringify({ bench: 'rank-model', dim, threads, figures }));
