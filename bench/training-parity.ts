/**
 * The same training in Likeness and in PyTorch: SimCLR and MoCo v2, same weights at the start, same views in the same
 * order, same recipe. Both losses over 200 steps are held against PyTorch in double precision: single precision drifts
 * away from it in any engine, since training makes rounding grow, and ours may drift as far as PyTorch's own does. Fails where
 * the curves do not agree. PyTorch is asked where it is installed (Debian: apt install python3-torch libopenblas0-pthread).
 *
 *   npm run bench -- training-parity [PHOTOS] [--steps 200] [--methods simclr,moco-v2]     CIFAR-10 of ../shared when left out
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BatchShape, batchFeeds, knownInputs, seenInputs } from '../training/batch-inputs.ts';
import { openPhotos } from '../training/data/open-photos.ts';
import { epochBatches } from '../training/data/sample-photos.ts';
import { openEngine } from '../training/engines/open-engine.ts';
import type { Memory, Numbers } from '../training/engines/engine.ts';
import type { OptimizerPlan } from '../training/methods/optimizer-plan.ts';
import { mocoSgd, mocoV2 } from '../training/methods/moco-v2.ts';
import type { AnyMethod } from '../training/methods/method.ts';
import { simclr } from '../training/methods/simclr.ts';
import { homeAdamW } from '../training/methods/optimizer-plan.ts';
import { resnet } from '../training/modules/resnet.ts';
import type { Weights } from '../training/modules/weights.ts';
import { planned } from '../training/optim/planned.ts';
import { type RunData, openRunData } from '../training/run-data.ts';
import { readSafetensors, safetensorsParts } from '../training/safetensors.ts';
import { assemble, stepGraph, stepInputs } from '../training/step.ts';
import { imagenetStatistics } from '../training/transforms/view.ts';
import { noTorch, peerPython, peerScript, findTorch } from './parts/torch-peer.ts';

/** px of the views, and of the squashed photos that they are cut from. */
const [side, source] = [32, 48];
const batch = 16;
/** Of each engine: two would wait for each other where other work wants the processor. */
const threads = 1;
const seed = 7;

/**
 * How far ours may be from double precision. The first steps are nearly free of drift, and what is wrong in a loss, a gradient
 * or an optimizer shows in them: a head without its bias gave 2.6e-3. Later every single loss moves by what rounding has
 * become, but means over 20 steps hardly. How far ours is compared with PyTorch's single precision is told, not judged: when a
 * unit at zero first falls on the other side is a matter of chance, in either engine (in 24 steps it was 0.5 and 112 times).
 */
const bounds = { firstSteps: 20, first: 1e-3, window: 20, windowMean: 0.02 } as const;

/** As in bench/peers/slim_resnet.py. */
const networks = {
  encoder: (at: Weights) => resnet(at, { depth: 10, stem: 'cifar', width: 16 }),
  text: null,
  batchNorm: true,
};

interface Case {
  readonly method: AnyMethod;
  readonly script: string;
  readonly optimizer: OptimizerPlan;
  readonly knobs: object & { readonly out: number };
  /** Of the slow copy. */
  readonly momentum: number;
}

const cases: Readonly<Record<string, Case>> = {
  simclr: {
    method: simclr as AnyMethod,
    script: 'simclr',
    optimizer: homeAdamW,
    knobs: simclr.presets.library.knobs,
    momentum: 0,
  },
  // The paper's optimizer, and a queue that a run of 200 small batches goes round three times.
  'moco-v2': {
    method: mocoV2 as unknown as AnyMethod,
    script: 'moco_v2',
    optimizer: mocoSgd,
    knobs: mocoV2.presets.small.knobs,
    momentum: mocoV2.presets.small.knobs.momentum,
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '200' },
    methods: { type: 'string', default: 'simclr,moco-v2' },
  },
});
const steps = Number(values.steps);
const photos = positionals[0] ?? join(import.meta.dirname, '../../shared/photos/cifar10/cifar10-subset.tar');

