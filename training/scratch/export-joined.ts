/**
 * Encoders as the application opens them: the new network by itself, which is judged, and then joined to the encoder that it
 * began with, which keeps its words.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Calibration, type EncoderCard, readEncoderCard } from '../../models/card.ts';
import { joinTowers } from '../../models/join-towers.ts';
import { readOnnx } from '../../models/onnx-messages.ts';
import { inputLength } from '../../models/preprocess.ts';
import type { Compared } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { type EncoderFiles, sha256, writeEncoderFolder } from '../encoder-folder.ts';
import { type OpenedEncoder, openEncoder } from '../engines/encoder-session.ts';
import { Random } from '../random.ts';
import { joinedCardText } from './joined-card.ts';
import { networkModelNames } from './network-model.ts';

const networkFile = 'network.onnx';
/** Until it is fitted; nobody reads it. */
const unfitted: Calibration = { bias: -5, weight: 10 };

/**
 * The network as an encoder without words, which takes photos as the base does.
 * @param model  of `networkModel`. @param dim  D.
 */
export async function exportNetwork(
  model: Uint8Array,
  dim: number,
  base: EncoderCard,
  out: string,
): Promise<void> {
  const { input, output } = networkModelNames;
  const hash = sha256(model);
  const card: EncoderCard = {
    id: `network-${hash.slice(0, 8)}`,
    name: 'A new network',
    licence: 'private',
    source: 'Trained by Likeness on photos of its owner.',
    image: { ...base.image, file: networkFile, input, outputs: { features: output, embedding: output } },
    text: null,
    dim: { features: dim, embedding: dim },
    calibration: { text: null, likeness: unfitted },
    sha256: { [networkFile]: hash },
  };
  await writeEncoderFolder(
    out,
    new Map([
      [networkFile, model],
      ['encoder.json', Buffer.from(`${JSON.stringify(card, null, 2)}\n`)],
    ]),
  );
}

export interface ExportJoinedOptions {
  /** Folders, absolute: the base, the network of `exportNetwork`, the new encoder; what is in `out` is replaced. */
  readonly base: string;
  readonly network: string;
  readonly out: string;
  /** Of photo → photo; words are read as before. */
  readonly likeness: Calibration;
  readonly facts: JoinedFacts;
}

export interface JoinedFacts {
  /** As people write them. */
  readonly method: string;
  readonly methodSource: string;
  /** null for the base's own tower, trained on. */
  readonly net: string | null;
  readonly side: number;
  readonly photos: { readonly learned: number; readonly heldOut: number };
  readonly classes: boolean;
  readonly seed: number;
  readonly steps: number;
  readonly passes: number;
  readonly compared: readonly Compared[];
  readonly words: string;
  /** ISO 8601, the day. */
  readonly day: string;
}

/** What the new encoder takes, beside the base. */
export interface JoinedCost {
  /** Bytes of the image side, before and after. */
  readonly bytes: readonly [number, number];
  /** ms a photo on one thread, before and after. */
  readonly milliseconds: readonly [number, number];
}

/**
 * @returns the new card, and what it costs.
 * @throws LikenessError encoder-broken when the base's model cannot be joined to (`joinTowers`), or the new one does not
 *   give what the old one and the network give; the file system's errors. `out` is then as it was, or not there.
 */
export async function exportJoined(
  options: ExportJoinedOptions,
): Promise<{ card: EncoderCard; cost: JoinedCost }> {
  const { base, network, out, likeness, facts } = options;
  // What turned vectors of another encoder into the base's says nothing of the new ones.
  const { adapts, ...card } = readEncoderCard(base);
  const { image } = card;
  const model = await readFile(join(base, image.file));
  const added = readEncoderCard(network);
  const joined = joinTowers(model, readOnnx(await readFile(join(network, added.image.file))), {
    input: image.input,
    output: added.image.outputs.features,
  });
  const kept = Object.entries(card.sha256).filter(([name]) => name !== adapts?.file);
  const hashes = { ...Object.fromEntries(kept), [image.file]: sha256(joined.model) };
  const made: EncoderCard = {
    ...card,
    id: `${shortName(card.id)}-${facts.net === null ? 'tuned' : 'new'}-${hashes[image.file]!.slice(0, 8)}`,
    name: `${baseName(card.name)}, ${facts.net === null ? 'trained on with my photos' : 'with a network for my pictures'} ${facts.day}`,
    licence: `private; words from ${card.licence}`,
    source: `Made by Likeness from ${card.id} and photos of its owner. See card.md.`,
    image: { ...image, outputs: { ...image.outputs, features: joined.output } },
    dim: { ...card.dim, features: added.dim.features },
    calibration: { ...card.calibration, likeness },
    sha256: hashes,
  };
  const files: EncoderFiles = new Map<string, Uint8Array | { readonly copyOf: string }>([
    ...kept.map(([name]) => [name, { copyOf: join(base, name) }] as const),
    [image.file, joined.model],
    ['encoder.json', Buffer.from(`${JSON.stringify(made, null, 2)}\n`)],
  ]);
  const bytes = [model.length, joined.model.length] as const;
  let cost: JoinedCost = { bytes, milliseconds: [0, 0] };
  await writeEncoderFolder(out, files, async (dir) => {
    cost = { bytes, milliseconds: await checkJoined({ base, network, joined: dir }) };
    await writeFile(join(dir, 'card.md'), joinedCardText(card, made, facts, cost));
  });
  return { card: made, cost };
}

/** An encoder that got a network before keeps its name. */
const shortName = (id: string) => `${id.slice(0, id.lastIndexOf('-')).replace(/-(new|tuned|fitted)$/, '')}`;
const baseName = (name: string) =>
  name.replace(/, (fitted to|trained on with|with a network for) my .*$/, '');

const oneThread = { threads: 1 } as const;
/** Pictures of noise do: what is checked are the models. */
const checkedPictures = 4;
/** Of a number of a unit vector. */
const tolerance = 1e-4;

/** @returns ms a photo, base and joined. @throws LikenessError encoder-broken. */
async function checkJoined(dirs: Readonly<Record<'base' | 'network' | 'joined', string>>) {
  const base = await openEncoder(dirs.base, oneThread);
  const network = await openEncoder(dirs.network, oneThread);
  const joined = await openEncoder(dirs.joined, oneThread);
  try {
    const random = new Random('check');
    const pictures = Float32Array.from({ length: checkedPictures * inputLength(base.card.image) }, () =>
      random.uniform(-2, 2),
    );
    const [old, wanted, made] = [
      await base.encodePhotos(pictures, checkedPictures),
      await network.encodePhotos(pictures, checkedPictures),
      await joined.encodePhotos(pictures, checkedPictures),
    ];
    if (!old.embedding.every((value, i) => value === made.embedding[i])) throw differs('words');
    if (!wanted.features.every((value, i) => Math.abs(value - made.features[i]!) <= tolerance))
      throw differs('likeness');
    return [await timed(base, pictures), await timed(joined, pictures)] as const;
  } finally {
    await Promise.all([base.close(), network.close(), joined.close()]);
  }
}

const timedRuns = 3;

/** ms a photo, the least of some runs. */
async function timed(encoder: OpenedEncoder, pictures: Float32Array): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < timedRuns; i++) {
    const start = performance.now();
    await encoder.encodePhotos(pictures, checkedPictures);
    times.push(performance.now() - start);
  }
  return Math.min(...times) / checkedPictures;
}

function differs(what: string): LikenessError {
  return new LikenessError(
    'encoder-broken',
    `The new encoder does not give the vectors for ${what} that it should.`,
    'Keep the encoder that you have, and report this.',
  );
}
