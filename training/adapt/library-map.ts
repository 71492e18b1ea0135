/** What people see of the learning: where photos lie, and what lies nearest to some, before and now. */
import type { LearnMap, LearnNeighbours } from '../../src-main/contract/learn.ts';
import { nearestNeighbours } from '../evaluate/nearest-neighbours.ts';
import { type Rows, rowAt, takeRows } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import { type Positions, affinitiesOf, layOut, principalPlane } from './lay-out.ts';

/** Photos on the map at most, and photos whose neighbours are shown. */
const most = { mapped: 600, shown: 8, neighbours: 4 } as const;
/** Iterations that make the map, and that then move it. */
const turns = { first: 400, early: 100, moving: 100 } as const;

export interface LibraryMapOptions {
  /** [N, D], unit rows of whole photos as the base sees them. */
  readonly before: Rows;
  /** Rows of `before` that could be read. */
  readonly heldOut: Int32Array;
  readonly train: Int32Array;
  /** Absolute path of the photo of a row. */
  readonly path: (row: number) => string;
  readonly seed: number;
}

export class LibraryMap {
  readonly #options: LibraryMapOptions;
  readonly #mapped: readonly number[];
  readonly #shown: readonly number[];
  readonly #all: readonly number[];
  readonly #nearBefore: readonly (readonly string[])[];
  /** Where both maps set out from, so that they differ only by what was learned. */
  readonly #start: Positions;
  readonly #before: Positions;

  /** Cost with 600 photos: 2 s on a busy server core. */
  constructor(options: LibraryMapOptions) {
    const { before, heldOut, train, seed } = options;
    this.#options = options;
    this.#all = [...heldOut, ...train];
    const some = (rows: Int32Array, count: number) =>
      Array.from(new Random(seed, 'map').shuffle(rows.slice()).slice(0, Math.max(0, count)).sort());
    const held = some(heldOut, most.mapped);
    this.#mapped = [...held, ...some(train, most.mapped - held.length)];
    const mapped = takeRows(before, this.#mapped);
    const near = affinitiesOf(mapped);
    this.#start = layOut(near, principalPlane(mapped, seed), { iterations: turns.first, early: turns.early });
    this.#before = layOut(near, this.#start, { iterations: turns.moving, early: 0 });
    const asked = heldOut.length > 0 ? heldOut : train;
    this.#shown = spreadOut(before, asked, most.shown, seed);
    this.#nearBefore = this.#nearest(before);
  }

  /** @param now  [N, D], of the same photos. */
  draw(now: Rows): LearnMap {
    const { path } = this.#options;
    const near = affinitiesOf(takeRows(now, this.#mapped));
    const moved = layOut(near, this.#start, { iterations: turns.moving, early: 0 });
    const scale = 1 / Math.max(1e-9, ...this.#before.map(Math.abs), ...moved.map(Math.abs));
    const scaled = (positions: Positions) => Array.from(positions, (value) => round(value * scale));
    return { photos: this.#mapped.map(path), before: scaled(this.#before), now: scaled(moved) };
  }

  /** @param now  [N, D], of the same photos. */
  neighbours(now: Rows): LearnNeighbours[] {
    const nearNow = this.#nearest(now);
    return this.#shown.map((row, at) => ({
      photo: this.#options.path(row),
      before: this.#nearBefore[at]!,
      now: nearNow[at]!,
    }));
  }

  #nearest(rows: Rows): readonly (readonly string[])[] {
    const bank = takeRows(rows, this.#all);
    const { k, rows: found } = nearestNeighbours(takeRows(rows, this.#shown), bank, most.neighbours + 1);
    return this.#shown.map((self, at) =>
      [...found.subarray(at * k, (at + 1) * k)]
        .map((place) => this.#all[place]!)
        .filter((row) => row !== self)
        .slice(0, most.neighbours)
        .map(this.#options.path),
    );
  }
}

/** One by the seed, then always the one farthest from all so far. */
function spreadOut(rows: Rows, among: Int32Array, count: number, seed: number): number[] {
  if (among.length === 0) return [];
  const chosen = [among[new Random(seed, 'shown').integer(among.length)]!];
  const nearest = new Float64Array(among.length).fill(-1);
  while (chosen.length < Math.min(count, among.length)) {
    const last = rowAt(rows, chosen.at(-1)!);
    for (const [at, row] of among.entries()) {
      const other = rowAt(rows, row);
      let sum = 0;
      for (let d = 0; d < other.length; d++) sum += other[d]! * last[d]!;
      nearest[at] = row === chosen.at(-1) ? Infinity : Math.max(nearest[at]!, sum);
    }
    let best = 0;
    for (let at = 1; at < nearest.length; at++) if (nearest[at]! < nearest[best]!) best = at;
    chosen.push(among[best]!);
  }
  return chosen;
}

/** Four digits are finer than a pixel. */
const round = (value: number) => Math.round(value * 1e4) / 1e4;
