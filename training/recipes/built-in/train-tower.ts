/** The second part of the recipe: the loop. It can be stopped and taken up at any step, and its rate can be planned anew. */
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, readCheckpoint, restore, statesOf, writeCheckpoint } from '../../checkpoint.ts';
import type { Engine, Feeds, Memory } from '../../engines/engine.ts';
import { type Graph, sourcesOf } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { Weights } from '../../modules/weights.ts';
import { adamW } from '../../optim/adamw.ts';
import { type TowerValues, foldedValues, measureStatistics, withNorms } from './begin.ts';
import { type Drawer, type Mix, shapeOf } from './draw-batch.ts';
import { type LossWeights, distilStep, seenViews } from './distil-step.ts';
import { readTower } from './read-tower.ts';
import { type Tower, type TowerShape, tower } from './tower.ts';

/** What a run is, kept beside it. Rates and lengths may be changed when it is taken up again. */
export interface TowerPlan {
  readonly seed: number;
  /** image.onnx of a tower to go on from; null for random numbers. */
  readonly start: string | null;
  readonly shape: TowerShape;
  readonly mix: Mix;
  /** First stages whose weights stay as they are. */
  readonly held: number;
  /** Share of the views that a part of another is pasted into. */
  readonly pasted: number;
  /** Sentences ranked at each step. */
  readonly bank: number;
  readonly steps: number;
  readonly warmUp: number;
  readonly rate: number;
  readonly decay: number;
  readonly losses: LossWeights;
  /** px that the tower sees, until which share of the steps. */
  readonly sides: readonly { readonly until: number; readonly side: number }[];
  /** Steps between two checkpoints, and between two lines of the log. */
  readonly saveEvery: number;
  readonly logEvery: number;
}

export const files = { plan: 'tower.json', log: 'tower-log.jsonl', checkpoint: 'tower.safetensors' } as const;

const at = 'tower';

/** The tower's network with the place of its weights: alike at every call, so that states are found by their names. */
export function builtTower(plan: Pick<TowerPlan, 'seed' | 'shape' | 'held'>): {
  weights: Weights;
  see: Tower;
} {
  const weights = new Weights(plan.seed).in(at);
  return { weights, see: tower(weights, plan.shape, plan.held) };
}

