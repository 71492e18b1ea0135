/**
 * What two photos are to one another: the rules, with the figures that they stand on. docs/duplicates.md has the measurements
 * behind each.
 */
import type { DuplicateClass } from '../contract/duplicate-kinds.ts';
import type { ContentFacts } from '../store/duplicate-reader.ts';
import { burstMs } from './candidates.ts';
import type { Comparison } from './compare-pictures.ts';
import { isIdentity } from './compare-pictures.ts';
import { type Affine, inverse } from './plane.ts';

export interface Verdict {
  readonly class: DuplicateClass | 'none';
  /** 0 (the same) to 1. */
  readonly distance: number;
}

type JudgedBy = Pick<ContentFacts, 'width' | 'height' | 'takenAtMs' | 'camera'>;

export interface Evidence {
  readonly a: JudgedBy;
  readonly b: JudgedBy;
  /** null where the two do not lie on each other, or it was not worth finding out. */
  readonly comparison: Comparison | null;
  /** Cosine of the encoder's vectors; NaN where there are none. */
  readonly likeness: number;
  /** Cosine from which on two show the same scene. */
  readonly threshold: number;
  /** Both files hold the same coded picture. */
  readonly sameData: boolean;
}

/** Structure of one exposure in whatever tones, cut or turned: strangers reached 0.62 in 4,659 pairs, copies are from 0.8 on. */
const oneExposure = 0.78;
/** Less of a picture than this proves nothing. */
const leastOverlap = 0.13;
/** How far a re-encoded picture may lie off, of its side: rounding, of small pictures more. Focus series are off by 0.006 and more. */
const placed = (a: JudgedBy, b: JudgedBy) => 0.0035 + 0.4 / shorter(a, b);
const shorter = (a: JudgedBy, b: JudgedBy) => Math.min(a.width, a.height, b.width, b.height);
/** Structure, tone, colour and detail that compression and another size leave. */
const sameTones = { structure: 0.87, gain: 0.03, bias: 3.5, colour: 4, detail: 0.9, residual: 3 };
/** Nobody crops or turns by less than this: another exposure from nearly the same place. */
const slight = 0.06;
/** Colours that differ by more than this were toned: exposures of one moment are alike in that. */
const toned = 15;
/** Whether both say when they were taken, and it is not the same moment. */
export function otherMoment(a: JudgedBy, b: JudgedBy): boolean {
  return a.takenAtMs !== null && b.takenAtMs !== null && a.takenAtMs !== b.takenAtMs;
}

export function judge({ a, b, comparison, likeness, threshold, sameData }: Evidence): Verdict {
  if (sameData) return { class: 'identical', distance: 0 };
  const aligned =
    comparison && comparison.structure >= oneExposure && comparison.overlap >= leastOverlap
      ? comparison
      : null;
  const distance = Math.min(
    1,
    Math.max(0, 1 - Math.max(comparison?.structure ?? 0, Number.isNaN(likeness) ? 0 : likeness)),
  );
  const apartMs = a.takenAtMs !== null && b.takenAtMs !== null ? Math.abs(a.takenAtMs - b.takenAtMs) : null;
  if (aligned && !otherMoment(a, b)) {
    if (isReEncoded(aligned, a, b)) return { class: 're-encoded', distance };
    return { class: isNextExposure(aligned, a, b) ? 'burst' : 'edited', distance };
  }
  const sameScene = aligned !== null || likeness >= threshold;
  if (!sameScene) return { class: 'none', distance };
  const otherCamera = a.camera !== null && b.camera !== null && a.camera !== b.camera;
  return { class: apartMs !== null && apartMs <= burstMs && !otherCamera ? 'burst' : 'similar', distance };
}

function isReEncoded(found: Comparison, a: JudgedBy, b: JudgedBy): boolean {
  const { structure, gain, bias, colour, detail, residual } = sameTones;
  return (
    isIdentity(found.affine, placed(a, b)) &&
    !isStretched(a, b) &&
    found.structure >= structure &&
    Math.abs(found.gain - 1) <= gain &&
    Math.abs(found.bias) <= bias &&
    found.colour !== null &&
    found.colour <= colour &&
    found.residual <= residual &&
    Math.min(found.detail, 1 / found.detail) >= detail
  );
}

/** Of different shape, by more than the pixel that rounding a size makes. */
function isStretched(a: JudgedBy, b: JudgedBy): boolean {
  return Math.abs(Math.log((a.width * b.height) / (a.height * b.width))) >= 0.004 + 1.5 / shorter(a, b);
}

/**
 * Another exposure from nearly the same place: by hand within the second, or frames that say no time. Upright, of one shape and
 * tone, and moved, turned or scaled too little for an edit; a photo that says the very moment of the other and lies whole within
 * it was straightened or trimmed.
 */
function isNextExposure({ affine, colour }: Comparison, a: JudgedBy, b: JudgedBy): boolean {
  const [p, q, , s, t] = affine;
  const still = Math.max(Math.abs(p - 1), Math.abs(q), Math.abs(s), Math.abs(t - 1)) < slight;
  if (!still || isIdentity(affine, placed(a, b)) || isStretched(a, b)) return false;
  if (colour !== null && colour > toned) return false;
  return !(a.takenAtMs !== null && a.takenAtMs === b.takenAtMs && isWithin(affine, placed(a, b)));
}

/** One lies whole within the other. */
function isWithin(affine: Affine, slack: number): boolean {
  const whole = ([a, b, c, d, e, f]: Affine) =>
    [0, 1].every((x) =>
      [0, 1].every((y) =>
        [a * x + b * y + c, d * x + e * y + f].every((at) => at >= -slack && at <= 1 + slack),
      ),
    );
  return whole(affine) || whole(inverse(affine));
}
