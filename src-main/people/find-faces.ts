/** A photo's way to its faces: found, turned upright, described; a picture of each is written. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pixels, cutOut, jpegOf, readPixels } from '../../models/pixels.ts';
import type { EngineCalls } from '../contract/engine.ts';
import { systemError, toErrorData } from '../contract/errors.ts';
import type { Box, FoundFace } from '../contract/people.ts';
import { detectFaces } from './detect-faces.ts';
import type { FaceNetworks } from './face-networks.ts';
import { faceQuality } from './face-quality.ts';
import { turn } from './face-shape.ts';
import type { FoundBox } from './families/face-family.ts';

/** Longer side of the working copy, px: a face of 40 px in 12 megapixels is still 20 px wide. */
const workingSide = 2048;
/** px of a face's picture, and how much of the photo it shows around the box. */
const cropSide = 160;
const cropRoom = 1.6;

/** The score of a face that only a name told of: it is one, and the detector did not see it. */
const readScore = 0.5;
/** Two boxes of one face differ in area by less. */
const mostLarger = 8;

export interface PhotoToSearch {
  readonly path: string;
  readonly hash: string;
  /** Faces that a person drew; they are described whatever the detector thinks of them. */
  readonly boxes?: readonly Box[];
}

/**
 * Finds the faces of photos, one photo after the other.
 * @param options  `crops`: folder that takes a picture of each face, HASH-N.jpg; null for none.
 * @returns for each photo its faces, the surest first, then those that only their names told of, those that were drawn last; or why
 * it could not be read.
 * @throws LikenessError disk-full where the pictures of faces cannot be written.
 * Cost, for the built-in family: 0.13 s CPU for a photo of one face, of which 45 ms a face; up to 1 s more for a group.
 */
export async function findFaces(
  photos: readonly PhotoToSearch[],
  networks: FaceNetworks,
  {
    crops,
    named = async () => [],
  }: {
    readonly crops: string | null;
    /** Faces that another program named, of a photo that is shown in so many px. */
    readonly named?: (
      path: string,
      shown: { readonly width: number; readonly height: number },
    ) => Promise<readonly { readonly name: string; readonly box: Box }[]>;
  },
): Promise<EngineCalls['findFaces'][1]> {
  const outcomes: EngineCalls['findFaces'][1][number][] = [];
  for (const photo of photos) {
    try {
      const pixels = await readPixels(photo.path, { longSide: workingSide });
      const detected = await detectFaces(pixels, networks.family, networks.card.leastScore);
      const drawn = (photo.boxes ?? []).map((box) => boxOn(pixels, box));
      const regions = (await named(photo.path, { width: pixels.fullWidth, height: pixels.fullHeight })).map(
        ({ name, box }) => ({ name, box: boxOn(pixels, box) }),
      );
      const { found, names } = withNamed(detected, drawn, regions);
      const boxes = [...found, ...drawn];
      const faces = await describeFaces(pixels, boxes, networks);
      if (crops !== null) await writeCrops(pixels, boxes, join(crops, photo.hash));
      outcomes.push({ ok: true, faces, names });
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code === 'disk-full') throw thrown;
      outcomes.push({ ok: false, error });
    }
  }
  return outcomes;
}

interface NamedBox {
  readonly name: string;
  readonly box: FoundBox;
}

/** Gives each name its face. Where the detector found none, the name's own box is one. */
function withNamed(
  detected: readonly FoundBox[],
  drawn: readonly FoundBox[],
  regions: readonly NamedBox[],
): { found: FoundBox[]; names: { at: number; name: string }[] } {
  const known = [...detected, ...drawn];
  const taken = new Set<number>();
  const homes = regions.map(({ box }) => {
    let [best, least] = [-1, Infinity];
    for (const [i, face] of known.entries()) {
      if (taken.has(i) || !meet(box, face)) continue;
      const apart = Math.hypot(middle(box).x - middle(face).x, middle(box).y - middle(face).y);
      if (apart < least) [best, least] = [i, apart];
    }
    if (best >= 0) taken.add(best);
    return best;
  });
  const found = [...detected];
  const added = homes.map((home, i) =>
    home < 0 ? found.push({ ...regions[i]!.box, score: readScore }) - 1 : -1,
  );
  const more = found.length - detected.length;
  return {
    found,
    names: regions.map(({ name }, i) => {
      const home = homes[i]!;
      return { name, at: home < 0 ? added[i]! : home < detected.length ? home : home + more };
    }),
  };
}

/** Programs draw faces larger or smaller, but around the same middle. */
function meet(a: FoundBox, b: FoundBox): boolean {
  const holds = (box: FoundBox, { x, y }: { x: number; y: number }) =>
    x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.height;
  const [less, more] = [a.width * a.height, b.width * b.height].sort((one, other) => one - other) as [
    number,
    number,
  ];
  return holds(a, middle(b)) && holds(b, middle(a)) && more < mostLarger * less;
}

const middle = ({ left, top, width, height }: FoundBox) => ({ x: left + width / 2, y: top + height / 2 });

async function describeFaces(
  pixels: Pixels,
  boxes: readonly FoundBox[],
  { family }: FaceNetworks,
): Promise<FoundFace[]> {
  const seen = await family.describe(pixels, boxes);
  return boxes.map((box, i) => {
    const { points, descriptor, sharpness } = seen[i]!;
    const size = Math.max(box.width, box.height);
    return {
      box: shareOf(pixels, box),
      points: points.map((value, at) => within(value / (at % 2 === 0 ? pixels.width : pixels.height))),
      score: box.score,
      quality: faceQuality({ score: box.score, size, turn: turn(points), sharpness }),
      descriptor,
    };
  });
}

/** @param start  of the file's path; N and the ending follow. */
async function writeCrops(pixels: Pixels, boxes: readonly FoundBox[], start: string): Promise<void> {
  for (const [n, box] of boxes.entries()) {
    const side = Math.max(
      1,
      Math.min(Math.round(cropRoom * Math.max(box.width, box.height)), pixels.width, pixels.height),
    );
    const place = (from: number, length: number, whole: number) =>
      Math.round(Math.min(Math.max(from + (length - side) / 2, 0), whole - side));
    const part = {
      left: place(box.left, box.width, pixels.width),
      top: place(box.top, box.height, pixels.height),
      width: side,
      height: side,
    };
    const { rgb } = await cutOut(pixels, part, { width: cropSide, height: cropSide });
    const path = `${start}-${n}.jpg`;
    try {
      await writeFile(path, await jpegOf(rgb, cropSide));
    } catch (thrown) {
      throw systemError(thrown) ?? thrown;
    }
  }
}

const within = (share: number) => Math.min(1, Math.max(0, share));

/** A box of a photo as shares of it; what lies beyond the edges is cut off. */
function shareOf({ width, height }: Pixels, box: FoundBox): Box {
  const [left, top] = [within(box.left / width), within(box.top / height)];
  const [right, bottom] = [within((box.left + box.width) / width), within((box.top + box.height) / height)];
  return [left, top, right - left, bottom - top];
}

/** A box that a person drew is sure. */
function boxOn({ width, height }: Pixels, [x, y, w, h]: Box): FoundBox {
  return { left: x * width, top: y * height, width: w * width, height: h * height, score: 1 };
}
