/** `evaluate`: an encoder's folder and photos that it may never have seen → figures. */
import { basename } from 'node:path';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { EvaluateRequest, EvaluateResult, TrainerReport } from '../../src-main/contract/run.ts';
import { openPhotos } from '../data/open-photos.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import { type OpenedEncoder, openEncoder } from '../engines/encoder-session.ts';
import { accuracy } from './classes.ts';
import { choosePhotos } from './choose-photos.ts';
import { type EncodedPhotos, encodePhotos } from './encode-photos.ts';
import { type FeatureFigures, evaluateFeatures } from './evaluate-features.ts';
import { type Rows, rowsOf } from './rows.ts';
import { classDirections, promptsOf, zeroShot } from './zero-shot.ts';

/** Splits, samples and halves are the same at every evaluation, so that figures before and after a training compare. */
const seed = 1;

/** Texts encoded together: padding makes a batch as long as its longest text. */
const textsAtOnce = 16;

/** Milliseconds between two words on how it goes. */
const reportEveryMs = 250;

export interface EvaluateOptions {
  readonly signal: AbortSignal;
  readonly report: (report: TrainerReport) => void;
}

/**
 * Measures an encoder. At most 5,000 photos to learn classes from and 2,000 to be asked about are encoded.
 * @throws LikenessError when the encoder or the photos cannot be opened, or no photo can be read; the signal's reason.
 * Memory: two batches of 16 photos, and a row of each photo. Time: what encoding takes, 4 ms a photo with the built-in
 *   encoder, and a few seconds.
 */
export async function evaluateEncoder(
  request: EvaluateRequest,
  { signal, report }: EvaluateOptions,
): Promise<EvaluateResult> {
  report({ kind: 'progress', progress: { stage: 'reading', done: 0, total: 0, training: null } });
  const set = await openPhotos(request.data, { captions: request.captions, signal });
  try {
    const encoder = await openEncoder(request.encoder, request);
    try {
      for (const text of set.notes) report({ kind: 'note', text });
      return (await evaluatePhotos(set, encoder, request, { signal, report })).result;
    } finally {
      await encoder.close();
    }
  } finally {
    await set.close();
  }
}

/** The same for photos and an encoder that are open already. */
export async function evaluatePhotos(
  set: PhotoSet,
  encoder: OpenedEncoder,
  { data, labels, threads }: Pick<EvaluateRequest, 'data' | 'labels' | 'threads'>,
  { signal, report }: EvaluateOptions,
): Promise<FeatureFigures> {
  const note = (text: string) => report({ kind: 'note', text });
  const classes = labels === 'folders' ? set.classes : [];
  if (labels === 'folders' && classes.length < 2)
    note('There are no two folders of photos to take for classes: figures about classes are left out.');
  const captioned = set.photos.some(({ captions }) => captions.length > 0);
  if (captioned && !encoder.encodeTexts) note('The encoder has no text side: the captions are left aside.');
  const useCaptions = captioned && encoder.encodeTexts !== null;
  const chosen = choosePhotos(set.photos, { classes: classes.length > 1, captions: useCaptions, seed });
  chosen.notes.forEach(note);
  // Where no class has two photos, none can be asked about: their likeness alone is looked at.
  const asked = chosen.queries.length > 0 ? chosen.queries : chosen.bank;
  const learned = chosen.queries.length > 0 ? chosen.bank : [];

  const texts = useCaptions ? asked.reduce((sum, at) => sum + set.photos[at]!.captions.length, 0) : 0;
  const progress = reporter(report, learned.length + asked.length + texts);
  const bank = await encodePhotos(set, learned, encoder, { halves: false, seed, signal, progress });
  const photos = await encodePhotos(set, asked, encoder, { halves: true, seed, signal, progress });
  noteUnread([...bank.unread, ...photos.unread], learned.length + asked.length, note);
  if (photos.places.length === 0) throw nothingRead(data, photos.unread[0]);

  const labelsOf = ({ places }: EncodedPhotos) => places.map((at) => set.photos[at]!.label!);
  const known = classes.length > 1;
  const captions = useCaptions ? await encodeCaptions(set, photos, encoder, signal, progress) : null;
  const figures = await evaluateFeatures(
    {
      bank: known ? { rows: bank.features, labels: labelsOf(bank) } : null,
      photos: photos.features,
      halves: photos.halves!,
      labels: known ? labelsOf(photos) : null,
      classes: classes.length,
      captions,
    },
    { seed, threads },
  );
  noteMore(figures, note);
  if (known && figures.result.knn === null)
    note('No photo is left to learn classes from: nearest neighbours and linear probe are left out.');
  if (known && encoder.encodeTexts) {
    const share = await byName(classes, photos, labelsOf(photos), encoder);
    note(`By the names of the classes alone, ${percent(share)} of the photos are told right.`);
  }
  return figures;
}

