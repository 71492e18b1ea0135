/** A photo's way to its faces: found, turned upright, described; a picture of each is written. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowOf, toUnit } from '../../models/embedding.ts';
import type { Session } from '../../models/inference.ts';
import { type Pixels, cutOut, jpegOf, readPixels } from '../../models/pixels.ts';
import type { Outcome } from '../contract/engine.ts';
import { systemError, toErrorData } from '../contract/errors.ts';
import type { Box, FoundFace } from '../contract/people.ts';
import { type Points, type Similarity, drawAligned } from './align-face.ts';
import { type FoundBox, detectFaces } from './detect-faces.ts';
import type { FaceNetworks } from './face-networks.ts';
import { faceQuality, sharpness } from './face-quality.ts';
import { fivePoints, pointsOnPhoto, turn, uprightSquare } from './face-shape.ts';

/** Longer side of the working copy, px: a face of 40 px in 12 megapixels is still 20 px wide. */
const workingSide = 2048;
const landmarksSide = 112;
const descriptorSide = 150;
/** Faces that pass a network together. */
const together = 16;
/** px of a face's picture, and how much of the photo it shows around the box. */
const cropSide = 160;
const cropRoom = 1.6;

export interface PhotoToSearch {
  readonly path: string;
  readonly hash: string;
  /** Faces that a person drew; they are described whatever the detector thinks of them. */
  readonly boxes?: readonly Box[];
}

/**
 * Finds the faces of photos, one photo after the other.
 * @param crops  folder that takes a picture of each face, HASH-N.jpg; null for none.
 * @returns for each photo its faces, the surest first, those that were drawn last; or why it could not be read.
 * @throws LikenessError disk-full where the pictures of faces cannot be written.
 * Cost: 0.13 s CPU for a photo of one face, of which 45 ms a face; up to 1 s more for a group.
 */
export async function findFaces(
  photos: readonly PhotoToSearch[],
  networks: FaceNetworks,
  crops: string | null,
): Promise<Outcome<{ faces: readonly FoundFace[] }>[]> {
  const outcomes: Outcome<{ faces: readonly FoundFace[] }>[] = [];
  for (const photo of photos) {
    try {
      const pixels = await readPixels(photo.path, { longSide: workingSide });
      const found = await detectFaces(pixels, networks.detector, networks.card.leastScore);
      const drawn = (photo.boxes ?? []).map((box) => boxOn(pixels, box));
      const faces = await describeFaces(pixels, [...found, ...drawn], networks);
      if (crops !== null) await writeCrops(pixels, [...found, ...drawn], join(crops, photo.hash));
      outcomes.push({ ok: true, faces });
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code === 'disk-full') throw thrown;
      outcomes.push({ ok: false, error });
    }
  }
  return outcomes;
}

async function describeFaces(
  pixels: Pixels,
  boxes: readonly FoundBox[],
  networks: FaceNetworks,
): Promise<FoundFace[]> {
  const faces: FoundFace[] = [];
  for (let from = 0; from < boxes.length; from += together) {
    const group = boxes.slice(from, from + together);
    const points = await pointsOf(pixels, group, networks.landmarks);
    const squares = points.map((one) => uprightSquare(one, descriptorSide));
    const { descriptors, sharp } = await described(pixels, squares, networks);
    for (const [i, box] of group.entries()) {
      const longer = Math.max(box.width, box.height);
      const looks = { score: box.score, size: longer, turn: turn(points[i]!), sharpness: sharp[i]! };
      faces.push({
        box: shareOf(pixels, box),
        points: fivePoints(points[i]!).map((value, at) =>
          within(value / (at % 2 === 0 ? pixels.width : pixels.height)),
        ),
        score: box.score,
        quality: faceQuality(looks),
        descriptor: descriptors[i]!,
      });
    }
  }
  return faces;
}

/** Features of faces: seen as they are and mirrored, and averaged, which halves the network's trembling. */
async function pointsOf(pixels: Pixels, boxes: readonly FoundBox[], network: Session): Promise<Points[]> {
  const squares = boxes.map(({ left, top, width, height }): Similarity => {
    const side = Math.max(width, height);
    return {
      a: side / landmarksSide,
      b: 0,
      c: left + (width - side) / 2,
      d: top + (height - side) / 2,
    };
  });
  const { points } = await network.run({ image: drawnBothWays(pixels, squares, landmarksSide) }, ['points']);
  const width = points!.dims[1]!;
  const rows = points!.data as Float32Array;
  return squares.map((square, i) => {
    const plain = pointsOnPhoto(rowOf(rows, 2 * i, width), square, landmarksSide, false);
    const turned = pointsOnPhoto(rowOf(rows, 2 * i + 1, width), square, landmarksSide, true);
    return plain.map((value, at) => (value + turned[at]!) / 2);
  });
}

/** Descriptors of faces as they are and mirrored, averaged: measured in docs/people.md. */
async function described(pixels: Pixels, squares: readonly Similarity[], { descriptor, card }: FaceNetworks) {
  const image = drawnBothWays(pixels, squares, descriptorSide);
  const made = await descriptor.run({ image }, ['descriptor']);
  const rows = made['descriptor']!.data as Float32Array;
  const descriptors = squares.map((_, i) => {
    const plain = rowOf(rows, 2 * i, card.dim);
    const turned = rowOf(rows, 2 * i + 1, card.dim);
    return toUnit(plain.map((value, at) => value + turned[at]!));
  });
  const length = 3 * descriptorSide * descriptorSide;
  const sharp = squares.map((_, i) => sharpness(image.data, 2 * i * length, descriptorSide));
  return { descriptors, sharp };
}

/** [2 B, 3, S, S]: each square as it is, and mirrored. */
function drawnBothWays(pixels: Pixels, squares: readonly Similarity[], side: number) {
  const data = new Float32Array(2 * squares.length * 3 * side * side);
  for (const [i, square] of squares.entries()) {
    drawAligned(pixels, square, side, data, 2 * i);
    drawAligned(pixels, square, side, data, 2 * i + 1, true);
  }
  return { data, dims: [2 * squares.length, 3, side, side] };
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
