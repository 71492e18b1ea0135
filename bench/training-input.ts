/**
 * What the views of a training step cost beside the step itself, on one processor thread: drawing them in JavaScript,
 * making them of bytes in the graph, and SimCLR with AdamW on views that are ready. Goal: input at most a fifth of the
 * step. All three are done in turn, several times, and the least processor time of each counts: other work on the
 * machine only ever adds. The recipe is SimCLR's, where each view of 160 px has blur in half of the cases.
 *
 *   node bench/training-input.ts [vit-mini|vit-tiny|resnet-18|mobilenet] [photos] [side] [side of the cached photos]
 */
import { openEngine } from '../training/engines/open-engine.ts';
import { input } from '../training/graph/tensor.ts';
import { Random } from '../training/random.ts';
import { drawView } from '../training/transforms/draw-view.ts';
import { simclrViews } from '../training/transforms/recipes.ts';
import { imagenetStatistics, viewOf } from '../training/transforms/view.ts';
import { simclrStep } from './parts/simclr-step.ts';
import { timedCpu } from './parts/timing.ts';

const [name = 'vit-mini', ...sizes] = process.argv.slice(2);
const [photos = 16, side = name.startsWith('vit') ? 160 : 32, source = Math.round(1.6 * side)] =
  sizes.map(Number);
const rounds = 12;
const goal = 0.2;

const views = simclrViews(side);
const engine = await openEngine({ engine: 'cpu', threads: 1 });
const times = { drawing: Infinity, graph: Infinity, step: Infinity };

const makeViews = await openViews();
const step = await openStep();
let ready = await makeViews(draw(0));
await step(ready);
for (let round = 1; round <= rounds; round++) {
  const feeds = await least('drawing', () => draw(round));
  ready = await least('graph', () => makeViews(feeds));
  await least('step', () => step(ready));
}
const { drawing, graph, step: stepMs } = times;
const each = (ms: number) => `${(ms / photos).toFixed(2)} ms`;
const share = (drawing + graph) / stepMs;
console.log(
  `${name}, ${photos} photos of ${source} px in two views of ${side} px, 1 thread; a photo costs\n` +
    `drawing ${each(drawing)}, views in the graph ${each(graph)}, the step ${each(stepMs)}\n` +
    `input is ${(100 * share).toFixed(0)} % of the step; goal: at most ${100 * goal} %, ${share <= goal ? 'met' : 'missed'}`,
);

async function least<T>(what: keyof typeof times, work: () => T | Promise<T>): Promise<T> {
  let result: T;
  const spentMs = await timedCpu(async () => {
    result = await work();
  });
  times[what] = Math.min(times[what], spentMs);
  return result!;
}

function draw(round: number) {
  const batch = Array.from({ length: photos }, () => ({ width: 640, height: 480 }));
  const feeds = views.map((recipe) => {
    const randoms = batch.map((_, photo) => new Random(round, photo, recipe.name));
    return drawView(recipe, batch, randoms, { source });
  });
  return Object.assign({}, ...feeds) as ReturnType<typeof drawView>;
}

async function openViews() {
  const given = input('photos', [photos, 3, source, source], 'u8');
  const outputs = Object.fromEntries(
    views.map((recipe) => [recipe.name, viewOf(recipe, given, imagenetStatistics)]),
  );
  const program = await engine.compile({ outputs, updates: new Map() }, engine.memory());
  const random = new Random(1);
  const bytes = Uint8Array.from({ length: given.size }, () => random.integer(256));
  return (feeds: ReturnType<typeof draw>) => program.run({ photos: bytes, ...feeds });
}

async function openStep() {
  const { graph, rates } = simclrStep(name, photos, side);
  const program = await engine.compile(graph, engine.memory());
  let count = 0;
  return (batch: Awaited<ReturnType<typeof makeViews>>) => program.run({ ...batch, ...rates(count++) });
}
