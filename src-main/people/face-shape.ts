/** The shape of a face: 68 points, where they lie on a usual one, and what they tell of how a face is turned. */
import { type Points, type Similarity, fitSimilarity } from './align-face.ts';

/** Points of the iBUG 300-W set: Sagonas et al. 2013, “300 Faces in-the-Wild Challenge”. */
export const pointCount = 68;

/**
 * Where points 17 to 67 lie on an average face, 0..1 of the box around them: what the descriptor's faces were turned to.
 * Source: dlib's get_face_chip_details (Boost Software License), dlib/image_transforms/interpolation.h.
 */
const usualX = [
  0.000213256, 0.0752622, 0.18113, 0.29077, 0.393397, 0.586856, 0.689483, 0.799124, 0.904991, 0.98004,
  0.490127, 0.490127, 0.490127, 0.490127, 0.36688, 0.426036, 0.490127, 0.554217, 0.613373, 0.121737, 0.187122,
  0.265825, 0.334606, 0.260918, 0.182743, 0.645647, 0.714428, 0.793132, 0.858516, 0.79751, 0.719335, 0.254149,
  0.340985, 0.428858, 0.490127, 0.551395, 0.639268, 0.726104, 0.642159, 0.556721, 0.490127, 0.423532,
  0.338094, 0.290379, 0.428096, 0.490127, 0.552157, 0.689874, 0.553364, 0.490127, 0.42689,
];
const usualY = [
  0.106454, 0.038915, 0.0187482, 0.0344891, 0.0773906, 0.0773906, 0.0344891, 0.0187482, 0.038915, 0.106454,
  0.203352, 0.307009, 0.409805, 0.515625, 0.587326, 0.609345, 0.628106, 0.609345, 0.587326, 0.216423,
  0.178758, 0.179852, 0.231733, 0.245099, 0.244077, 0.231733, 0.179852, 0.178758, 0.216423, 0.244077,
  0.245099, 0.780233, 0.745405, 0.727388, 0.742578, 0.727388, 0.745405, 0.780233, 0.864805, 0.902192,
  0.909281, 0.902192, 0.864805, 0.784792, 0.778746, 0.785343, 0.778746, 0.784792, 0.824182, 0.831803,
  0.824182,
];
const firstUsual = 17;

/** Brows move with the mood, the lower lip with speech: dlib leaves both out, and so do we. */
const steady = usualX
  .map((_, i) => firstUsual + i)
  .filter((point) => point > 26 && (point < 55 || point > 59));

/** Room around the box, in shares of it, on each side. */
const room = 0.25;

/** For each point the one that it becomes when left and right are exchanged. */
const mirrored = [
  16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 27, 28,
  29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59,
  58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65,
];

/** Takes a square of `side` px, in which the face stands upright at its usual place, to the photo. */
export function uprightSquare(points: Points, side: number): Similarity {
  const place = (usual: number) => ((room + usual) / (2 * room + 1)) * side;
  return fitSimilarity(
    steady.flatMap((point) => [place(usualX[point - firstUsual]!), place(usualY[point - firstUsual]!)]),
    steady.flatMap((point) => [points[2 * point]!, points[2 * point + 1]!]),
  );
}

/**
 * Points that a network saw on a square, on the photo.
 * @param seen  0..1 of the square. @param turned  the square was mirrored.
 */
export function pointsOnPhoto(
  seen: ArrayLike<number>,
  { a, b, c, d }: Similarity,
  side: number,
  turned: boolean,
): Points {
  const points = new Float64Array(2 * pointCount);
  for (let point = 0; point < pointCount; point++) {
    const from = turned ? mirrored[point]! : point;
    const x = (turned ? 1 - seen[2 * from]! : seen[2 * from]!) * side;
    const y = seen[2 * from + 1]! * side;
    points[2 * point] = a * x - b * y + c;
    points[2 * point + 1] = b * x + a * y + d;
  }
  return points;
}

/** Middles of the eyes (left in the picture first), tip of the nose, corners of the mouth: flat x, y. */
export function fivePoints(points: Points): number[] {
  return [
    ...middle(points, 36, 41),
    ...middle(points, 42, 47),
    ...middle(points, 30, 30),
    ...middle(points, 48, 48),
    ...middle(points, 54, 54),
  ];
}

/**
 * How far the face is turned to a side: the nose's way from between the eyes, in distances of the eyes; 0 for one seen from the front.
 * @param five  as `fivePoints` gives them.
 */
export function turn(five: readonly number[]): number {
  const [leftX, leftY, rightX, rightY, noseX, noseY] = five as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [acrossX, acrossY] = [rightX - leftX, rightY - leftY];
  const length = acrossX ** 2 + acrossY ** 2;
  if (length === 0) return 1;
  const along = (noseX - (leftX + rightX) / 2) * acrossX + (noseY - (leftY + rightY) / 2) * acrossY;
  return Math.abs(along) / length;
}

function middle(points: Points, first: number, last: number): [number, number] {
  let [x, y] = [0, 0];
  for (let point = first; point <= last; point++) {
    x += points[2 * point]!;
    y += points[2 * point + 1]!;
  }
  const count = last - first + 1;
  return [x / count, y / count];
}
