/**
 * A training step of SimCLR with AdamW beside PyTorch's, in one run. Both do the same work on the same sizes, in turns, so that
 * other work on the machine meets both alike; the least and the median count. Beside it, the share of the peak: products
 * alone against the rate at which the engine multiplies matrices of 1024². PyTorch is measured where it is installed
 * (Debian: apt install python3-torch libopenblas0-pthread).
 *
 *   npm run bench -- training [NET:SIDE …] [--threads 1,2] [--photos 16] [--rounds 6] [--engine cpu|webgpu|cuda] [--half]
 *
 * How much a card learns in an evening: likeness train --method simclr --data CIFAR.tar --net resnet-18 --engine webgpu, which
 * prints the neighbours' accuracy as it goes.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type EngineName, engineNames } from '../training/engines/engine.ts';
import { openEngine } from '../training/engines/open-engine.ts';
import { probe } from '../training/engines/probe.ts';
import { simplify } from '../training/graph/passes.ts';
import { matmul } from '../training/graph/ops/matmul.ts';
import { sum } from '../training/graph/ops/reduce.ts';
import { input } from '../training/graph/tensor.ts';
import { Random } from '../training/random.ts';
import { productGflop, simclrStep } from './parts/simclr-step.ts';
import { percentile } from './parts/timing.ts';
import { TorchPeer, findTorch, noTorch } from './parts/torch-peer.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1,2' },
    photos: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '6' },
    engine: { type: 'string', default: 'cpu' },
    half: { type: 'boolean', default: false },
  },
});
const cases =
  positionals.length > 0 ? positionals : ['vit-tiny:160', 'vit-mini:160', 'resnet-18:32', 'resnet-18:128'];
const [photos, rounds] = [Number(values.photos), Number(values.rounds)];
const engineName = engineNames.find((name) => name === values.engine);
if (!engineName) throw new RangeError(`--engine takes ${engineNames.join(', ')}`);
const { half } = values;
const device = engineName === 'cpu' ? 'cpu' : 'cuda';

/** Of one step: by the clock, and what the process spent on all threads. */
interface Times {
  readonly wall: number[];
  readonly cpu: number[];
}

interface Contender {
  readonly times: Times;
  /** Runs one step. */
  turn(): Promise<void>;
  close(): Promise<void> | void;
}

async function openOurs(name: string, side: number, threads: number): Promise<Contender & { gflop: number }> {
  const engine = await openEngine({ engine: engineName as EngineName, threads, half });
  const { graph, rates } = simclrStep(name, photos, side);
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const random = new Random(1);
  const pixels = () => Float32Array.from({ length: photos * 3 * side * side }, () => random.uniform());
  const batch = { view1: pixels(), view2: pixels() };
  let step = 0;
  const run = () => program.run({ ...batch, ...rates(step++) });
  await run();
  if (program.onCpu.size > 0) console.log('Left to the processor:', Object.fromEntries(program.onCpu));
  return { ...timedBy(run, () => memory.close()), gflop: productGflop(simplify(graph)) };
}

/** The rate of the engine's own products, GFLOP/s: A · B of 1024², reduced to one number so that nothing big comes back. */
async function openPeak(threads: number): Promise<Contender & { gflop: number }> {
  const side = 1024;
  const engine = await openEngine({ engine: engineName as EngineName, threads, half });
  const [a, b] = [input('a', [side, side]), input('b', [side, side])];
  const graph = { outputs: { y: sum(matmul(a, b)) }, updates: new Map() };
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const random = new Random(2);
  const numbers = () => Float32Array.from({ length: side * side }, () => random.uniform(-1, 1));
  const feeds = { a: numbers(), b: numbers() };
  await program.run(feeds);
  return {
    ...timedBy(
      () => program.run(feeds),
      () => memory.close(),
    ),
    gflop: productGflop(graph),
  };
}

function timedBy(run: () => Promise<unknown>, close: () => Promise<void>): Contender {
  const times: Times = { wall: [], cpu: [] };
  return {
    times,
    async turn() {
      const before = process.cpuUsage();
      const startedMs = performance.now();
      await run();
      times.wall.push(performance.now() - startedMs);
      const { user, system } = process.cpuUsage(before);
      times.cpu.push((user + system) / 1000);
    },
    close,
  };
}

