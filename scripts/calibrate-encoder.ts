/**
 * Fits the two calibrations of an encoder's card (similarity → relevance, models/relevance.ts) on one set of
 * captioned photos and prints what they do on another.
 *
 *   node scripts/calibrate-encoder.ts --photos FOLDER --captions TSV --check-photos FOLDER --check-captions TSV
 *        [--encoder DIR] [--check-pairs TSV]
 *
 * A captions TSV has file, tab, caption; several lines a photo. --check-pairs (fileA, fileB, class, with a header;
 * photos beside it) adds a table of photo pairs by class.
 *
 * What counts as a match:
 * - text: a photo whose captions say what the text says. The judge is the sentence encoder inside the built-in
 *   text.onnx: the mean similarity of the text to the photo's captions is at least what three texts in four
 *   reach with the other captions of their own photo.
 * - likeness: a crop of 30-80 % of the same photo, half of them mirrored, with other light and colours.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { readEncoderCard, type Calibration } from '../models/card.ts';
import { dot, rowOf, toUnit } from '../models/embedding.ts';
import { fitCalibration, type JudgedPairs } from '../models/fit-calibration.ts';
import { inputLength, preprocess } from '../models/preprocess.ts';
import { relevance } from '../models/relevance.ts';
import { openTokenizer } from '../models/tokenizer.ts';
import type { EncoderOutput } from '../src-main/contract/engine.ts';
import { embedFiles, embedTexts } from '../src-main/encode/embed.ts';
import { PhotoEncoder } from '../src-main/encode/photo-encoder.ts';
import { openSession } from '../src-main/encode/session.ts';
import { TextEncoder } from '../src-main/encode/text-encoder.ts';

/** One photo in twenty of a library shows what is asked for. */
const fitOptions = { prior: 1 / 20, from: 0.2 };
/** Evenly spaced from a larger set: 5 million pairs of caption and photo are plenty for two numbers. */
const photosAtMost = 1000;
const threads = 1;
const builtIn = join(import.meta.dirname, '../models/built-in');

/** Queries for things that everyday photos do not show, and words that are none. */
const nonsense =
  `xqzvb wplk|asdfghjkl|blorptangle|quantum chromodynamics|invoice 2023 vat|kubernetes|tax return|
crystal lattice|lorem ipsum dolor sit amet|passport|newspaper headline|microwave oven|x-ray of a broken arm|
the theory of general relativity|mortgage interest rate table|integer overflow in the parser|a nuclear power plant|
a page of handwritten music|screenshot of a login form|the surface of the moon`
    .split('|')
    .map((query) => query.trim());

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '' },
    captions: { type: 'string', default: '' },
    'check-photos': { type: 'string', default: '' },
    'check-captions': { type: 'string', default: '' },
    'check-pairs': { type: 'string' },
    encoder: { type: 'string', default: builtIn },
  },
});
if (!values.photos || !values.captions || !values['check-photos'] || !values['check-captions']) {
  console.error('Needs --photos, --captions, --check-photos and --check-captions.');
  process.exit(2);
}

interface CaptionedPhoto {
  readonly path: string;
  readonly captions: readonly string[];
}

const encoder = await PhotoEncoder.open(values.encoder, { threads });
const fitted = captionedPhotos(values.photos, values.captions);
const likeness = fitCalibration(await cropPairs(fitted), fitOptions);
const text = encoder.card.text ? fitCalibration((await textPairs(fitted)).all, fitOptions) : null;
console.log(JSON.stringify({ calibration: { text, likeness } }));

const checked = captionedPhotos(values['check-photos'], values['check-captions']);
if (text) await checkText(text);
await checkLikeness(likeness);
if (values['check-pairs']) await checkPairs(values['check-pairs'], likeness);

