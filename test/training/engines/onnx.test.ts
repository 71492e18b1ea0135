import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { assertEngineKeepsItsWord } from './engine-contract.ts';
import { assertOperations } from './operations.ts';

const engine = onnxEngine({ provider: 'cpu', threads: 1 });

test('every operation and its gradient agree with the judge', () => assertOperations(engine, 1e-5));

test('states, feeds and refusals are as every engine has them', () => assertEngineKeepsItsWord(engine));

test('in half precision every operation and its gradient agree with the judge to three digits', () =>
  assertOperations(onnxEngine({ provider: 'cpu', threads: 1, half: true }), 5e-3));

test('a memory of another engine is refused', async () => {
  const graph = { outputs: {}, updates: new Map() };
  await assert.rejects(
    engine.compile(graph, {} as ReturnType<typeof engine.memory>),
    /belongs to another engine/,
  );
});