async function openTorch(name: string, side: number, threads: number): Promise<Contender> {
  const args = [name, String(photos), String(side), device, half ? 'half' : 'full'];
  const peer = new TorchPeer('simclr_step', args, threads);
  const times: Times = { wall: [], cpu: [] };
  await peer.ask('step');
  return {
    times,
    async turn() {
      const { wall, cpu } = (await peer.ask('step')) as { wall: number; cpu: number };
      times.wall.push(wall);
      times.cpu.push(cpu);
    },
    close: () => peer.close(),
  };
}

const least = (numbers: readonly number[]) => Math.min(...numbers);
const middle = (numbers: readonly number[]) => percentile(numbers, 50);
const ms = (numbers: readonly number[]) => `${least(numbers).toFixed(0)} / ${middle(numbers).toFixed(0)}`;

if (engineName !== 'cpu') {
  const [found] = await probe({ engines: [engineName] });
  const refused = found!.works ? (half && !found!.half ? 'it has no half precision' : null) : found!.reason;
  if (refused !== null) {
    console.log(`The engine ${engineName} cannot be measured on this computer: ${refused}.`);
    process.exit(0);
  }
}
const installed = findTorch();
const torch = installed && (device === 'cpu' || installed.card) ? installed : null;
const other = torch?.version ?? (installed ? `${installed.version} sees no card.` : noTorch);
console.log(`${cpus()[0]?.model}, engine ${engineName}${half ? ' in half precision' : ''}. ${other}`);
console.log(
  `SimCLR with AdamW, ${photos} photos in two views a step; least / median of ${rounds} turns each, ms.\n`,
);
const figures = [];
for (const threads of values.threads.split(',').map(Number))
  for (const each of cases) {
    const [name, side] = each.split(':') as [string, string];
    const ours = await openOurs(name, Number(side), threads);
    const theirs = torch === null ? null : await openTorch(name, Number(side), threads);
    const peak = await openPeak(threads);
    for (let round = 0; round < rounds; round++) {
      await ours.turn();
      await theirs?.turn();
      for (let i = 0; i < 4; i++) await peak.turn();
    }
    for (const contender of [ours, theirs, peak]) await contender?.close();
    // One thread's processor time is what the clock would say on a quiet machine.
    const clock = threads === 1 && device === 'cpu' ? 'cpu' : 'wall';
    const peakRate = peak.gflop / least(peak.times[clock]);
    const share = (times: Times) => ours.gflop / least(times[clock]) / peakRate;
    const percent = (times: Times) => `${(100 * share(times)).toFixed(0)} % of the peak`;
    const figure = {
      net: name,
      side: Number(side),
      threads,
      gflop: ours.gflop,
      peakGflops: 1000 * peakRate,
      oursMs: least(ours.times.wall),
      share: share(ours.times),
      ...(theirs && {
        torchMs: least(theirs.times.wall),
        ratio: least(ours.times.wall) / least(theirs.times.wall),
        medianRatio: middle(ours.times.wall) / middle(theirs.times.wall),
        cpuRatio: least(ours.times.cpu) / least(theirs.times.cpu),
        torchShare: share(theirs.times),
      }),
    };
    figures.push(figure);
    console.log(
      `${name}, ${side} px, ${threads} thread(s): ${ours.gflop.toFixed(1)} GFLOP, peak ${(1000 * peakRate).toFixed(0)} GFLOP/s\n` +
        `  ours    ${ms(ours.times.wall)} ms, processor ${ms(ours.times.cpu)}, ${percent(ours.times)}`,
    );
    if (theirs)
      console.log(
        `  PyTorch ${ms(theirs.times.wall)} ms, processor ${ms(theirs.times.cpu)}, ${percent(theirs.times)}\n` +
          `  ratio   ${figure.ratio!.toFixed(2)} / ${figure.medianRatio!.toFixed(2)}, processor ${figure.cpuRatio!.toFixed(2)}`,
      );
  }
console.log(
  JSON.stringify({ bench: 'training', cpu: cpus()[0]?.model, engine: engineName, half, photos, figures }),
);
