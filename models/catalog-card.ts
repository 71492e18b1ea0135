/**
 * From a catalog entry and its files to a card: what photos and texts are made into for an encoder of the family, and
 * how its similarities are to be read.
 */
import { LikenessError } from '../src-main/contract/errors.ts';
import type { Calibration, EncoderCard, ImageCard, TextCard } from './card.ts';
import type { CatalogEntry, CatalogFile } from './catalog.ts';
import type { OnnxEnds } from './onnx-ends.ts';

/** Names of the files in an encoder's folder. */
export const fileNames = {
  image: 'image.onnx',
  text: 'text.onnx',
  tokenizer: 'tokenizer.json',
} as const satisfies Record<CatalogFile['role'], string>;

interface Family {
  readonly image: Pick<ImageCard, 'resize' | 'interpolation' | 'mean' | 'std'>;
  readonly text: Pick<TextCard, 'context' | 'lowercase' | 'templates'>;
  readonly tokenizer: Omit<Extract<TextCard, { kind: 'tokenizer-json' }>['tokenizer'], 'file'>;
  readonly calibration: { readonly text: Calibration; readonly likeness: Calibration };
}

/** Cards count in bytes, papers in 0..1. */
const bytes = (share: number) => share * 255;

const families: Readonly<Record<CatalogEntry['family'], Family>> = {
  /** Radford et al. 2021, arXiv 2103.00020; preprocessing and marks as in openai/CLIP, clip.py and simple_tokenizer.py. */
  clip: {
    image: {
      resize: 'crop',
      interpolation: 'bicubic',
      mean: [bytes(0.48145466), bytes(0.4578275), bytes(0.40821073)],
      std: [bytes(0.26862954), bytes(0.26130258), bytes(0.27577711)],
    },
    text: { context: 77, lowercase: true, templates: ['a photo of a {}', 'a photo of {}'] },
    // Words look only backwards and the end is where the text is read, so padding beyond the longest changes nothing.
    tokenizer: {
      start: '<|startoftext|>',
      end: '<|endoftext|>',
      pad: '<|endoftext|>',
      padTo: 'longest',
    },
    calibration: {
      // The line lies where LAION-5B drew it for photos with their texts (Schuhmann et al. 2022, arXiv 2210.08402, §3: cosine
      // 0.28), as steep as the scale that CLIP was trained with (100).
      text: { bias: -28, weight: 100 },
      likeness: { bias: -17, weight: 20 },
    },
  },
  /** Tschannen et al. 2025, arXiv 2502.14786; as in open_clip and the google/siglip2 repositories. */
  siglip2: {
    image: {
      resize: 'squash',
      interpolation: 'bicubic',
      mean: [bytes(0.5), bytes(0.5), bytes(0.5)],
      std: [bytes(0.5), bytes(0.5), bytes(0.5)],
    },
    text: { context: 64, lowercase: true, templates: ['a photo of a {}', 'this is a photo of {}.'] },
    // Its pooling reads the padding: always 64 tokens, padded as in training.
    tokenizer: { start: null, end: '<eos>', pad: '<pad>', padTo: 'context' },
    calibration: {
      // The published logit scale and bias, sigmoid(exp(4.72445) cos - 16.77172), are of pairs one in 32,768 of which match
      // (the batch they were trained in). By Bayes' rule one in twenty, the prior of relevance.ts, adds
      // ln(1/19) - ln(1/32767) = 7.453 to the bias: the line lies at cosine 0.083.
      text: { bias: -9.319, weight: 112.669 },
      likeness: { bias: -17, weight: 20 },
    },
  },
};

/** The encoder's id, known before it is there: it names the weights of the image side. */
export function encoderId({ id, files }: CatalogEntry): string {
  return `${id}-${files.find(({ role }) => role === 'image')?.sha256.slice(0, 8)}`;
}

/**
 * @param ends  the inputs and outputs of its two models.
 * @throws LikenessError encoder-broken when a model is not as exports from the Hub are.
 */
export function catalogCard(
  entry: CatalogEntry,
  ends: { readonly image: OnnxEnds; readonly text: OnnxEnds },
): EncoderCard {
  const { image, text, tokenizer, calibration } = families[entry.family];
  const output = pick(entry, ends.image.outputs, ['image_embeds', 'pooler_output']);
  const mask = ends.text.inputs.find((name) => name === 'attention_mask') ?? null;
  return {
    id: encoderId(entry),
    name: entry.name,
    licence: entry.licence,
    source: entry.source,
    image: {
      file: fileNames.image,
      input: pick(entry, ends.image.inputs, ['pixel_values']),
      size: entry.size,
      ...image,
      outputs: { features: output, embedding: output },
    },
    text: {
      kind: 'tokenizer-json',
      file: fileNames.text,
      output: pick(entry, ends.text.outputs, ['text_embeds', 'pooler_output']),
      ...text,
      inputs: { ids: pick(entry, ends.text.inputs, ['input_ids']), mask },
      tokenizer: { file: fileNames.tokenizer, ...tokenizer },
    },
    dim: { features: entry.dim, embedding: entry.dim },
    calibration,
    sha256: Object.fromEntries(entry.files.map(({ role, sha256 }) => [fileNames[role], sha256])),
  };
}

/** The first of the names that the model has. */
function pick({ name }: CatalogEntry, has: readonly string[], wanted: readonly string[]): string {
  const found = wanted.find((one) => has.includes(one));
  if (found) return found;
  throw new LikenessError(
    'encoder-broken',
    `The files of ${name} are not as this version of Likeness expects: ${has.join(', ')} where ${wanted.join(' or ')} should be.`,
    'Update Likeness, or choose another encoder.',
  );
}

/** The card.md of an installed encoder. */
export function catalogCardText(entry: CatalogEntry, hub: string): string {
  const files = entry.files.map(
    ({ role, repository, revision, path, bytes: size, sha256 }) =>
      `| ${fileNames[role]} | ${repository} @ ${revision ?? 'main'}, ${path} | ${size} | ${sha256} |`,
  );
  return `# ${entry.name}

Downloaded by Likeness from ${hub} and compared with the sha256 of its catalog. Licence: ${entry.licence}. Source: ${entry.source}.
Everything that a program needs to know stands in encoder.json.

| file | from | bytes | sha256 |
| --- | --- | --- | --- |
${files.join('\n')}
`;
}
