/** The adapted encoder as a folder that the application opens: the one it began with, with adapters behind its outputs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EncoderCard, readEncoderCard } from '../../models/card.ts';
import { inputLength } from '../../models/preprocess.ts';
import type { Compared } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { type EncoderFiles, sha256, writeEncoderFolder } from '../encoder-folder.ts';
import { openAdapter } from '../engines/adapter-session.ts';
import { openEncoder } from '../engines/encoder-session.ts';
import { rowsOf } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import { type AdaptedOutput, adaptedOutputs } from './adapt-plan.ts';
import { type Adapters, adapterModel, modelWithAdapter } from './adapter-model.ts';
import { percent } from './verdict.ts';

export interface ExportAdaptedOptions {
  /** Folders, absolute; what is in `out` is replaced. */
  readonly base: string;
  readonly out: string;
  readonly adapters: Adapters;
  readonly calibration: EncoderCard['calibration'];
  readonly facts: AdaptedFacts;
}

export interface AdaptedFacts {
  readonly photos: { readonly learned: number; readonly heldOut: number };
  /** Learned from; 0 where words stay as they are. */
  readonly texts: number;
  readonly classes: boolean;
  readonly seed: number;
  readonly steps: number;
  /** How far what was adapted has moved. */
  readonly moved: string;
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
  const { base, out, adapters, calibration, facts } = options;
  const card = readEncoderCard(base);
  const { image } = card;
  let model: Uint8Array = await readFile(join(base, image.file));
  const outputs = { ...image.outputs };
  for (const output of adaptedOutputs) {
    const adapter = adapters[output];
    if (!adapter) continue;
    const merged = modelWithAdapter(model, adapter, image.outputs[output]);
    model = merged.model;
    outputs[output] = merged.output;
  }
  const alone = adapterModel(adapters);
  const hashes = { ...card.sha256, [image.file]: sha256(model), [adapterFile]: sha256(alone) };
  const adapted: EncoderCard = {
    ...card,
    id: `${shortName(card.id)}-${hashes[image.file]!.slice(0, 8)}`,
    name: `${baseName(card.name)}, fitted to my photos ${facts.day}`,
    licence: `private; begun with ${card.licence}`,
    source: `Made by Likeness from ${card.id} and photos of its owner. See card.md.`,
    image: { ...image, outputs },
    calibration,
    adapts: { base: card.id, file: adapterFile },
    sha256: hashes,
  };
  const files: EncoderFiles = new Map<string, Uint8Array | { readonly copyOf: string }>([
    ...Object.keys(card.sha256).map((name) => [name, { copyOf: join(base, name) }] as const),
    [image.file, model],
    [adapterFile, alone],
    ['encoder.json', Buffer.from(`${JSON.stringify(adapted, null, 2)}\n`)],
    ['card.md', Buffer.from(cardText(card, adapted, options))],
  ]);
  await writeEncoderFolder(out, files, (dir) => checkAgainst(base, dir));
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
async function checkAgainst(base: string, adapted: string): Promise<void> {
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
    for (const output of adaptedOutputs) {
      const given = rowsOf(old[output], before.card.dim[output]);
      const wanted = await adapter.adaptVectors(output, given);
      // An output that was not adapted is the same to the last bit.
      const allowed = wanted === given ? 0 : tolerance;
      if (!wanted.values.every((value, i) => Math.abs(value - made[output][i]!) <= allowed))
        throw differs(output === 'features' ? 'likeness' : 'words');
    }
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

function cardText(base: EncoderCard, card: EncoderCard, { adapters, facts }: ExportAdaptedOptions): string {
  const { photos, texts, classes, seed, steps, moved, compared, words } = facts;
  const changed = adaptedOutputs.filter((output) => adapters[output]);
  const kept = adaptedOutputs.filter((output) => !adapters[output]);
  const rows = compared.map(
    ({ title, queries, before, after, low, high }) =>
      `| ${title} | ${queries} | ${percent(before)} | ${percent(after)} | ${points(low)} to ${points(high)} |`,
  );
  return `# ${card.name}

Made by Likeness from ${base.name} (${base.id}, ${base.licence}): its own model, with a small adapter behind
${changed.map(said).join(' and ')}, fitted to photos of its owner. What it makes of words is unchanged${kept.length > 0 ? `, and so is ${kept.map(said).join(' and ')}` : ''}, bit for bit.
${card.adapts!.file} holds what was added by itself: it turns vectors of ${base.id} into vectors of this one.

| | |
| --- | --- |
| photos learned from | ${photos.learned} |
| photos held out | ${photos.heldOut} |
| texts about them | ${texts} |
| albums and folders | ${classes ? 'learned from' : 'not learned from'} |
| steps | ${steps} |
| seed | ${seed} |
| moved, 1 - cosine, mean | ${moved} |

## Measured
${words}

| on photos held out | asked | before | after | difference in points (95 %) |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

## Licence
Private: fitted to the photos of the person whose library it is. The terms of ${base.name} hold too: ${base.licence}.
`;
}

const said = (output: AdaptedOutput) =>
  output === 'features' ? '`features` (likeness)' : '`embedding` (photos that words are compared with)';
const points = (difference: number) => (100 * difference).toFixed(1);
