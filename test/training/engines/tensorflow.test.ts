import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadTensorFlow } from '../../../training/engines/tensorflow-module.ts';
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

test('a package that asks Node for what it dropped in version 23 loads all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-tensorflow-'));
  const path = join(folder, 'native.cjs');
  await writeFile(
    path,
    `const util = require('util');
    exports.ready = async () => { if (!util.isNullOrUndefined(undefined)) throw new Error('odd'); };`,
  );
  await loadTensorFlow([path]);
  await rm(folder, { recursive: true });
});
