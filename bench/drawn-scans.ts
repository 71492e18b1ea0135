/**
 * A folder of drawn grey pictures that look like scans through a microscope, sorted into ten kinds. The kinds differ in how
 * things are shaped and lie together and in nothing else: size, number, direction, brightness, contrast, which of bright and
 * dark is the ground, uneven light, focus and noise are drawn for every picture in the same way, whatever its kind.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../training/random.ts';

/** px. */
export const scanSide = 96;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Distance in px from a place to the nearest thing of the picture; below 0 inside. */
type Field = (x: number, y: number) => number;

interface Draw {
  readonly random: Random;
  /** px: about what a thing measures from its middle to its edge. */
  readonly size: number;
  /** How many things there are. */
  readonly count: number;
}

const anywhere = (random: Random): Point => ({
  x: random.uniform(-8, scanSide + 8),
  y: random.uniform(-8, scanSide + 8),
});
const some = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);
const nearest =
  <T>(things: readonly T[], distance: (thing: T, x: number, y: number) => number): Field =>
  (x, y) =>
    things.reduce((least, thing) => Math.min(least, distance(thing, x, y)), Infinity);
const toPoint = (point: Point, x: number, y: number) => Math.hypot(x - point.x, y - point.y);
const dots = (points: readonly Point[], radius: number) =>
  nearest(points, (point, x, y) => toPoint(point, x, y) - radius);

/** A line from one place to another. */
interface Stretch {
  readonly from: Point;
  readonly to: Point;
}

function toStretch({ from, to }: Stretch, x: number, y: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
}

function stretch(middle: Point, angle: number, half: number): Stretch {
  const [dx, dy] = [Math.cos(angle) * half, Math.sin(angle) * half];
  return { from: { x: middle.x - dx, y: middle.y - dy }, to: { x: middle.x + dx, y: middle.y + dy } };
}

const angleOf = (random: Random) => random.uniform(0, Math.PI);
const wall = 1.6;

const kinds: Readonly<Record<string, (draw: Draw) => Field>> = {
  discs: ({ random, size, count }) =>
    dots(
      some(count, () => anywhere(random)),
      size,
    ),
  rings: ({ random, size, count }) =>
    nearest(
      some(count, () => anywhere(random)),
      (point, x, y) => Math.abs(toPoint(point, x, y) - size) - wall,
    ),
  pairs: ({ random, size, count }) =>
    nearest(
      some(count, () => stretch(anywhere(random), random.uniform(0, 2 * Math.PI), 0.75 * size)),
      ({ from, to }, x, y) => Math.min(toPoint(from, x, y), toPoint(to, x, y)) - 0.7 * size,
    ),
  rods: ({ random, size, count }) =>
    nearest(
      some(count, () => stretch(anywhere(random), angleOf(random), 1.4 * size)),
      (each, x, y) => toStretch(each, x, y) - 0.4 * size,
    ),
  worms: ({ random, size, count }) => nearest(some(count, () => worm(random, size)).flat(), worms(size)),
  fibres: ({ random, size, count }) =>
    nearest(
      some(Math.ceil(count / 2), () => stretch(anywhere(random), angleOf(random), 2 * scanSide)),
      (each, x, y) => toStretch(each, x, y) - 0.25 * size,
    ),
  foam: ({ random, count }) => foam(some(count, () => anywhere(random))),
  clusters: ({ random, size, count }) => {
    const centres = some(Math.max(3, Math.round(count / 6)), () => anywhere(random));
    const points = some(2 * count, () => {
      const centre = centres[random.integer(centres.length)]!;
      return { x: centre.x + 1.5 * size * random.normal(), y: centre.y + 1.5 * size * random.normal() };
    });
    return dots(points, 0.4 * size);
  },
  lattice: ({ random, size, count }) => dots(lattice(random, 2 * count), 0.4 * size),
  scatter: ({ random, size, count }) =>
    dots(
      some(2 * count, () => anywhere(random)),
      0.4 * size,
    ),
};

export const scanKinds = Object.keys(kinds);

function worm(random: Random, size: number): Stretch[] {
  let [at, angle, bend] = [anywhere(random), random.uniform(0, 2 * Math.PI), 0];
  return some(7, () => {
    bend = 0.5 * bend + random.uniform(-0.7, 0.7);
    angle += bend;
    const to = { x: at.x + 0.8 * size * Math.cos(angle), y: at.y + 0.8 * size * Math.sin(angle) };
    const piece = { from: at, to };
    at = to;
    return piece;
  });
}

const worms = (size: number) => (piece: Stretch, x: number, y: number) =>
  toStretch(piece, x, y) - 0.25 * size;

/** Walls midway between each place's two nearest points. */
const foam =
  (points: readonly Point[]): Field =>
  (x, y) => {
    let [first, second] = [Infinity, Infinity];
    for (const point of points) {
      const distance = toPoint(point, x, y);
      if (distance < first) [first, second] = [distance, first];
      else if (distance < second) second = distance;
    }
    return (second - first) / 2 - wall;
  };

/** As many points as would be scattered, but in rows, turned by any angle and a little out of place. */
function lattice(random: Random, count: number): Point[] {
  const room = scanSide + 16;
  const step = room / Math.sqrt(count);
  const [angle, shiftX, shiftY] = [angleOf(random), random.uniform(0, step), random.uniform(0, step)];
  const half = Math.ceil((0.75 * room) / step);
  const points: Point[] = [];
  for (let row = -half; row <= half; row++)
    for (let column = -half; column <= half; column++) {
      const x = column * step + shiftX + 0.08 * step * random.normal();
      const y = row * step + shiftY + 0.08 * step * random.normal();
      points.push({
        x: scanSide / 2 + x * Math.cos(angle) - y * Math.sin(angle),
        y: scanSide / 2 + x * Math.sin(angle) + y * Math.cos(angle),
      });
    }
  return points;
}

/** Bytes of one picture, row by row. */
export function drawScan(kind: string, random: Random): Uint8Array {
  const size = random.uniform(5, 9);
  const count = Math.round(random.uniform(0.8, 1.5) * (900 / size ** 2) + 4);
  const field = kinds[kind]!({ random, size, count });
  const edge = random.uniform(0.6, 2); // how far out of focus, px
  const ground = random.uniform(60, 190);
  const step = random.uniform(25, 60) * (random.uniform() < 0.5 ? 1 : -1);
  const [lightX, lightY] = [random.uniform(-20, 20), random.uniform(-20, 20)];
  const noise = random.uniform(4, 14);
  const bytes = new Uint8ClampedArray(scanSide ** 2);
  for (let y = 0; y < scanSide; y++)
    for (let x = 0; x < scanSide; x++) {
      const inside = 1 / (1 + Math.exp((2 * field(x, y)) / edge));
      const light = lightX * (x / scanSide - 0.5) + lightY * (y / scanSide - 0.5);
      bytes[y * scanSide + x] = ground + step * inside + light + noise * random.normal();
    }
  return new Uint8Array(bytes.buffer);
}

/** Writes PNG files, one folder a kind. @param each  how many of each kind. */
export async function writeScans(folder: string, each: number, seed: number): Promise<void> {
  const raw = { width: scanSide, height: scanSide, channels: 1 } as const;
  for (const kind of scanKinds) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (let i = 0; i < each; i++)
      await sharp(drawScan(kind, new Random(seed, kind, i)), { raw })
        .png()
        .toFile(join(folder, kind, `${String(i).padStart(4, '0')}.png`));
  }
}
