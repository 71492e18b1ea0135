import { test } from 'node:test';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { findGpu } from './any-gpu.ts';
import { assertEngineKeepsItsWord } from './engine-contract.ts';
import { assertOperations } from './operations.ts';

const reason = await findGpu();
const options = { skip: reason ?? false };

test(
  'every operation and its gradient agree with the judge, and none is left to the processor',
  options,
  () => assertOperations(onnxEngine({ provider: 'webgpu' }), 1e-5),
);

test('states, feeds and refusals are as every engine has them', options, () =>
  assertEngineKeepsItsWord(onnxEngine({ provider: 'webgpu' })),
);
