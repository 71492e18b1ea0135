/** The networks of face-api: a detector of boxes, 68 points, and dlib's descriptor. */
import { rowOf, toUnit } from '../../../models/embedding.ts';
import type { Session } from '../../../models/inference.ts';
import type { Pixels } from '../../../models/pixels.ts';
import { type Points, type Similarity, drawnBothWays, squareAround } from '../align-face.ts';
import { sharpness } from '../face-quality.ts';
import { fivePoints, pointsOnPhoto, uprightSquare } from '../face-shape.ts';
import { warmGreys } from '../warm-greys.ts';
import type { FaceFamily, FoundBox, MarkedFace, SeenFace } from './face-family.ts';

const detectorSide = 512;
const landmarksSide = 112;
const descriptorSide = 150;
/** Faces that pass a network together. */
const together = 16;

export interface FaceApiNetworks {
  readonly detector: Session;
  readonly landmarks: Session;
  readonly descriptor: Session;
}

/** @param dim  numbers in a descriptor. */
export function faceApi({ detector, landmarks, descriptor }: FaceApiNetworks, dim: number): FaceFamily {
  return {
    side: detectorSide,
    hint: 0.04,
    // The detector learned from coloured photos.
    prepare: warmGreys,
    mark: (image, leastScore) => marked(image, leastScore, detector),
    async describe(photo, boxes) {
      const faces: SeenFace[] = [];
      for (let from = 0; from < boxes.length; from += together) {
        const points = await pointsOf(photo, boxes.slice(from, from + together), landmarks);
        const squares = points.map((one) => uprightSquare(one, descriptorSide));
        const seen = await described(photo, squares, descriptor, dim);
        faces.push(...seen.map((face, i) => ({ ...face, points: fivePoints(points[i]!) })));
      }
      return faces;
    },
  };
}

async function marked(image: Float32Array, leastScore: number, detector: Session): Promise<MarkedFace[]> {
  const side = detectorSide;
  const { boxes, scores } = await detector.run({ image: { data: image, dims: [1, 3, side, side] } });
  const faces: MarkedFace[] = [];
  for (const [i, score] of (scores!.data as Float32Array).entries()) {
    if (score < leastScore) continue;
    const [top, left, bottom, right] = (boxes!.data as Float32Array).subarray(4 * i, 4 * i + 4);
    const [width, height] = [(right! - left!) * side, (bottom! - top!) * side];
    faces.push({ left: left! * side, top: top! * side, width, height, score });
  }
  return faces;
}

/** Features of faces: seen as they are and mirrored, and averaged, which halves the network's trembling. */
async function pointsOf(photo: Pixels, boxes: readonly FoundBox[], network: Session): Promise<Points[]> {
  const squares = boxes.map((box) => squareAround(box, landmarksSide));
  const { points } = await network.run({ image: drawnBothWays(photo, squares, landmarksSide) }, ['points']);
  const width = points!.dims[1]!;
  const rows = points!.data as Float32Array;
  return squares.map((square, i) => {
    const plain = pointsOnPhoto(rowOf(rows, 2 * i, width), square, landmarksSide, false);
    const turned = pointsOnPhoto(rowOf(rows, 2 * i + 1, width), square, landmarksSide, true);
    return plain.map((value, at) => (value + turned[at]!) / 2);
  });
}

/** Descriptors of faces as they are and mirrored, averaged: measured in docs/people.md. */
async function described(photo: Pixels, squares: readonly Similarity[], network: Session, dim: number) {
  const image = drawnBothWays(photo, squares, descriptorSide);
  const made = await network.run({ image }, ['descriptor']);
  const rows = made['descriptor']!.data as Float32Array;
  const length = 3 * descriptorSide * descriptorSide;
  return squares.map((_, i) => {
    const plain = rowOf(rows, 2 * i, dim);
    const turned = rowOf(rows, 2 * i + 1, dim);
    return {
      descriptor: toUnit(plain.map((value, at) => value + turned[at]!)),
      sharpness: sharpness(image.data, 2 * i * length, descriptorSide),
    };
  });
}
