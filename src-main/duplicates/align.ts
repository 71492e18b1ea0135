/**
 * Lays one picture over another: finds the affine map and the tone by which B looks most like A, with what differs locally
 * (a bar, a border, a watermark) left out. Lucas and Kanade 1981, with gain and bias as unknowns of their own, and Tukey's
 * biweight for what does not fit.
 */
import type { Affine, Plane } from './plane.ts';

export interface Alignment {
  readonly affine: Affine;
  /** How B's values become A's: gain · value + bias. */
  readonly gain: number;
  readonly bias: number;
  /** How much of A lies on B, 0..1. */
  readonly overlap: number;
  /** Median of what is left in the overlap, values of A. */
  readonly residual: number;
}

/** Less of A on B than this is no overlap worth speaking of. */
const leastOverlap = 0.1;
/** A residual of this many spreads weighs nothing (Tukey's constant for 95 % efficiency). */
const cut = 4.685;
/** Spread of what is left, at least: pictures have noise. */
const leastSpread = 1.5;
/** Steps smaller than this, of the picture, end it. */
const still = 0.0005;

/** B as A's samples see it, and what of it is known; kept between calls, since thousands are made. */
class Workspace {
  readonly values: Float32Array;
  readonly slopesX: Float32Array;
  readonly slopesY: Float32Array;
  readonly inside: Int32Array;
  count = 0;

  constructor(samples: number) {
    this.values = new Float32Array(samples);
    this.slopesX = new Float32Array(samples);
    this.slopesY = new Float32Array(samples);
    this.inside = new Int32Array(samples);
  }

  /** Reads B, and how it rises to the right and down, wherever A lies on it. */
  read({ side }: Plane, b: Plane, [p, q, r, s, t, u]: Affine): void {
    const { values } = b;
    const [size, last] = [b.side, b.side - 1];
    let count = 0;
    for (let row = 0, at = 0; row < side; row++) {
      const y = (row + 0.5) / side;
      for (let column = 0; column < side; column++, at++) {
        const x = (column + 0.5) / side;
        const across = (p * x + q * y + r) * size - 0.5;
        const down = (s * x + t * y + u) * size - 0.5;
        if (!(across >= 0 && down >= 0 && across < last && down < last)) continue;
        const left = Math.floor(across);
        const top = Math.floor(down);
        const [f, g] = [across - left, down - top];
        const place = top * size + left;
        const a = values[place]!;
        const b1 = values[place + 1]!;
        const c = values[place + size]!;
        const d = values[place + size + 1]!;
        const upper = a + f * (b1 - a);
        const lower = c + f * (d - c);
        this.values[count] = upper + g * (lower - upper);
        this.slopesX[count] = ((1 - g) * (b1 - a) + g * (d - c)) * size;
        this.slopesY[count] = (lower - upper) * size;
        this.inside[count++] = at;
      }
    }
    this.count = count;
  }
}
const workspaces = new Map<number, Workspace>();
function workspaceOf(side: number): Workspace {
  const found = workspaces.get(side) ?? new Workspace(side * side);
  workspaces.set(side, found);
  return found;
}

interface Tone {
  readonly gain: number;
  readonly bias: number;
  readonly spread: number;
}

/**
 * Refines a map from a start that is right to within two samples or so.
 * @param rounds  steps at most; it stops earlier when nothing moves.
 * @returns null where the two have too little in common to be laid over each other.
 * Cost at 48 × 48: 0.1 ms a round.
 */
export function refine(a: Plane, b: Plane, start: Affine, rounds: number): Alignment | null {
  const work = workspaceOf(a.side);
  const least = leastOverlap * a.side * a.side;
  let map = start;
  work.read(a, b, map);
  if (work.count < least) return null;
  let tone = fitTone(a, work, null);
  for (let round = 0; round < rounds; round++) {
    const step = nextStep(a, work, tone);
    if (!step) break;
    map = map.map((value, i) => value + step[i]!) as unknown as Affine;
    work.read(a, b, map);
    if (work.count < least) return null;
    tone = fitTone(a, work, tone);
    if (Math.max(...step.subarray(0, 6).map(Math.abs)) < still) break;
  }
  const residual = medianResidual(a, work, tone);
  const { gain, bias } = tone;
  return { affine: map, gain, bias, overlap: work.count / (a.side * a.side), residual };
}