async function compareAll(): Promise<void> {
  const set = await openPhotos(photos, { captions: null });
  const signal = new AbortController().signal;
  const data = await openRunData(set, { source, seed, captioned: false, signal, onProgress: () => {} });
  for (const name of values.methods.split(',')) {
    const each = cases[name];
    if (!each) throw new RangeError(`no method ${name}: ${Object.keys(cases).join(', ')}`);
    const folder = mkdtempSync(join(tmpdir(), 'likeness-parity-'));
    try {
      const ours = await trainHere(each, data, folder);
      const [single, double] = [trainThere(each, folder, 'float32'), trainThere(each, folder, 'float64')];
      await report(name, { ours, single, double }, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Trains with our engine, and leaves in the folder what the other needs: weights, views, recipe. @returns the losses. */
async function trainHere(each: Case, data: RunData, folder: string): Promise<number[]> {
  const { method, knobs, optimizer: plan } = each;
  const trained = assemble(method, knobs, networks, seed);
  const views = method.views({ side, patch: 1 }, knobs);
  const shape: BatchShape = { batch, source, views, statistics: imagenetStatistics, patches: 1, context: 1 };
  const stepsPerEpoch = Math.floor(data.train.length / batch);
  const optimizer = planned(plan, { batch, steps, stepsPerEpoch });
  const seen = seenInputs(batch, shape);
  const step = stepGraph(trained, seen, knownInputs(shape, seen.masks), {
    ...plan,
    optimizer: optimizer.optimizer,
  });
  const shown = Object.fromEntries(seen.views.map((view, i) => [`shown${i}`, view]));
  const graph = { outputs: { ...step.outputs, ...shown }, updates: step.updates };
  const engine = await openEngine({ engine: 'cpu', threads });
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  await save(memory, join(folder, 'first.safetensors'));
  const recipe = {
    ...knobs,
    steps,
    batch,
    side,
    rate: plan.rate * (batch / 256),
    decay: plan.decay,
    clip: plan.clip,
    final: plan.final,
    warmUp: 'share' in plan.warmUp ? Math.round(plan.warmUp.share * steps) : 0,
    momentum: each.momentum,
  };
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(recipe));
  const load = batchFeeds(data, shape, [graph], { seed, useClasses: false });
  const [viewFile, idFile] = ['views.f32', 'ids.i32'].map((file) => openSync(join(folder, file), 'w'));
  const losses: number[] = [];
  for (const [k, at] of order(data.train).entries()) {
    const feeds = await load(at);
    const results = await program.run({
      ...feeds,
      ...optimizer.feeds(k),
      [stepInputs.momentum]: each.momentum,
    });
    losses.push(results['loss']![0]!);
    for (const name of Object.keys(shown)) writeSync(viewFile!, results[name]!);
    writeSync(idFile!, feeds['ids'] as Int32Array);
  }
  for (const file of [viewFile!, idFile!]) closeSync(file);
  await save(memory, join(folder, 'ours.safetensors'));
  await program.close();
  await memory.close();
  return losses;
}

/** The batches of the run, epoch after epoch. */
function order(train: Int32Array) {
  const batches = [];
  for (let epoch = 0; batches.length < steps; epoch++)
    batches.push(...epochBatches({ photos: train, batch, seed, epoch }).map((at) => ({ epoch, photos: at })));
  return batches.slice(0, steps);
}

async function save(memory: Memory, path: string): Promise<void> {
  const tensors = [...(await memory.read())].map(
    ([name, numbers]) => [name, { shape: [numbers.length], numbers }] as const,
  );
  const file = openSync(path, 'w');
  for (const part of safetensorsParts({ tensors: new Map(tensors), metadata: {} })) writeSync(file, part);
  closeSync(file);
}

function trainThere({ script }: Case, folder: string, kind: string): number[] {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const { status, stdout, stderr } = spawnSync(peerPython, [peerScript(script), folder, kind], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script}.py failed:\n${stderr}`);
  return JSON.parse(stdout) as number[];
}

interface Curves {
  readonly ours: readonly number[];
  readonly single: readonly number[];
  readonly double: readonly number[];
}

async function report(name: string, { ours, single, double }: Curves, folder: string): Promise<void> {
  console.log(`\n${name}, ${steps} steps of ${batch} photos; PyTorch in single and double precision`);
  console.log('  step      ours    single    double');
  for (let k = 0; k < steps; k += k < 4 ? 1 : k < 20 ? 4 : 20) console.log(row(k, [ours, single, double]));
  console.log(row(steps - 1, [ours, single, double]));
  const [drift, theirs] = [apart(ours, double), apart(single, double)];
  const direct = apart(ours, single);
  const first = Math.max(...drift.slice(0, bounds.firstSteps));
  const windows = Math.max(...apart(means(ours), means(double)));
  console.log(
    `  relative difference   largest    mean    first ${bounds.firstSteps} steps    means of ${bounds.window} steps`,
  );
  for (const [pair, list, a, b] of [
    ['ours, PyTorch single', direct, ours, single],
    ['ours, PyTorch double', drift, ours, double],
    ['PyTorch single, double', theirs, single, double],
  ] as const)
    console.log(
      `  ${pair.padEnd(23)}${[Math.max(...list), mean(list), Math.max(...list.slice(0, bounds.firstSteps)), Math.max(...apart(means(a), means(b)))].map((each) => each.toExponential(1).padStart(10)).join('')}`,
    );
  const farther = mean(drift) / mean(theirs);
  console.log(
    `  ours is ${farther.toFixed(2)} times as far from double precision as PyTorch's own single precision`,
  );
  for (const [what, distance, own] of await stateDistances(folder))
    console.log(
      `  ${what} after the last step: ${distance.toExponential(1)} from double; PyTorch single ${own.toExponential(1)}`,
    );
  const agree = first <= bounds.first && windows <= bounds.windowMean;
  console.log(agree ? '  The curves agree.' : '  The curves DO NOT agree.');
  if (!agree) process.exitCode = 1;
}

const row = (k: number, curves: readonly (readonly number[])[]) =>
  `  ${String(k).padStart(4)}${curves.map((curve) => curve[k]!.toFixed(6).padStart(10)).join('')}`;

const apart = (a: readonly number[], b: readonly number[]) =>
  a.map((each, k) => Math.abs(each - b[k]!) / Math.abs(b[k]!));
const mean = (numbers: readonly number[]) =>
  numbers.reduce((total, each) => total + each, 0) / numbers.length;
const means = (curve: readonly number[]) =>
  Array.from({ length: Math.floor(curve.length / bounds.window) }, (_, i) =>
    mean(curve.slice(i * bounds.window, (i + 1) * bounds.window)),
  );

/** ‖a - double‖ / ‖double‖ over all tensors of a kind, of ours and of PyTorch's single precision. */
async function stateDistances(folder: string): Promise<(readonly [string, number, number])[]> {
  const [ours, single, double] = await Promise.all(
    ['ours', 'float32', 'float64'].map(
      async (file) => (await readSafetensors(join(folder, `${file}.safetensors`))).tensors,
    ),
  );
  const kinds: readonly (readonly [string, RegExp])[] = [
    ['weights', /^trained\..*(weight|filters|gain|shift|bias)$/],
    ['running statistics', /^trained\..*(mean|variance)$/],
    ['weights of the key network', /^slow\..*(weight|filters|gain|shift|bias)$/],
    ['queue', /^kept\.queue\.rows$/],
  ];
  return kinds.flatMap(([what, pattern]) => {
    const names = [...double!.keys()].filter((each) => pattern.test(each));
    if (names.length === 0) return [];
    const distance = (of: typeof double) => {
      let [squares, total] = [0, 0];
      for (const each of names) {
        const [a, b] = [of!.get(each)!.numbers, double!.get(each)!.numbers] as [Numbers, Numbers];
        b.forEach((value, i) => {
          squares += (a[i]! - value) ** 2;
          total += value ** 2;
        });
      }
      return Math.sqrt(squares / total);
    };
    return [[what, distance(ours), distance(single)] as const];
  });
}

if (findTorch() === null) console.log(noTorch);
else if (!existsSync(photos))
  console.log('There are no photos to train on: name a folder or a .tar of them.');
else await compareAll();
