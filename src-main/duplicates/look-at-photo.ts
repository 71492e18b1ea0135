/** What a photo is looked up and judged by: prints, sharpness and exposure, from its thumbnail where that is there. */
import { existsSync } from 'node:fs';
import { type Pixels, type ReadPhoto, readPixels } from '../../models/pixels.ts';
import { thumbnailSides } from '../contract/engine.ts';
import { lookAt } from './plane.ts';
import { printOf, printWithin } from './print.ts';

/** Another number whenever a look comes to something else: photos are then looked at anew. */
export const lookVersion = 1;

export interface PhotoLook {
  readonly print: Float32Array;
  /** Without its border; null where it has none. */
  readonly inner: Float32Array | null;
  /** Mean strength of the finest edges, values: to be compared among photos that show the same. */
  readonly sharpness: number;
  /** 1 where nothing is burnt out or drowned and the mean is in the middle, down to 0. */
  readonly exposure: number;
}

/** @param thumbnail  the photo's large thumbnail; made from the photo itself where it is not there. */
export async function lookAtPhoto(path: string, thumbnail: string): Promise<PhotoLook> {
  const pixels = await smallCopy(path, thumbnail, thumbnailSides.large);
  const look = await lookAt(pixels, pixels);
  return {
    print: printOf(look.planes[24]),
    inner: printWithin(look.planes[96]),
    ...clarityOf(pixels),
  };
}

/** @param side  px, the longer side at most. */
export async function smallCopy(path: string, thumbnail: string, side: number): Promise<ReadPhoto> {
  if (existsSync(thumbnail)) {
    try {
      return await readPixels(thumbnail, { longSide: side });
    } catch {
      // Cut short or removed meanwhile: the photo itself is there.
    }
  }
  return readPixels(path, { longSide: side });
}

/** Values at either end count as lost. */
const drowned = 4;
const burnt = 251;
/** Mean of a well exposed picture, values. */
const middle = 118;

function clarityOf({ rgb, width, height }: Pixels): Pick<PhotoLook, 'sharpness' | 'exposure'> {
  const grey = new Uint8Array(width * height);
  let [sum, lost] = [0, 0];
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    const value = (77 * rgb[at]! + 150 * rgb[at + 1]! + 29 * rgb[at + 2]!) >> 8;
    grey[i] = value;
    sum += value;
    if (value <= drowned || value >= burnt) lost += 1;
  }
  let [edges, counted] = [0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const curve = 4 * grey[at]! - grey[at - 1]! - grey[at + 1]! - grey[at - width]! - grey[at + width]!;
      edges += curve * curve;
      counted += 1;
    }
  const off = Math.abs(sum / grey.length - middle) / 128;
  return {
    sharpness: counted === 0 ? 0 : Math.sqrt(edges / counted),
    exposure: Math.max(0, 1 - lost / grey.length - 0.3 * Math.min(1, off)),
  };
}
