import { test } from 'node:test';
import { tensorflowEngine } from '../../../training/engines/tensorflow.ts';
import { assertEngineKeepsItsWord } from './engine-contract.ts';
import { assertOperations } from './operations.ts';

/** The plain JavaScript package: slow, and an oracle that shares nothing with ONNX Runtime. */
const engine = await tensorflowEngine(['@tensorflow/tfjs']).catch((thrown: Error) => thrown);
const options = { skip: engine instanceof Error ? engine.message : false };

test('every operation and its gradient agree with the judge', options, async () => {
  if (!(engine instanceof Error)) await assertOperations(engine, 1e-5);
});

test('states, feeds and refusals are as every engine has them', options, async () => {
  if (!(engine instanceof Error)) await assertEngineKeepsItsWord(engine);
});
