/** Vectors of everything that is said of the photos, made once by the text side, which stays as it is. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { openEncoder } from '../../engines/encoder-session.ts';
import type { RecipePhoto } from './recipe-photos.ts';

export interface CaptionRows {
  /** [sentences, dim], unit length. */
  readonly values: Float32Array;
  readonly dim: number;
  /** First sentence of each photo, and behind the last photo their number. */
  readonly starts: Int32Array;
}

const textsAtOnce = 32;

/**
 * @param path  file that keeps the vectors. @param encoder  folder of the encoder whose text side is asked.
 * Cost: half a minute for the 31,000 sentences of the recipe.
 */
export async function captionRows(
  path: string,
  photos: readonly RecipePhoto[],
  encoder: string,
  threads: number,
): Promise<CaptionRows> {
  const starts = new Int32Array(photos.length + 1);
  for (const [i, { captions }] of photos.entries()) starts[i + 1] = starts[i]! + captions.length;
  const opened = await openEncoder(encoder, { threads });
  try {
    const dim = opened.card.dim.embedding;
    const texts = photos.flatMap(({ captions }) => captions);
    if (existsSync(path)) {
      const bytes = Uint8Array.from(await readFile(path));
      const values = Float32Array.from(new Float16Array(bytes.buffer));
      if (values.length === texts.length * dim) return { values, dim, starts };
    }
    const values = new Float32Array(texts.length * dim);
    // Alike in length, they need little padding.
    const order = [...texts.keys()].sort((a, b) => texts[a]!.length - texts[b]!.length);
    for (let from = 0; from < texts.length; from += textsAtOnce) {
      const places = order.slice(from, from + textsAtOnce);
      const rows = await opened.encodeTexts!(places.map((place) => texts[place]!));
      for (const [i, place] of places.entries())
        values.set(rows.subarray(i * dim, (i + 1) * dim), place * dim);
    }
    await writeFile(`${path}.partial`, new Uint8Array(Float16Array.from(values).buffer));
    await rename(`${path}.partial`, path);
    return { values, dim, starts };
  } finally {
    await opened.close();
  }
}
