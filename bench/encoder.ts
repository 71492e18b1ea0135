/**
 * How well the built-in encoder sees, beside the stop-gap that it replaces and the teacher that it learned from, all in one run.
 *
 *   npm run bench -- encoder [--encoder DIR] [--photos DIR] [--models DIR]
 *
 * --photos holds flickr8k/dev, cifar10 and imagenet-sample; --models holds stopgap/image.onnx and teacher/teacher.onnx. Both lie in
 * ../shared where Likeness is developed. Who has none of them can measure an encoder with `likeness evaluate`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../training/engines/encoder-session.ts';
import {
  type CifarLine,
  type NamesLine,
  type RetrievalLine,
  type Texts,
  measureCifar,
  measureNames,
  measureRetrieval,
  measureTime,
  rememberedTexts,
} from '../training/recipes/built-in/figures.ts';
import {
  type Tower,
  builtInImage,
  teacherImage,
  writeWithWords,
} from '../training/recipes/built-in/with-words.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    encoder: { type: 'string', default: join(root, 'models/built-in') },
    photos: { type: 'string', default: join(root, '../shared/photos') },
    models: { type: 'string', default: join(root, '../shared/models') },
  },
});
const words = join(root, 'models/built-in');
const dir = mkdtempSync(join(tmpdir(), 'likeness-encoder-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

interface Line extends RetrievalLine, CifarLine, NamesLine {
  readonly encoder: string;
  readonly milliseconds: { readonly fastest: number; readonly median: number };
}

const lines: Line[] = [];
let texts: Texts | null = null;
for (const [name, folder] of [
  ['built-in', resolve(values.encoder)],
  ['stop-gap', await peer('stopgap', 'image.onnx', builtInImage)],
  ['teacher', await peer('teacher', 'teacher.onnx', teacherImage)],
] as const) {
  console.error(`Measuring the ${name} …`);
  lines.push(await measure(name, folder));
}

const percent = (share: number) => (100 * share).toFixed(1);
const rows: readonly (readonly [string, (line: Line) => string])[] = [
  ['Flickr8k dev, words to photo: R@1, %', ({ r1 }) => percent(r1)],
  ['R@5, %', ({ r5 }) => percent(r5)],
  ['R@10, %', ({ r10 }) => percent(r10)],
  ['median rank of 1,000', ({ median }) => String(median)],
  ['CIFAR-10, named by words alone, %', ({ zeroShot }) => percent(zeroShot)],
  ['CIFAR-10, 20 neighbours, features, %', ({ knnFeatures }) => percent(knnFeatures)],
  ['CIFAR-10, 20 neighbours, embedding, %', ({ knnEmbedding }) => percent(knnEmbedding)],
  ['200 ImageNet classes held out, named by words: first, %', ({ top1 }) => percent(top1)],
  ['among the first five, %', ({ top5 }) => percent(top5)],
  ['one photo alone, one thread, ms (fastest)', ({ milliseconds }) => milliseconds.fastest.toFixed(1)],
  ['(median)', ({ milliseconds }) => milliseconds.median.toFixed(1)],
];
console.log(`| | ${lines.map(({ encoder }) => encoder).join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(lines.length)}`);
for (const [title, cell] of rows) console.log(`| ${title} | ${lines.map(cell).join(' | ')} |`);
console.log(JSON.stringify({ bench: 'encoder', cpu: cpus()[0]?.model, lines }));

/** Another image tower beside the built-in encoder's words. */
function peer(name: string, file: string, image: Tower['image']): Promise<string> {
  const folder = join(dir, name);
  const model = readFileSync(join(values.models, name, file));
  const tower: Tower = { id: name, name, source: 'Measured for comparison.', model, image };
  return writeWithWords(folder, tower, words).then(() => folder);
}

async function measure(name: string, folder: string): Promise<Line> {
  const encoder = await openEncoder(folder, { threads: 1 });
  try {
    texts ??= rememberedTexts(encoder);
    const milliseconds = await measureTime(encoder);
    return {
      encoder: name,
      ...(await measureRetrieval(values.photos, encoder, texts)),
      ...(await measureCifar(values.photos, encoder, texts)),
      ...(await measureNames(values.photos, encoder, texts)),
      milliseconds,
    };
  } finally {
    await encoder.close();
  }
}