/** By the names of states. */
export const asStates = (values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
  new Map([...values].map(([name, numbers]) => [`${at}.${name}`, numbers]));

/** Half a cosine after a straight rise. */
export function rateAt(
  { steps, warmUp, rate }: Pick<TowerPlan, 'steps' | 'warmUp' | 'rate'>,
  step: number,
): number {
  const begun = Math.min(1, (step + 1) / warmUp);
  return (begun * rate * (1 + Math.cos(Math.PI * Math.min(1, step / steps)))) / 2;
}

export const sideAt = ({ sides, steps }: Pick<TowerPlan, 'sides' | 'steps'>, step: number): number =>
  (sides.find(({ until }) => step < until * steps) ?? sides.at(-1)!).side;

export interface TrainOptions {
  readonly dir: string;
  readonly plan: TowerPlan;
  readonly engine: Engine;
  readonly drawer: Drawer;
  readonly signal: AbortSignal;
  readonly report: (line: StepLine) => void;
}

export interface StepLine {
  readonly step: number;
  readonly side: number;
  readonly rate: number;
  readonly views: number;
  readonly photosPerSecond: number;
  readonly [number: string]: number;
}

/** Steps between two looks for new views. */
const refreshEvery = 100;

/** Runs to the end of the plan or until it is told to stop; a checkpoint is left either way. @returns steps done. */
export async function trainTower({
  dir,
  plan,
  engine,
  drawer,
  signal,
  report,
}: TrainOptions): Promise<number> {
  await mkdir(dir, { recursive: true });
  const { weights, see } = builtTower(plan);
  const optimizer = adamW({ decay: plan.decay });
  const memory = engine.memory();
  const graphAt = (side: number): Graph =>
    distilStep(see, weights, plan.shape, shapeOf(plan.mix, plan.bank, side), {
      optimizer,
      parts: plan.losses,
    });
  const begun = await beginning(dir, plan, engine, drawer);
  let step = begun.step;
  let side = sideAt(plan, step);
  const first = graphAt(side);
  const states = new Map(
    sourcesOf(first).states.map((state) => [state.attributes.name, state as unknown as Tensor] as const),
  );
  let program = await engine.compile(first, memory);
  if (begun.checkpoint) restore(memory, begun.checkpoint, states);
  else if (begun.values) memory.write(asStates(begun.values));
  await writeFile(join(dir, files.plan), `${JSON.stringify(plan, null, 2)}\n`);

  const batch = shapeOf(plan.mix, plan.bank, side).batch;
  let views = await drawer.refresh();
  let seen: Record<string, number>[] = [];
  let since = performance.now();
  let coming = drawer.feeds(step, side);
  while (step < plan.steps && !signal.aborted) {
    const next = sideAt(plan, step);
    if (next !== side) {
      await program.close();
      side = next;
      program = await engine.compile(graphAt(side), memory);
    }
    const rate = rateAt(plan, step);
    const results = await program.run({ ...(await coming), ...optimizer.rates(step, rate) }, ({ norm }) =>
      Number.isFinite(norm![0]),
    );
    seen.push(Object.fromEntries(Object.entries(results).map(([name, numbers]) => [name, numbers[0]!])));
    step++;
    if (step % refreshEvery === 0) views = await drawer.refresh();
    coming = drawer.feeds(step, sideAt(plan, step));
    if (step % plan.logEvery === 0) {
      const seconds = (performance.now() - since) / 1000;
      const line = {
        step,
        side,
        rate,
        views,
        photosPerSecond: (seen.length * batch) / seconds,
        ...means(seen),
      };
      await appendFile(join(dir, files.log), `${JSON.stringify(line)}\n`);
      report(line);
      seen = [];
      since = performance.now();
    }
    if (step % plan.saveEvery === 0) await save(dir, memory, states, step);
  }
  await coming.catch(() => null);
  await save(dir, memory, states, step);
  await program.close();
  await memory.close();
  return step;
}

const means = (rows: readonly Record<string, number>[]) =>
  Object.fromEntries(
    Object.keys(rows[0] ?? {}).map((name) => [
      name,
      Number((rows.reduce((sum, row) => sum + row[name]!, 0) / rows.length).toPrecision(5)),
    ]),
  );

async function save(
  dir: string,
  memory: Memory,
  states: ReadonlyMap<string, Tensor>,
  step: number,
): Promise<void> {
  const tensors = await statesOf(memory, states);
  await writeCheckpoint(join(dir, files.checkpoint), { tensors, facts: { step } });
}

interface Beginning {
  readonly step: number;
  readonly checkpoint: Checkpoint | null;
  /** First values of the tower; null for random ones. */
  readonly values: TowerValues | null;
}

async function beginning(dir: string, plan: TowerPlan, engine: Engine, drawer: Drawer): Promise<Beginning> {
  const path = join(dir, files.checkpoint);
  if (existsSync(path)) {
    const checkpoint = await readCheckpoint(path);
    return { step: (checkpoint.facts as { step: number }).step, checkpoint, values: null };
  }
  if (plan.start === null) return { step: 0, checkpoint: null, values: null };
  const read = readTower(await readFile(plan.start));
  const folded = foldedValues(read);
  const side = sideAt(plan, 0);
  const { see } = builtTower(plan);
  const seen = await measureStatistics({
    engine,
    tower: see,
    shape: plan.shape,
    values: asStates(folded),
    images: seenViews(shapeOf(plan.mix, plan.bank, side)),
    batches: firstBatches(drawer, side),
    training: false,
  });
  return { step: 0, checkpoint: null, values: withNorms(folded, plan.shape, seen) };
}

const firstSteps = 8;

/** The views of the first steps. */
async function* firstBatches(drawer: Drawer, side: number): AsyncGenerator<Feeds> {
  for (let step = 0; step < firstSteps; step++) {
    const feeds = await drawer.feeds(step, side);
    yield Object.fromEntries(
      Object.entries(feeds).filter(([name]) => name === 'photos' || name.startsWith('view.')),
    );
  }
}

export const readPlan = (dir: string): TowerPlan =>
  JSON.parse(readFileSync(join(dir, files.plan), 'utf8')) as TowerPlan;
