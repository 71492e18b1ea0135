/** What is written about the photos of a library, as vectors. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import { type Rows, rowsOf } from '../evaluate/rows.ts';

export interface LibraryWords {
  /** Unique. */
  readonly texts: readonly string[];
  /** [N] texts of each photo; most libraries have none for most. */
  readonly ofPhoto: readonly (readonly number[])[];
  /** [T, E], unit rows. */
  readonly vectors: Rows;
}

/** Of a photo at most: someone who writes more repeats themselves. */
const mostTexts = 5;

/**
 * Captions of photos; of a photo without one, where `classes` says so, the name of its class in a sentence.
 * @param photos  places in the set.
 * @returns for each photo its texts, each once.
 */
export function textsOf(
  { photos: all, classes: names }: Pick<PhotoSet, 'photos' | 'classes'>,
  photos: Int32Array,
  { classes }: { readonly classes: boolean },
): readonly (readonly string[])[] {
  return Array.from(photos, (at) => {
    const { captions, label } = all[at]!;
    const own = [...new Set(captions.map((text) => text.trim()))].filter((text) => text !== '');
    if (own.length > 0) return own.slice(0, mostTexts);
    return classes && label !== null ? [`a photo of ${names[label]!.replaceAll('_', ' ')}`] : [];
  });
}

export interface LibraryWordsOptions {
  /** [N] of `textsOf`. */
  readonly texts: readonly (readonly string[])[];
  /** Rows whose texts are wanted; those of the others only where they are the same. */
  readonly wanted: ArrayLike<number>;
  /** With a text side. */
  readonly encoder: OpenedEncoder;
  /** The file of vectors; facts about it lie beside it, in `PATH.json`. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Texts encoded together. */
const textsAtOnce = 16;

/** @throws the signal's reason; the file system's errors; LikenessError encoder-broken. */
export async function libraryWords(options: LibraryWordsOptions): Promise<LibraryWords> {
  const { texts: ofAll, wanted, encoder, path } = options;
  const places = new Map<string, number>();
  for (const row of Array.from(wanted))
    for (const text of ofAll[row]!) if (!places.has(text)) places.set(text, places.size);
  const texts = [...places.keys()];
  const { card } = encoder;
  const hash = createHash('sha256')
    .update(JSON.stringify([card.id, card.sha256, texts]))
    .digest('hex');
  let values = readVectors(path, hash, texts.length * card.dim.embedding);
  if (!values) {
    values = await encodeAll(texts, options);
    await rm(`${path}.json`, { force: true }); // facts about others must not outlive them
    await writeWhole(path, new Uint8Array(values.buffer));
    await writeWhole(`${path}.json`, JSON.stringify({ key: hash }));
  }
  return {
    texts,
    ofPhoto: ofAll.map((own) =>
      own.flatMap((text) => {
        const place = places.get(text);
        return place === undefined ? [] : [place];
      }),
    ),
    vectors: rowsOf(values, card.dim.embedding),
  };
}

async function encodeAll(
  texts: readonly string[],
  { encoder: { card, encodeTexts }, signal, onProgress }: LibraryWordsOptions,
): Promise<Float32Array> {
  const dim = card.dim.embedding;
  const values = new Float32Array(texts.length * dim);
  for (let from = 0; from < texts.length; from += textsAtOnce) {
    values.set(await encodeTexts!(texts.slice(from, from + textsAtOnce)), from * dim);
    onProgress(Math.min(texts.length, from + textsAtOnce), texts.length);
    await new Promise(setImmediate); // encoding holds the thread; a word to stop is heard here
    signal.throwIfAborted();
  }
  return values;
}

/** null where there are none, or others. */
function readVectors(path: string, key: string, numbers: number): Float32Array | null {
  try {
    const facts = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as { readonly key?: unknown };
    if (facts.key !== key) return null;
    const bytes = readFileSync(path);
    return bytes.length === 4 * numbers ? new Float32Array(Uint8Array.from(bytes).buffer) : null;
  } catch {
    return null;
  }
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.partial`, content, { flush: true });
  await rename(`${path}.partial`, path);
}
