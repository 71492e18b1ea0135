/** What a family of networks does its own way: how it wants a photo, says where faces lie, and tells them apart. */
import type { Pixels } from '../../../models/pixels.ts';

/** A face as a detector marks it: px of the square that it saw. */
export interface MarkedFace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 0..1. */
  readonly score: number;
  /** Eyes (left in the picture first), tip of the nose, corners of the mouth: flat x, y. Left out by a detector that knows boxes only. */
  readonly points?: readonly number[];
}

/** A face on a photo: px of it; it may lie beyond its edges. */
export type FoundBox = MarkedFace;

/** What is told of a face from a closer look. */
export interface SeenFace {
  /** As in MarkedFace, px of the photo. */
  readonly points: readonly number[];
  /** Unit length. */
  readonly descriptor: Float32Array;
  /** Of the upright face: face-quality.ts. */
  readonly sharpness: number;
}

export interface FaceFamily {
  /** px of the square that the detector sees. */
  readonly side: number;
  /** Scores from here on hint at a face, 0..1. */
  readonly hint: number;
  /** The photo as the detector knows photos. */
  prepare(photo: Pixels): Pixels;
  /**
   * Marks the faces of a square.
   * @param image  [3, side, side] planes of red, green and blue, 0..255. @param leastScore  0..1.
   */
  mark(image: Float32Array, leastScore: number): Promise<readonly MarkedFace[]>;
  /** Looks closer at faces of a photo; also at boxes that only a person or a name told of. */
  describe(photo: Pixels, boxes: readonly FoundBox[]): Promise<readonly SeenFace[]>;
}
