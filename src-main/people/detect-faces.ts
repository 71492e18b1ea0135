/**
 * Where faces lie on a photo. The whole photo is looked at once. Where that hints at a large face, it is looked at again at half the
 * size, since the detector knows faces that fill the picture least; where it shows small faces, or several, in tiles and larger,
 * since whoever photographs a group stands far off.
 */
import { type Part, type Pixels, cutOut } from '../../models/pixels.ts';
import type { FaceFamily, FoundBox } from './families/face-family.ts';

/** What is needed to find faces. */
type Detector = Pick<FaceFamily, 'side' | 'hint' | 'prepare' | 'mark'>;

/** Share of the smaller of two boxes from which they are one face: a box within another counts, which the union would hide. */
const sameFace = 0.45;

/** Longer side of the photo that is cut into tiles, px. */
const tiledSide = 1280;
/** px that neighbouring tiles share: a face that one of them cuts lies whole in the other. */
const overlap = 128;
/** A photo is never enlarged more than this for its tiles: there would be nothing more to see. */
const mostEnlarged = 2;
/** Faces below this height, as a share of the detector's square, ask for tiles; so do several faces. */
const smallFace = 56 / 512;
const severalFaces = 3;
/** A hint of a face above this height, as such a share, asks for a look from further away. */
const largeFace = 150 / 512;

/** A face that touches the edge of a tile within the photo is cut: the tile beside it has the whole of it. */
const edge = 3;

/**
 * Finds faces, the surest first.
 * @param leastScore  0..1.
 * Cost: for the built-in family, 80 ms CPU for the whole of a photo, as much again for each of up to nine tiles.
 */
export async function detectFaces(
  photo: Pixels,
  detector: Detector,
  leastScore: number,
): Promise<readonly FoundBox[]> {
  const { side } = detector;
  const pixels = detector.prepare(photo);
  const whole = { left: 0, top: 0, width: pixels.width, height: pixels.height };
  const scale = side / Math.max(pixels.width, pixels.height);
  const maybe = await look(pixels, whole, detector, Math.min(detector.hint, leastScore));
  const found = maybe.filter(({ score }) => score >= leastScore);
  if (maybe.some(({ height, score }) => height * scale > largeFace * side && score < leastScore))
    found.push(...(await look(pixels, whole, detector, leastScore, 0.5)));
  // What is nearly a small face is reason enough to look closer.
  const small = maybe.some(
    ({ height, score }) => height * scale < smallFace * side && score >= leastScore / 2,
  );
  const closer = Math.min(tiledSide / Math.max(pixels.width, pixels.height), mostEnlarged);
  if ((!small && found.length < severalFaces) || closer < 1.2 * scale) return distinct(found);
  for (const tile of tilesOf(pixels, Math.round(side / closer), Math.round(overlap / closer)))
    for (const box of await look(pixels, tile, detector, leastScore))
      if (isWhole(box, tile, pixels)) found.push(box);
  return distinct(found);
}

/** Looks at a part of a photo. @param share  of the detector's square that it takes, 0..1. */
async function look(
  pixels: Pixels,
  part: Part,
  { side, mark }: Detector,
  leastScore: number,
  share = 1,
): Promise<FoundBox[]> {
  const scale = (share * side) / Math.max(part.width, part.height);
  const [width, height] = [part.width, part.height].map((px) => Math.max(1, Math.round(px * scale))) as [
    number,
    number,
  ];
  const { rgb } = await cutOut(pixels, part, { width, height });
  // The rest of the square is black, as it was when the detector learned.
  const image = new Float32Array(3 * side * side);
  for (let y = 0, byte = 0; y < height; y++)
    for (let x = 0, at = y * side; x < width; x++, at++)
      for (let channel = 0; channel < 3; channel++) image[channel * side * side + at] = rgb[byte++]!;
  const found = (await mark(image, leastScore))
    .filter((box) => box.width > 0 && box.height > 0)
    .map(({ points, ...box }) => ({
      left: part.left + box.left / scale,
      top: part.top + box.top / scale,
      width: box.width / scale,
      height: box.height / scale,
      score: box.score,
      ...(points && {
        points: points.map((px, i) => px / scale + (i % 2 === 0 ? part.left : part.top)),
      }),
    }));
  return distinct(found);
}

/** Squares that cover a photo, each sharing an overlap with the next. */
function tilesOf({ width, height }: Pixels, tile: number, shared: number): Part[] {
  const starts = (length: number) => {
    if (length <= tile) return [0];
    const count = Math.ceil((length - shared) / (tile - shared));
    return Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)));
  };
  return starts(height).flatMap((top) =>
    starts(width).map((left) => ({
      left,
      top,
      width: Math.min(tile, width),
      height: Math.min(tile, height),
    })),
  );
}

/** Whether a face does not end at an edge of its tile that lies within the photo. */
function isWhole(box: FoundBox, tile: Part, { width, height }: Pixels): boolean {
  const [right, bottom] = [tile.left + tile.width, tile.top + tile.height];
  return (
    (tile.left === 0 || box.left > tile.left + edge) &&
    (tile.top === 0 || box.top > tile.top + edge) &&
    (right === width || box.left + box.width < right - edge) &&
    (bottom === height || box.top + box.height < bottom - edge)
  );
}

/** Of boxes that are one face the surest. */
function distinct(boxes: readonly FoundBox[]): FoundBox[] {
  const kept: FoundBox[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => shared(box, other) > sameFace)) kept.push(box);
  return kept;
}

/** Share of the smaller of two boxes that lies in the other, 0..1. */
function shared(a: FoundBox, b: FoundBox): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.width * a.height, b.width * b.height);
}