async function checkText(calibration: Calibration): Promise<void> {
  const { all, own } = await textPairs(checked);
  const line = lineOf(calibration);
  const [passed, ownPassed] = [passing(all, line), passing(own, line)];
  console.log(`text: the line lies at similarity ${line.toFixed(3)}`);
  console.log(`  a caption's own photo passes: ${percent(ownPassed.all, own.match.length)}`);
  console.log(`  of all that pass, matches: ${percent(passed.matches, passed.all)}`);
  console.log(`  results a caption, ${checked.length} photos: ${(passed.all / own.match.length).toFixed(2)}`);
  const images = await vectorsOf(
    checked.map(({ path }) => path),
    'embedding',
  );
  const towers = await TextEncoder.open(values.encoder, { threads });
  const counts: number[] = [];
  for (const query of nonsense) {
    const vector = await towers.encodeQuery(query);
    counts.push(images.filter((image) => dot(vector, image) >= line).length);
  }
  const none = counts.filter((count) => count === 0).length;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  console.log(`  ${counts.length} nonsense queries: ${mean.toFixed(2)} results on average, none for ${none}`);
}

async function checkLikeness(calibration: Calibration): Promise<void> {
  const pairs = await cropPairs(checked);
  const line = lineOf(calibration);
  const passed = passing(pairs, line);
  console.log(`likeness: the line lies at similarity ${line.toFixed(3)}`);
  console.log(`  crops that pass: ${percent(passed.matches, checked.length)}`);
  const others = pairs.match.length - checked.length;
  console.log(`  other photos that pass: ${percent(passed.all - passed.matches, others)}`);
}

async function checkPairs(tsv: string, calibration: Calibration): Promise<void> {
  const rows = readTable(tsv).slice(1);
  const files = [...new Set(rows.flatMap(([first = '', second = '']) => [first, second]))];
  const vectors = await vectorsOf(
    files.map((file) => join(dirname(tsv), file)),
    'features',
  );
  const vectorOf = new Map(files.map((file, at) => [file, vectors[at]!]));
  for (const [kind, pairs] of Map.groupBy(rows, ([, , kind = '']) => kind)) {
    const passed = pairs.filter(
      ([first = '', second = '']) =>
        relevance(calibration, dot(vectorOf.get(first)!, vectorOf.get(second)!)) >= 0.5,
    );
    console.log(`  ${kind}: ${passed.length} of ${pairs.length} pairs pass`);
  }
}

/** The similarity whose relevance is one half. */
function lineOf({ bias, weight }: Calibration): number {
  return -bias / weight;
}

function passing({ similarity, match }: JudgedPairs, line: number): { all: number; matches: number } {
  let [all, matches] = [0, 0];
  for (let i = 0; i < similarity.length; i++)
    if (similarity[i]! >= line) {
      all++;
      matches += match[i]!;
    }
  return { all, matches };
}

/** `all`: every caption against every photo, judged by the photo's captions; `own`: against its own photo only. */
async function textPairs(of: readonly CaptionedPhoto[]): Promise<{ all: JudgedPairs; own: JudgedPairs }> {
  const texts = of.flatMap(({ captions }, photo) => captions.map((caption) => ({ caption, photo })));
  const images = await vectorsOf(
    of.map(({ path }) => path),
    'embedding',
  );
  const queries = await textVectors(texts.map(({ caption }) => caption));
  const sentences = await sentenceVectors(texts.map(({ caption }) => caption));
  // The mean over a photo's captions, the text itself left out, is one dot product with their sum.
  const sums = of.map(() => new Float32Array(sentences[0]!.length));
  for (const [text, { photo }] of texts.entries())
    for (let d = 0; d < sums[photo]!.length; d++) sums[photo]![d]! += sentences[text]![d]!;
  const agreement = (text: number, photo: number) => {
    const itself = texts[text]!.photo === photo ? 1 : 0;
    return (dot(sentences[text]!, sums[photo]!) - itself) / (of[photo]!.captions.length - itself);
  };
  const ownAgreement = texts.map(({ photo }, text) => agreement(text, photo)).sort((a, b) => a - b);
  const enough = ownAgreement[Math.floor(ownAgreement.length / 4)]!;

  const all = emptyPairs(texts.length * of.length);
  const own = emptyPairs(texts.length);
  for (const [text, { photo: ownPhoto }] of texts.entries()) {
    for (const photo of of.keys()) {
      const at = text * of.length + photo;
      all.similarity[at] = dot(queries[text]!, images[photo]!);
      all.match[at] = photo === ownPhoto || agreement(text, photo) >= enough ? 1 : 0;
    }
    own.similarity[text] = all.similarity[text * of.length + ownPhoto]!;
    own.match[text] = 1;
  }
  return { all, own };
}

