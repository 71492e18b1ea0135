/**
 * Ways to compare one query with 100,000 vectors in ONNX Runtime, beside a bare read of the same bytes. It shows why
 * src-main/search/rank-model.ts is what it is.
 *
 * npm run bench -- rank-model [--dim D] [--threads N]
 */
import { parseArgs } from 'node:util';
import type { Tensor } from '../models/inference.ts';
import { openSession } from '../src-main/encode/session.ts';
import { bestFirst } from '../src-main/search/best-first.ts';
import { encodeModel, type Graph } from '../src-main/search/onnx-messages.ts';
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

const rows = { name: 'matrix', dims: ['N', 'D'] } as const;
const columns = { name: 'matrix', dims: ['D', 'N'] } as const;
const queryRow = { name: 'query', dims: [1, 'D'] } as const;
const columnMatMul = { opType: 'MatMul', input: ['query', 'matrix'], output: ['cosines'] } as const;
const gemm = {
  opType: 'Gemm',
  input: ['query', 'matrix'],
  output: ['cosines'],
  attributes: { transB: 1 },
} as const;
const ways: Record<string, Omit<Graph, 'name'>> = {
  'Gemm, rows': {
    inputs: [queryRow, rows],
    outputs: [{ name: 'cosines', dims: [1, 'N'] }],
    nodes: [gemm],
  },
  'MatMul, rows · [D, 1]': {
    inputs: [{ name: 'query', dims: ['D', 1] }, rows],
    outputs: [{ name: 'cosines', dims: ['N', 1] }],
    nodes: [{ opType: 'MatMul', input: ['matrix', 'query'], output: ['cosines'] }],
  },
  'MatMul, rows · [D]': {
    inputs: [{ name: 'query', dims: ['D'] }, rows],
    outputs: [{ name: 'cosines', dims: ['N'] }],
    nodes: [{ opType: 'MatMul', input: ['matrix', 'query'], output: ['cosines'] }],
  },
  'MatMul, columns (ours)': {
    inputs: [queryRow, columns],
    outputs: [{ name: 'cosines', dims: [1, 'N'] }],
    nodes: [columnMatMul],
  },
  'MatMul, columns, TopK in the graph': {
    inputs: [queryRow, columns, { name: 'k', dims: [1], type: 'int64' }],
    outputs: [
      { name: 'values', dims: [1, 'K'] },
      { name: 'places', dims: [1, 'K'], type: 'int64' },
    ],
    nodes: [
      columnMatMul,
      { opType: 'TopK', input: ['cosines', 'k'], output: ['values', 'places'], attributes: { axis: 1 } },
    ],
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
  const session = await openSession(encodeModel({ name: 'way', ...graph }), { threads });
  const [asked, matrix, ...more] = graph.inputs;
  const sized = (dims: readonly (number | string)[], n: number) =>
    dims.map((size) => (size === 'N' ? n : size === 'D' ? dim : Number(size)));
  runs[name] = async () => {
    for (const chunk of chunks)
      await session.run({
        query: { data: query, dims: sized(asked!.dims, 0) },
        matrix: { data: chunk, dims: sized(matrix!.dims, chunk.length / dim) },
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