async function encodeCaptions(
  set: PhotoSet,
  photos: EncodedPhotos,
  encoder: OpenedEncoder,
  signal: AbortSignal,
  progress: (texts: number) => void,
) {
  const all = photos.places.flatMap((place, photo) =>
    set.photos[place]!.captions.map((text) => ({ photo, text })),
  );
  const texts = await encodeTexts(
    all.map(({ text }) => text),
    encoder,
    (count) => {
      signal.throwIfAborted();
      progress(count);
    },
  );
  return { texts, photos: photos.embedding, photoOf: all.map(({ photo }) => photo) };
}

async function encodeTexts(
  texts: readonly string[],
  { card, encodeTexts: encode }: OpenedEncoder,
  done: (texts: number) => void = () => {},
): Promise<Rows> {
  const dim = card.dim.embedding;
  const values = new Float32Array(texts.length * dim);
  for (let from = 0; from < texts.length; from += textsAtOnce) {
    const group = texts.slice(from, from + textsAtOnce);
    values.set(await encode!(group), from * dim);
    done(group.length);
    await new Promise(setImmediate); // encoding holds the thread; a word to stop is heard here
  }
  return rowsOf(values, dim);
}

/** Share of photos whose class is found by its name. */
async function byName(
  classes: readonly string[],
  photos: EncodedPhotos,
  labels: readonly number[],
  encoder: OpenedEncoder,
): Promise<number> {
  const names = classes.map((name) => name.replaceAll('_', ' '));
  const prompts = await encodeTexts(promptsOf(names, encoder.card.text!.templates), encoder);
  const directions = classDirections(prompts, prompts.count / classes.length);
  return accuracy(zeroShot(photos.embedding, directions).predicted, labels);
}

/** Counts up, and reports some times a second. */
function reporter(report: EvaluateOptions['report'], total: number): (count: number) => void {
  let [done, lastMs] = [0, 0];
  return (count) => {
    done += count;
    const nowMs = performance.now();
    if (done < total && nowMs - lastMs < reportEveryMs) return;
    lastMs = nowMs;
    report({ kind: 'progress', progress: { stage: 'evaluating', done, total, training: null } });
  };
}

function noteUnread(unread: readonly string[], of: number, note: (text: string) => void): void {
  if (unread.length > 0)
    note(
      `${unread.length.toLocaleString('en')} of ${of.toLocaleString('en')} photos could not be read and were left out. The first: ${unread[0]}`,
    );
}

/** What the result has no place for. */
function noteMore({ task, retrieval, tenLabels }: FeatureFigures, note: (text: string) => void): void {
  const { queries, leftOut, meanAveragePrecision, mapAtR } = retrieval;
  const out = leftOut > 0 ? `; ${leftOut.toLocaleString('en')} without anything to find were left out` : '';
  note(
    `Looked for: ${task}, ${queries.toLocaleString('en')} times${out}. Mean average precision ${percent(meanAveragePrecision)}, MAP@R ${percent(mapAtR)}.`,
  );
  if (tenLabels !== null)
    note(`With ten labelled photos of each class, ${percent(tenLabels)} of the photos are told right.`);
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function nothingRead(data: string, why: string | undefined): LikenessError {
  return why === undefined
    ? new LikenessError(
        'bad-input',
        `There is no photo in “${basename(data)}” to evaluate with.`,
        'Choose a folder, a .tar or a library that holds photos.',
      )
    : new LikenessError(
        'unreadable-photo',
        `None of the photos in “${basename(data)}” could be read. The first: ${why}`,
        'Choose other photos, or bring these back from a backup.',
      );
}
