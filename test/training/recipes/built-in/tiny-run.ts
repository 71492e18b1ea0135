/** A tower of a few thousand numbers and a handful of views, for tests of the recipe. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { onnxEngine } from '../../../../training/engines/onnx.ts';
import { Random } from '../../../../training/random.ts';
import type { CaptionRows } from '../../../../training/recipes/built-in/caption-store.ts';
import { openDrawer } from '../../../../training/recipes/built-in/draw-batch.ts';
import { usualWeights } from '../../../../training/recipes/built-in/distil-step.ts';
import type { RecipePhoto } from '../../../../training/recipes/built-in/recipe-photos.ts';
import type { TowerShape } from '../../../../training/recipes/built-in/tower.ts';
import type { TowerPlan } from '../../../../training/recipes/built-in/train-tower.ts';
import {
  type StoredView,
  openViewReader,
  openViewWriter,
  viewSide,
} from '../../../../training/recipes/built-in/view-store.ts';

export const folder = mkdtempSync(join(tmpdir(), 'likeness-recipe-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export const engine = onnxEngine({ provider: 'cpu', threads: 1 });

export const tinyShape: TowerShape = {
  stages: [
    { width: 6, blocks: 1 },
    { width: 8, blocks: 1 },
    { width: 10, blocks: 2 },
    { width: 12, blocks: 1 },
  ],
  top: 16,
  features: 7,
  embedding: 5,
};

/** Numbers that the teacher of these tests says. */
const parts = [tinyShape.features, tinyShape.embedding];
export const width = tinyShape.features + tinyShape.embedding;

export const tinyPlan: TowerPlan = {
  seed: 1,
  start: null,
  shape: tinyShape,
  mix: { captioned: 4, named: 2, plain: 2, mixed: 0 },
  held: 0,
  pasted: 0.5,
  bank: 6,
  steps: 6,
  warmUp: 2,
  rate: 0.01,
  decay: 0.05,
  losses: usualWeights,
  sides: [
    { until: 0.5, side: 32 },
    { until: 1, side: 64 },
  ],
  saveEvery: 100,
  logEvery: 1,
};

const photos: readonly RecipePhoto[] = [
  ...Array.from({ length: 6 }, (_, i) => ({
    kind: 'captioned' as const,
    captions: [`one ${i}`, `two ${i}`],
  })),
  ...Array.from({ length: 3 }, (_, i) => ({ kind: 'named' as const, captions: [`name ${i}`] })),
  ...Array.from({ length: 3 }, () => ({ kind: 'plain' as const, captions: [] })),
];

export function unitRows(seed: string, count: number, dim: number): Float32Array {
  const random = new Random(seed);
  const rows = Float32Array.from({ length: count * dim }, () => random.normal());
  for (let at = 0; at < rows.length; at += dim) {
    const length = Math.hypot(...rows.subarray(at, at + dim));
    for (let d = at; d < at + dim; d++) rows[d]! /= length;
  }
  return rows;
}

export function tinyCaptions(): CaptionRows {
  const starts = new Int32Array(photos.length + 1);
  for (const [i, { captions }] of photos.entries()) starts[i + 1] = starts[i]! + captions.length;
  const dim = tinyShape.embedding;
  return { values: unitRows('captions', starts.at(-1)!, dim), dim, starts };
}

/** @param seed  of pixels and target. */
export function drawnView(photo: number, seed: number): StoredView {
  const random = new Random(seed, 'view');
  const planes = Uint8Array.from({ length: 3 * viewSide * viewSide }, (_, i) =>
    Math.min(255, 100 + 60 * Math.sin(i / (5 + photo)) + 30 * random.uniform()),
  );
  return { planes, photo, target: unitRows(`target ${photo}`, 1, width) };
}

/** Writes two views of every photo into a folder, once. */
export async function writeViews(dir: string): Promise<void> {
  const writer = await openViewWriter(dir, width);
  await writer.add(Array.from({ length: 2 * photos.length }, (_, i) => drawnView(i % photos.length, i)));
  await writer.close();
}

export async function tinyDrawer(dir: string, { mix, bank, pasted, seed }: TowerPlan) {
  const views = await openViewReader(dir, width);
  after(() => views.close());
  return openDrawer({ photos, captions: tinyCaptions(), views, mix, bank, pasted, seed, parts });
}