/** Each photo's crop against every photo. */
async function cropPairs(of: readonly CaptionedPhoto[]): Promise<JudgedPairs> {
  const whole = await vectorsOf(
    of.map(({ path }) => path),
    'features',
  );
  const random = seeded(7);
  const pairs = emptyPairs(of.length ** 2);
  for (const [at, { path }] of of.entries()) {
    const crop = await cropVector(path, random);
    for (const [other, vector] of whole.entries())
      pairs.similarity[at * of.length + other] = dot(crop, vector);
    pairs.match[at * of.length + at] = 1;
  }
  return pairs;
}

function emptyPairs(count: number): JudgedPairs {
  return { similarity: new Float32Array(count), match: new Uint8Array(count) };
}

async function cropVector(path: string, random: () => number): Promise<Float32Array> {
  const { width, height } = await sharp(path).metadata();
  const area = 0.3 + 0.5 * random();
  const aspect = Math.exp(0.5 * (random() - 0.5));
  const box = {
    width: Math.floor(width * Math.min(1, Math.sqrt(area * aspect))),
    height: Math.floor(height * Math.min(1, Math.sqrt(area / aspect))),
  };
  const { data, info } = await sharp(path)
    .extract({
      ...box,
      left: Math.floor(random() * (width - box.width)),
      top: Math.floor(random() * (height - box.height)),
    })
    .flop(random() < 0.5)
    .modulate({ brightness: 0.7 + 0.6 * random(), saturation: 0.5 + random() })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const tensor = new Float32Array(inputLength(encoder.card.image));
  await preprocess({ rgb: data, width: info.width, height: info.height }, encoder.card.image, tensor);
  const [vectors] = await encoder.encode(tensor, 1);
  return vectors!.features;
}

async function vectorsOf(paths: readonly string[], output: EncoderOutput): Promise<Float32Array[]> {
  const outcomes = await embedFiles(paths, { encoder, output, decodes: 2 });
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.vector;
  });
}

async function textVectors(texts: readonly string[]): Promise<Float32Array[]> {
  const outcomes = await embedTexts(texts, await TextEncoder.open(values.encoder, { threads }));
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.vector;
  });
}

/** Unit vectors of whole sentences, by the built-in text encoder's second output. */
async function sentenceVectors(texts: readonly string[]): Promise<Float32Array[]> {
  const { text } = readEncoderCard(builtIn);
  const tokenizer = await openTokenizer(builtIn, text!);
  const session = await openSession(join(builtIn, text!.file), { threads });
  const vectors: Float32Array[] = [];
  for (const given of texts) {
    const { sentence } = await session.run(tokenizer.encode([given.replaceAll(' .', '.')]), ['sentence']);
    const { data } = sentence!;
    if (data instanceof Float32Array) vectors.push(toUnit(rowOf(data, 0, data.length)));
  }
  return vectors;
}

function captionedPhotos(folder: string, tsv: string): CaptionedPhoto[] {
  const byFile = Map.groupBy(readTable(tsv), ([file = '']) => file);
  const step = Math.max(1, byFile.size / photosAtMost);
  const photos = [...byFile].map(([file, lines]) => ({
    path: join(folder, file),
    captions: lines.map(([, caption = '']) => caption),
  }));
  return photos.filter((_, at) => Math.floor(at % step) === 0);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function readTable(path: string): string[][] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

/** Numbers in 0..1, the same in every run. Park and Miller 1988, «minimal standard». */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
