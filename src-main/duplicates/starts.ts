/** Where two pictures might lie on each other: turned, mirrored, cut out of one another, or tilted. */
import { type Affine, type Look, after, inverse } from './plane.ts';
import { likenessAt, structureAt } from './structure.ts';

/** The eight ways to turn and mirror a picture; as it is comes first. */
export const orientations: readonly Affine[] = [
  [1, 0, 0, 0, 1, 0],
  [-1, 0, 1, 0, 1, 0],
  [1, 0, 0, 0, -1, 1],
  [-1, 0, 1, 0, -1, 1],
  [0, 1, 0, 1, 0, 0],
  [0, -1, 1, 1, 0, 0],
  [0, 1, 0, -1, 0, 1],
  [0, -1, 1, -1, 0, 1],
];
/** Cut-outs and tilts are looked for as it is and mirrored alone: nobody turns a picture upside down and crops it, too. */
const upright = orientations.slice(0, 2);

/** Share of the larger picture's side that a cut-out leaves. */
const scales = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42];
/** Steps between the places of a cut-out, of the side: half of what refinement reaches. */
const stride = 0.07;
const tilts = [-40, -25, -12, 12, 25, 40];
const zooms = [0.7, 0.85, 1, 1.2, 1.45];
/** Cut-outs that are looked at closer. */
const shortlisted = 30;
/** Structure that they have then, at least: 0.46 in true ones, of 456. */
const leastCut = 0.35;
/** As it is and this alike: nothing else is looked for. */
const plainly = 0.985;

export interface Start {
  readonly affine: Affine;
  /** Correlation, less where little overlaps. */
  readonly likeness: number;
}

/** The best of each kind, the likeliest first. */
export function starts(a: Look, b: Look): readonly Start[] {
  const [from, to] = [a.planes[16], b.planes[16]];
  const rated = (affine: Affine): Start => ({ affine, likeness: likenessAt(from, to, affine) });
  const whole = orientations.map(rated).sort(falling);
  const [best] = whole;
  const turned = best!.affine[0] === 0;
  const stretch = turned ? a.aspect * b.aspect : a.aspect / b.aspect;
  if (best!.likeness > plainly && Math.abs(Math.log(stretch)) < 0.05) return [best!];
  // What is smooth is alike in many places: small parts tell them apart.
  const closer = ({ affine }: Start): Start => ({
    affine,
    likeness: structureAt(a.planes[24], b.planes[24], affine, 4),
  });
  const cuts = [...cutOuts(a.aspect, b.aspect)]
    .map(rated)
    .sort(falling)
    .slice(0, shortlisted)
    .map(closer)
    .filter(({ likeness }) => likeness > leastCut)
    .sort(falling);
  const tilted = [...turns(a.aspect, b.aspect)].map(rated).sort(falling);
  return [...apart(whole, 2), ...apart(cuts, 3), ...apart(tilted, 2)];
}

const falling = (one: Start, other: Start) => other.likeness - one.likeness;

/** The first few that are not nearly the same. */
function apart(sorted: readonly Start[], count: number): Start[] {
  const kept: Start[] = [];
  for (const start of sorted) {
    if (kept.length === count) break;
    const near = ({ affine }: Start) => affine.every((value, i) => Math.abs(value - start.affine[i]!) < 0.15);
    if (!kept.some(near)) kept.push(start);
  }
  return kept;
}

/** One is a part of the other, not stretched: the aspects of both tell how. */
function* cutOuts(aspectA: number, aspectB: number): Generator<Affine> {
  for (const bInA of [true, false]) {
    const [larger, smaller] = bInA ? [aspectA, aspectB] : [aspectB, aspectA];
    const [fullX, fullY] = [Math.min(1, smaller / larger), Math.min(1, larger / smaller)];
    for (const scale of [1, ...scales]) {
      const [width, height] = [fullX * scale, fullY * scale];
      if (width < 0.28 || height < 0.28 || (width > 0.99 && height > 0.99)) continue;
      for (const left of places(1 - width))
        for (const top of places(1 - height)) {
          const part: Affine = [1 / width, 0, -left / width, 0, 1 / height, -top / height];
          for (const turn of upright) yield after(turn, bInA ? part : inverse(part));
        }
    }
  }
}

function places(room: number): number[] {
  const steps = Math.round(room / stride);
  return steps === 0 ? [room / 2] : Array.from({ length: steps + 1 }, (_, i) => (room * i) / steps);
}

/** Turned by some degrees about the middle, and larger or smaller. */
function* turns(aspectA: number, aspectB: number): Generator<Affine> {
  // Both pictures are thought of as equally large.
  const height = Math.sqrt(aspectA / aspectB);
  const width = aspectB * height;
  for (const degrees of tilts)
    for (const zoom of zooms) {
      const cos = Math.cos((degrees * Math.PI) / 180) * zoom;
      const sin = Math.sin((degrees * Math.PI) / 180) * zoom;
      const [a, b, d, e] = [(cos * aspectA) / width, -sin / width, (sin * aspectA) / height, cos / height];
      yield [a, b, 0.5 - 0.5 * a - 0.5 * b, d, e, 0.5 - 0.5 * d - 0.5 * e];
    }
}
