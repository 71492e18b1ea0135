import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { RunRequest } from '../../src-main/contract/run.ts';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { add } from '../../training/graph/ops/elementwise.ts';
import { input, state } from '../../training/graph/tensor.ts';
import { RunFolder, type Standing, isDiskFull } from '../../training/run-folder.ts';
import type { RunPlan } from '../../training/run-plan.ts';
import type { Session } from '../../training/session.ts';

const root = mkdtempSync(join(tmpdir(), 'likeness-run-folder-'));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = () => new RunFolder(join(root, `run-${++count}`));

const request: Partial<RunRequest> = { method: 'dino', seed: 3, captions: null };
const plan = { request, net: 'vit-nano', side: 32, optimizer: { final: 0.01 } } as unknown as RunPlan;

/** What a folder needs of a session: a memory with some states, and the name of its engine. */
async function sessionOf(shapes: Readonly<Record<string, readonly number[]>>) {
  const engine = onnxEngine({ provider: 'cpu', threads: 1 });
  const memory = engine.memory();
  const states = new Map(
    Object.entries(shapes).map(([name, shape]) => [name, state(name, shape, () => new Float32Array(8))]),
  );
  const by = input('by', []);
  const updates = new Map([...states.values()].map((each) => [each, add(each, by)]));
  const program = await engine.compile({ outputs: {}, updates }, memory);
  const session = { memory, stepper: { states }, device: { engine: 'cpu' } } as unknown as Session;
  return { session, memory, step: () => program.run({ by: 1 }) };
}

const standing: Omit<Standing, 'engine'> = {
  step: 7,
  threads: 2,
  before: { knn: null, half: 0.5 } as Standing['before'],
  lossScale: { scale: 1024, goodSteps: 3, skipped: 1 },
};

test('a plan is read as it was written, its folder is made, and nothing half-written is left', async () => {
  const folder = newFolder();
  await folder.writePlan(plan);
  assert.deepEqual(folder.readPlan(), plan);
  assert.deepEqual(readdirSync(folder.dir), ['config.json']);
  assert.equal(readFileSync(join(folder.dir, 'config.json'), 'utf8').at(-1), '\n');
});

test('a folder without a run, or with half of a plan, says so', async () => {
  const folder = newFolder();
  const refused = (thrown: unknown) =>
    thrown instanceof LikenessError && thrown.code === 'not-found' && thrown.hint.includes('config.json');
  assert.throws(() => folder.readPlan(), refused);
  await folder.writePlan(plan);
  writeFileSync(join(folder.dir, 'config.json'), '{"request":');
  assert.throws(() => folder.readPlan(), refused);
});

test('a checkpoint brings states and standing back, over whatever they are meanwhile', async () => {
  const folder = newFolder();
  await folder.writePlan(plan);
  const { session, memory, step } = await sessionOf({ a: [2, 4], b: [8] });
  assert.equal(await folder.restore(session), null);
  assert.ok(!folder.hasCheckpoint);
  await step();
  await folder.save(session, standing);
  assert.ok(folder.hasCheckpoint);
  await step();
  assert.deepEqual(await folder.restore(session), { ...standing, engine: 'cpu' });
  for (const [, values] of await memory.read()) assert.deepEqual(values, new Float32Array(8).fill(1));
});

test('a checkpoint of other states is refused, and what is in memory stays', async () => {
  const folder = newFolder();
  await folder.writePlan(plan);
  await folder.save((await sessionOf({ a: [2, 4] })).session, standing);
  const { session, memory, step } = await sessionOf({ a: [4, 2] });
  await step();
  await assert.rejects(folder.restore(session), /“a” is \[2, 4\], and should be \[4, 2\]/);
  assert.deepEqual((await memory.read(['a'])).get('a'), new Float32Array(8).fill(1));
});

test('the log begins with its folder’s losses so far, and goes on behind the checkpoint', async () => {
  const folder = newFolder();
  await folder.writePlan(plan);
  const { log, losses } = folder.openLog(-1);
  assert.deepEqual(losses, []);
  log.add({ step: 0, half: 0.1 });
  for (const step of [1, 2, 3]) log.add({ step, loss: 10 * step });
  log.close();
  const again = folder.openLog(2);
  assert.deepEqual(again.losses, [10, 20]);
  again.log.close();
  const anew = folder.openLog(-1);
  assert.deepEqual(anew.losses, []);
  anew.log.close();
  assert.equal(readFileSync(join(folder.dir, 'log.jsonl'), 'utf8'), '');
});

test('a full disk is known by the system’s code, and nothing else is taken for one', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code });
  assert.ok(isDiskFull(coded('ENOSPC')) && isDiskFull(coded('EDQUOT')));
  for (const other of [coded('EACCES'), new Error('ENOSPC'), null, undefined, 'ENOSPC'])
    assert.ok(!isDiskFull(other));
});
