/** A few photos as a run has them, with whatever labels, groups and captions a test wants. */
import { readPixels } from '../../models/pixels.ts';
import { type RunData, openRunData } from '../../training/run-data.ts';
import { blots, setOf } from './data/pictures.ts';

export interface DrawnOptions {
  readonly photos: number;
  /** C, px. */
  readonly source?: number;
  readonly captions?: (at: number) => readonly string[];
}

/** Photos of blots, each its own group and without a class; `change` may say otherwise. */
export async function drawnData(
  { photos, source = 40, captions }: DrawnOptions,
  change: Partial<RunData> = {},
): Promise<RunData> {
  const set = setOf(
    Array.from(
      { length: photos },
      (_, at) => async (_index: number, options: { readonly longSide: number }) => {
        const bytes = await blots(at, { width: 48, height: 40 + (at % 3) * 8 });
        return readPixels({ name: `${at}.png`, bytes }, options);
      },
    ),
  );
  const described = set.photos.map((photo, at) => ({ ...photo, captions: captions?.(at) ?? [] }));
  const { signal } = new AbortController();
  const data = await openRunData(
    { ...set, photos: described },
    { source, seed: 1, captioned: captions !== undefined, signal, onProgress: () => {} },
  );
  return { ...data, groups: Int32Array.from({ length: photos }, (_, at) => at), ...change };
}