/** Least squares of A over B where they overlap, what does not fit left out; from nothing, in three rounds. */
function fitTone(a: Plane, work: Workspace, known: Tone | null): Tone {
  let tone = known;
  for (let round = 0; round < (known ? 1 : 3); round++) {
    let [weights, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
    for (let i = 0; i < work.count; i++) {
      const x = work.values[i]!;
      const y = a.values[work.inside[i]!]!;
      const weight = tone ? weightOf(y - tone.gain * x - tone.bias, tone.spread) : 1;
      weights += weight;
      sx += weight * x;
      sy += weight * y;
      sxx += weight * x * x;
      sxy += weight * x * y;
    }
    if (weights < 16) break;
    const spreadX = sxx / weights - (sx / weights) ** 2;
    const gain = spreadX > 1 ? (sxy / weights - (sx / weights) * (sy / weights)) / spreadX : 1;
    const bias = sy / weights - gain * (sx / weights);
    const spread = Math.max(leastSpread, 1.4826 * medianResidual(a, work, { gain, bias }));
    tone = { gain, bias, spread };
  }
  return tone ?? { gain: 1, bias: 0, spread: 255 };
}

function weightOf(residual: number, spread: number): number {
  const share = residual / (cut * spread);
  const rest = 1 - share * share;
  return rest <= 0 ? 0 : rest * rest;
}

/** By counting: residuals of more than 64 are as good as 64. */
const binsAValue = 8;
const bins = new Uint32Array(64 * binsAValue + 1);
function medianResidual(a: Plane, work: Workspace, { gain, bias }: Pick<Tone, 'gain' | 'bias'>): number {
  bins.fill(0);
  const last = bins.length - 1;
  for (let i = 0; i < work.count; i++) {
    const residual = Math.abs(a.values[work.inside[i]!]! - gain * work.values[i]! - bias);
    bins[Math.min(last, Math.floor(residual * binsAValue))]! += 1;
  }
  let seen = 0;
  for (let bin = 0; bin <= last; bin++) {
    seen += bins[bin]!;
    if (seen * 2 >= work.count) return (bin + 0.5) / binsAValue;
  }
  return 64;
}

const unknowns = 8;
const normal = new Float64Array(unknowns * unknowns);
const right = new Float64Array(unknowns);
const slope = new Float64Array(unknowns);

/** One step of Gauss and Newton over the six of the map, with the two of the tone beside them. */
function nextStep(a: Plane, work: Workspace, { gain, bias, spread }: Tone): Float64Array | null {
  normal.fill(0);
  right.fill(0);
  const { side } = a;
  for (let i = 0; i < work.count; i++) {
    const at = work.inside[i]!;
    const value = work.values[i]!;
    const residual = a.values[at]! - gain * value - bias;
    const weight = weightOf(residual, spread);
    if (weight === 0) continue;
    const x = ((at % side) + 0.5) / side;
    const y = (Math.floor(at / side) + 0.5) / side;
    const gx = gain * work.slopesX[i]!;
    const gy = gain * work.slopesY[i]!;
    slope[0] = gx * x;
    slope[1] = gx * y;
    slope[2] = gx;
    slope[3] = gy * x;
    slope[4] = gy * y;
    slope[5] = gy;
    slope[6] = value;
    slope[7] = 1;
    for (let m = 0; m < unknowns; m++) {
      const weighted = weight * slope[m]!;
      right[m]! += weighted * residual;
      for (let n = m; n < unknowns; n++) normal[m * unknowns + n]! += weighted * slope[n]!;
    }
  }
  return solve();
}

/** Cholesky of `normal`, with a thousandth of its diagonal added (Levenberg); null where the picture says nothing. */
function solve(): Float64Array | null {
  const n = unknowns;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = normal[j * n + i]! * (i === j ? 1.001 : 1);
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i !== j) lower[i * n + j] = sum / lower[j * n + j]!;
      else if (sum > 1e-9) lower[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * x[k]!;
    x[i] = sum / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * x[k]!;
    x[i] = sum / lower[i * n + i]!;
  }
  return x;
}
