/**
 * Changes of colour as maps that are linear in the pixel and in the view's mean colour: y = P x + N μ. Each step of
 * colour jitter is such a map, and so is any number of them one after the other, in any order.
 *
 * Two things differ from the papers' code. Colours are held to their range once, at the end, where torchvision holds
 * them after each step: a view that is first made too bright and then darker keeps its highlights. And hue is turned
 * about the grey axis of RGB, which is linear, where HSV turns it around a hexagon. Both agree for greys and at thirds
 * of the circle. In between HSV keeps the largest channel and a turn the mean of the three: at the 0.1 of the papers,
 * where HSV moves the colours of ImageNet photos by 6 of 255 in the mean, they come out 4 apart, lightness aside 1.
 */
import type { Random } from '../random.ts';
import type { ViewRecipe } from './view-recipe.ts';

export interface ColourStep {
  readonly kind: 'brightness' | 'contrast' | 'saturation' | 'hue';
  /** A factor, 1 changes nothing; for hue the turn, as share of the circle, 0 changes nothing. */
  readonly by: number;
}

/** y = pixel · x + mean · μ; both [3, 3] row by row, in RGB. */
export interface ColourMap {
  readonly pixel: readonly number[];
  readonly mean: readonly number[];
}

/** How much red, green and blue count in grey: ITU-R BT.601, with torchvision's digits. */
const grayWeights = [0.2989, 0.587, 0.114] as const;

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** Every channel becomes the grey value. */
const toGray = [...grayWeights, ...grayWeights, ...grayWeights];

/**
 * Colour jitter, the four steps in random order, then perhaps grey, which is saturation 0.
 * @returns steps in their order; none where nothing is changed. The same draws are made whatever comes out.
 */
export function drawColour({ jitter, gray }: ViewRecipe, random: Random): readonly ColourStep[] {
  const jittered = random.uniform() < (jitter?.probability ?? 0);
  const factor = (most = 0) => random.uniform(Math.max(0, 1 - most), 1 + most);
  const steps: ColourStep[] = [
    { kind: 'brightness', by: factor(jitter?.brightness) },
    { kind: 'contrast', by: factor(jitter?.contrast) },
    { kind: 'saturation', by: factor(jitter?.saturation) },
    { kind: 'hue', by: random.uniform(-1, 1) * (jitter?.hue ?? 0) },
  ];
  random.shuffle(steps);
  const grayed = random.uniform() < gray;
  return [...(jittered ? steps : []), ...(grayed ? [{ kind: 'saturation', by: 0 } as const] : [])];
}

/** All steps as one map. */
export function colourMap(steps: readonly ColourStep[]): ColourMap {
  let pixel: readonly number[] = identity;
  let mean: readonly number[] = scaled(identity, 0);
  for (const step of steps) {
    const linear = linearPart(step);
    // Contrast pulls towards the mean grey of the image as it is now, whose mean colour is (P + N) μ.
    const pulled = step.kind === 'contrast' ? scaled(product(toGray, plus(pixel, mean)), 1 - step.by) : null;
    pixel = product(linear, pixel);
    mean = product(linear, mean);
    if (pulled) mean = plus(mean, pulled);
  }
  return { pixel, mean };
}

/** What a step does to a pixel of its own, [3, 3]. */
function linearPart({ kind, by }: ColourStep): readonly number[] {
  switch (kind) {
    case 'brightness':
    case 'contrast':
      return scaled(identity, by);
    case 'saturation':
      return plus(scaled(identity, by), scaled(toGray, 1 - by));
    case 'hue':
      return turn(2 * Math.PI * by);
  }
}

/** Rotation about the grey axis, red towards green (Rodrigues). */
function turn(angle: number): readonly number[] {
  const along = (1 - Math.cos(angle)) / 3;
  const across = Math.sin(angle) / Math.sqrt(3);
  const [same, next, last] = [Math.cos(angle) + along, along + across, along - across];
  return [same, last, next, next, same, last, last, next, same];
}

const scaled = (a: readonly number[], by: number) => a.map((value) => value * by);
const plus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]!);

/** a · b, both [3, 3]. */
function product(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((_, i) => {
    const [row, column] = [i - (i % 3), i % 3];
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!;
  });
}
