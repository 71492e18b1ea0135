/** Pictures for the tests of duplicates: drawn, no two alike, and edited as people edit them. */
import sharp, { type Sharp } from 'sharp';
import { type Look, type Plane, lookAt } from '../../src-main/duplicates/plane.ts';
import { Random } from '../../training/random.ts';

/** Soft blobs and hard edges, as photos have both. @returns PNG. */
export function drawnPicture(seed: number, { width = 480, height = 360 } = {}): Sharp {
  const random = new Random(seed);
  const at = (most: number) => Math.floor(random.uniform() * most);
  const colour = () => `rgb(${at(256)},${at(256)},${at(256)})`;
  const shapes = Array.from({ length: 60 }, (_, i) => {
    const [x, y, size] = [at(width), at(height), 12 + at(90 - i)];
    return i % 2 === 0
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${colour()}" fill-opacity="0.8"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.6}" fill="${colour()}" transform="rotate(${at(90)} ${x} ${y})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x2="1" y2="1"><stop offset="0" stop-color="${colour()}"/>
    <stop offset="1" stop-color="${colour()}"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().blur(0.8);
}

export async function lookOf(picture: Sharp): Promise<Look> {
  const { data, info } = await picture.clone().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const small = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(256, 256, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return lookAt({ rgb: small.data, width: small.info.width, height: small.info.height }, { width, height });
}

/** What was drawn, as a file would hold it: the chain of sharp starts anew. */
export async function settled(picture: Sharp): Promise<Sharp> {
  return sharp(await picture.png().toBuffer());
}

export async function jpeg(picture: Sharp, quality = 88): Promise<Sharp> {
  return sharp(await picture.clone().jpeg({ quality }).toBuffer());
}

/** A plane turned or mirrored: rows swapped with columns first, then mirrored to the side and upside down. */
export function turned({ side, values }: Plane, turn: { swap: boolean; x: boolean; y: boolean }): Plane {
  return {
    side,
    values: Float32Array.from({ length: side * side }, (_, i) => {
      const column = turn.x ? side - 1 - (i % side) : i % side;
      const row = turn.y ? side - 1 - Math.floor(i / side) : Math.floor(i / side);
      return values[turn.swap ? column * side + row : row * side + column]!;
    }),
  };
}
