/**
 * Time of one training step of SimCLR with AdamW on the processor, beside PyTorch's where python3-torch is installed
 * (Debian: apt install python3-torch libopenblas0-pthread). Both do the same work on the same sizes, one after the
 * other, several times; the least of each counts, since other work on the machine only ever adds.
 *
 *   node bench/training-step.ts [vit|resnet18|mobilenet] [photos] [side] [threads]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openEngine } from '../training/engines/open-engine.ts';
import { gradient } from '../training/graph/gradient.ts';
import { concat, slice } from '../training/graph/ops/shape.ts';
import { type AnyTensor, input } from '../training/graph/tensor.ts';
import { ntXent } from '../training/losses/nt-xent.ts';
import type { Encoder } from '../training/modules/encoder.ts';
import { head } from '../training/modules/head.ts';
import { mobilenet } from '../training/modules/mobilenet.ts';
import { resnet } from '../training/modules/resnet.ts';
import { vit } from '../training/modules/vit.ts';
import { Pass, Weights } from '../training/modules/weights.ts';
import { adamW } from '../training/optim/adamw.ts';
import { moveAll } from '../training/optim/optimizer.ts';
import { Random } from '../training/random.ts';

const [name = 'vit', ...sizes] = process.argv.slice(2);
const [photos = 16, side = name === 'vit' ? 160 : 32, threads = 1] = sizes.map(Number);
const [rounds, stepsPerRound] = [3, 5];

const encoders: Readonly<Record<string, (at: Weights) => Encoder>> = {
  vit: (at) => vit(at, { side, patch: 16, dim: 192, depth: 4, heads: 3, pool: 'class' }),
  resnet18: (at) => resnet(at, { depth: 18, stem: side < 64 ? 'cifar' : 'imagenet' }),
  mobilenet: (at) => mobilenet(at, { stemStride: side < 64 ? 1 : 2 }),
};

async function openStep() {
  const weights = new Weights(1);
  const make = encoders[name];
  if (!make) throw new RangeError(`no encoder is called ${name}: ${Object.keys(encoders).join(', ')}`);
  const encoder = make(weights.in('encoder'));
  const project = head(weights.in('head'), [encoder.dim, encoder.dim, 128], {
    hidden: 'plain',
    last: 'linear',
  });
  const pass = new Pass({ training: true });
  const views = ['first', 'second'].map((view) => input(view, [photos, 3, side, side]));
  const z = project(encoder.encode(concat(views, 0), pass), pass);
  const { loss } = ntXent(slice(z, 0, 0, photos), slice(z, 0, photos), { temperature: 0.2 });
  const optimizer = adamW();
  const gradients = gradient(loss, [...weights.parameters.values()]);
  const updates = new Map<AnyTensor, AnyTensor>([
    ...pass.updates,
    ...moveAll(optimizer, weights.parameters, gradients),
  ]);
  const engine = await openEngine({ engine: 'cpu', threads });
  const program = await engine.compile({ outputs: { loss }, updates }, engine.memory());
  const random = new Random(1);
  const pixels = () => Float32Array.from({ length: photos * 3 * side * side }, () => random.uniform());
  const batch = { first: pixels(), second: pixels() };
  let step = 0;
  return () => program.run({ ...batch, ...optimizer.rates(step++, 1e-3) });
}

function pytorchMs(): number | null {
  const script = join(import.meta.dirname, 'peers', 'torch_step.py');
  const one = String(threads);
  const { status, stdout } = spawnSync(
    '/usr/bin/python3',
    [script, name, `${photos}`, `${side}`, one, `${stepsPerRound}`],
    {
      env: { ...process.env, OMP_NUM_THREADS: one, OPENBLAS_NUM_THREADS: one },
      encoding: 'utf8',
    },
  );
  return status === 0 ? Number(stdout) : null;
}

const run = await openStep();
await run();
let [ours, theirs] = [Infinity, Infinity];
for (let round = 0; round < rounds; round++) {
  for (let i = 0; i < stepsPerRound; i++) {
    const start = performance.now();
    await run();
    ours = Math.min(ours, performance.now() - start);
  }
  theirs = Math.min(theirs, pytorchMs() ?? Infinity);
}
const peer = Number.isFinite(theirs)
  ? `PyTorch ${theirs.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(2)}`
  : 'PyTorch is not installed';
console.log(
  `${name}, ${photos} photos in two views of ${side} px, ${threads} thread(s): ${ours.toFixed(0)} ms a step; ${peer}`,
);
