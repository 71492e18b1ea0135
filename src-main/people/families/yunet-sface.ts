/**
 * YuNet, a detector that marks five points of each face, and SFace, a descriptor of faces turned upright by these.
 * Source: Wu, Peng and Yu 2023, “YuNet: A Tiny Millisecond-level Face Detector”; Zhong et al. 2021, “SFace: Sigmoid-Constrained
 * Hypersphere Loss for Robust Face Recognition”; what goes in and comes out as OpenCV's FaceDetectorYN and FaceRecognizerSF have it.
 */
import { rowOf, toUnit } from '../../../models/embedding.ts';
import type { Session } from '../../../models/inference.ts';
import type { Pixels } from '../../../models/pixels.ts';
import { type Similarity, drawAligned, drawnBothWays, fitSimilarity, squareAround } from '../align-face.ts';
import { sharpness } from '../face-quality.ts';
import type { FaceFamily, FoundBox, MarkedFace, SeenFace } from './face-family.ts';

/** The file of March 2023 takes this square and no other. */
const detectorSide = 640;
/** px between the middles of two cells, for each size of cell. */
const strides = [8, 16, 32] as const;
const descriptorSide = 112;

/** Where eyes, nose and mouth belong on the square, px: pixel indices, whose middle lies half a pixel further. */
const usualPoints = [
  38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041,
].map((px) => px + 0.5);

/** A face that a person drew is looked for in a square this much larger than its box, with less doubt than elsewhere. */
const roomAround = 2;
const drawnScore = 0.3;

export interface YunetSfaceNetworks {
  readonly detector: Session;
  readonly descriptor: Session;
}

export function yunetSface({ detector, descriptor }: YunetSfaceNetworks, dim: number): FaceFamily {
  return {
    side: detectorSide,
    hint: 0.3,
    prepare: (photo) => photo,
    mark: (image, leastScore) => marked(image, leastScore, detector),
    async describe(photo, boxes) {
      const faces: SeenFace[] = [];
      for (const box of boxes) {
        const points = box.points ?? (await pointsWithin(photo, box, detector));
        faces.push({ ...(await described(photo, points, descriptor, dim)), points });
      }
      return faces;
    },
  };
}

async function marked(image: Float32Array, leastScore: number, detector: Session): Promise<MarkedFace[]> {
  const plane = detectorSide * detectorSide;
  // It learned from blue, green, red.
  const data = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++)
    data.set(image.subarray(channel * plane, (channel + 1) * plane), (2 - channel) * plane);
  const made = await detector.run({ input: { data, dims: [1, 3, detectorSide, detectorSide] } });
  const faces: MarkedFace[] = [];
  for (const stride of strides) {
    const [cls, obj, bbox, kps] = ['cls', 'obj', 'bbox', 'kps'].map(
      (name) => made[`${name}_${stride}`]!.data as Float32Array,
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const columns = detectorSide / stride;
    for (let cell = 0; cell < cls.length; cell++) {
      const score = Math.sqrt(share(cls[cell]!) * share(obj[cell]!));
      if (score < leastScore) continue;
      const [column, row] = [cell % columns, Math.floor(cell / columns)];
      const [dx, dy, w, h] = bbox.subarray(4 * cell, 4 * cell + 4) as unknown as number[];
      const [width, height] = [Math.exp(w!) * stride, Math.exp(h!) * stride];
      const points = Array.from(
        kps.subarray(10 * cell, 10 * cell + 10),
        (d, i) => (d + (i % 2 === 0 ? column : row)) * stride,
      );
      faces.push({
        left: (column + dx!) * stride - width / 2,
        top: (row + dy!) * stride - height / 2,
        width,
        height,
        score,
        points,
      });
    }
  }
  return faces;
}

const share = (value: number) => Math.min(1, Math.max(0, value));

/** Points of a face that somebody says is in a box: the detector's, where it sees one there, else where they usually lie. */
async function pointsWithin(photo: Pixels, box: FoundBox, detector: Session): Promise<readonly number[]> {
  const square = squareAround(box, detectorSide, roomAround);
  const image = new Float32Array(3 * detectorSide * detectorSide);
  drawAligned(photo, square, detectorSide, image, 0);
  const middle = detectorSide / 2;
  let best: MarkedFace | null = null;
  for (const face of await marked(image, drawnScore, detector)) {
    const around =
      Math.abs(face.left + face.width / 2 - middle) < face.width / 2 &&
      Math.abs(face.top + face.height / 2 - middle) < face.height / 2;
    if (around && face.score > (best?.score ?? 0)) best = face;
  }
  if (best?.points) return onPhoto(best.points, square);
  return onPhoto(usualPoints, squareAround(box, descriptorSide));
}

function onPhoto(points: readonly number[], { a, b, c, d }: Similarity): number[] {
  return points.map((value, i) =>
    i % 2 === 0 ? a * value - b * points[i + 1]! + c : b * points[i - 1]! + a * value + d,
  );
}

/** As it is and mirrored, averaged; one face at a time, as the file wants it. */
async function described(photo: Pixels, points: readonly number[], network: Session, dim: number) {
  const square = fitSimilarity(usualPoints, points);
  const { data } = drawnBothWays(photo, [square], descriptorSide);
  const length = 3 * descriptorSide * descriptorSide;
  const sum = new Float32Array(dim);
  for (const way of [0, 1]) {
    const image = {
      data: data.subarray(way * length, (way + 1) * length),
      dims: [1, 3, descriptorSide, descriptorSide],
    };
    const { fc1 } = await network.run({ data: image }, ['fc1']);
    const row = toUnit(rowOf(fc1!.data as Float32Array, 0, dim));
    for (let i = 0; i < dim; i++) sum[i]! += row[i]!;
  }
  return { descriptor: toUnit(sum), sharpness: sharpness(data, 0, descriptorSide) };
}
