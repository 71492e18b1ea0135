/** A small folder of pictures in two classes, drawn for tests that train. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** @param each  how many of each class: `dawn` and `sea`, folders of 48 px PNGs. */
export async function drawPictures(folder: string, each: number): Promise<void> {
  for (const [kind, hue] of Object.entries({ dawn: 20, sea: 200 })) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (let i = 0; i < each; i++) {
      const sky = `<rect width="48" height="48" fill="hsl(${hue + 3 * i} 70% 60%)"/>`;
      const sun = `<circle cx="${8 + 3 * i}" cy="24" r="${6 + i}" fill="#fff8"/>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">${sky}${sun}</svg>`;
      await sharp(Buffer.from(svg))
        .png()
        .toFile(join(folder, kind, `${i}.png`));
    }
  }
}
