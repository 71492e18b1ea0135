import { test } from 'node:test';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { assertOperations } from './operations.ts';

test('every operation and its gradient agree with the judge', async () => {
  await assertOperations(onnxEngine({ provider: 'cpu', threads: 1 }), 1e-5);
});
