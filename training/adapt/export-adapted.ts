/** The adapted encoder as a folder that the application opens: the one it began with, with an adapter behind its features. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Calibration, type EncoderCard, readEncoderCard } from '../../models/card.ts';
import { inputLength } from '../../models/preprocess.ts';
import type { Compared } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { type EncoderFiles, sha256, writeEncoderFolder } from '../encoder-folder.ts';
import { openAdapter } from '../engines/adapter-session.ts';
import { openEncoder } from '../engines/encoder-session.ts';
import { rowsOf } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import { type Adapter, adapterModel, modelWithAdapter } from './adapter-model.ts';
import { percent } from './verdict.ts';

export interface ExportAdaptedOptions {
  /** Folders, absolute; what is in `out` is replaced. */
  readonly base: string;
  readonly out: string;
  readonly adapter: Adapter;
  /** Of photo → photo; words are read as before. */
  readonly likeness: Calibration;
  readonly facts: AdaptedFacts;
}

export interface AdaptedFacts {
  readonly photos: { readonly learned: number; readonly heldOut: number };
  readonly classes: boolean;
  readonly seed: number;
  readonly steps: number;
  readonly compared: readonly Compared[];
  readonly words: string;
  /** ISO 8601, the day. */
  readonly day: string;
}

/** Stored beside the image side's model, to turn vectors that are there already. */
const adapterFile = 'adapter.onnx';

/**
 * @returns the new card.
 * @throws LikenessError encoder-broken when the base's model cannot be added to (`modelWithAdapter`) or the new one does
 *   not give what the old one gives; the file system's errors. `out` is then as it was, or not there.
 */
export async function exportAdapted(options: ExportAdaptedOptions): Promise<EncoderCard> {
  const { base, out, adapter, likeness, facts } = options;
  const card = readEncoderCard(base);
  const { image } = card;
  const merged = modelWithAdapter(await readFile(join(base, image.file)), adapter, image.outputs.features);
  const alone = adapterModel(adapter);
  const hashes = { ...card.sha256, [image.file]: sha256(merged.model), [adapterFile]: sha256(alone) };
  const adapted: EncoderCard = {
    ...card,
    id: `${shortName(card.id)}-${hashes[image.file]!.slice(0, 8)}`,
    name: `${baseName(card.name)}, fitted to my photos ${facts.day}`,
    licence: `private; begun with ${card.licence}`,
    source: `Made by Likeness from ${card.id} and photos of its owner. See card.md.`,
    image: { ...image, outputs: { ...image.outputs, features: merged.output } },
    calibration: { ...card.calibration, likeness },
    adapts: { base: card.id, file: adapterFile },
    sha256: hashes,
  };
  const files: EncoderFiles = new Map<string, Uint8Array | { readonly copyOf: string }>([
    ...Object.keys(card.sha256).map((name) => [name, { copyOf: join(base, name) }] as const),
    [image.file, merged.model],
    [adapterFile, alone],
    ['encoder.json', Buffer.from(`${JSON.stringify(adapted, null, 2)}\n`)],
    ['card.md', Buffer.from(cardText(card, adapted, facts))],
  ]);
  await writeEncoderFolder(out, files, (dir) => sameAsBase(base, dir));
  return adapted;
}

/** `likeness-stopgap-12345678` → `likeness-stopgap-fitted`; an encoder that is fitted again keeps that name. */
const shortName = (id: string) => `${id.slice(0, id.lastIndexOf('-')).replace(/-fitted$/, '')}-fitted`;
const baseName = (name: string) => name.replace(/, fitted to my photos .*$/, '');

/** Pictures of noise do: what is checked are the models. */
const checkedPictures = 4;
/** Of a number of a unit vector. */
const tolerance = 1e-5;

/** @throws LikenessError encoder-broken. */
async function sameAsBase(base: string, adapted: string): Promise<void> {
  const threads = { threads: 1 };
  const [before, after] = [await openEncoder(base, threads), await openEncoder(adapted, threads)];
  const adapter = await openAdapter(adapted, threads);
  try {
    const random = new Random('check');
    const pictures = Float32Array.from({ length: checkedPictures * inputLength(before.card.image) }, () =>
      random.uniform(-2, 2),
    );
    const [old, made] = [
      await before.encodePhotos(pictures, checkedPictures),
      await after.encodePhotos(pictures, checkedPictures),
    ];
    const wanted = await adapter.adaptVectors(rowsOf(old.features, before.card.dim.features));
    if (!old.embedding.every((value, i) => value === made.embedding[i])) throw differs('words');
    if (!wanted.values.every((value, i) => Math.abs(value - made.features[i]!) <= tolerance))
      throw differs('likeness');
  } finally {
    await Promise.all([before.close(), after.close(), adapter.close()]);
  }
}

function differs(what: string): LikenessError {
  return new LikenessError(
    'encoder-broken',
    `The new encoder does not give the vectors for ${what} that it should.`,
    'Keep the encoder that you have, and report this.',
  );
}

function cardText(base: EncoderCard, card: EncoderCard, facts: AdaptedFacts): string {
  const { photos, classes, seed, steps, compared, words } = facts;
  const rows = compared.map(
    ({ title, queries, before, after, low, high }) =>
      `| ${title} | ${queries} | ${percent(before)} | ${percent(after)} | ${points(low)} to ${points(high)} |`,
  );
  return `# ${card.name}

Made by Likeness from ${base.name} (${base.id}, ${base.licence}): its own model, with a small adapter behind \`features\`
that was fitted to photos of its owner. What it makes of photos for words (\`embedding\`) and of words is unchanged, bit
for bit. ${card.adapts!.file} is the adapter by itself; it turns features of ${base.id} into features of this one.

| | |
| --- | --- |
| photos learned from | ${photos.learned} |
| photos held out | ${photos.heldOut} |
| albums and folders | ${classes ? 'learned from' : 'not learned from'} |
| steps | ${steps} |
| seed | ${seed} |

## Measured
${words}

| on photos held out | asked | before | after | difference in points (95 %) |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

## Licence
Private: fitted to the photos of the person whose library it is. The terms of ${base.name} hold too: ${base.licence}.
`;
}

const points = (difference: number) => (100 * difference).toFixed(1);
