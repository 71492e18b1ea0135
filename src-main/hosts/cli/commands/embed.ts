/** `likeness embed`: the encoder's vectors of files and texts, for programs. */
import { writeFile } from 'node:fs/promises';
import type { App } from '../../../app.ts';
import type { EncoderOutput } from '../../../contract/engine.ts';
import { command } from '../command.ts';
import { readLists } from '../lists.ts';
import { npyMatrix } from '../npy.ts';
import { usage } from '../parse.ts';
import { ProgressLine } from '../progress.ts';
import { count } from '../table.ts';

/** Rows asked for at once: enough to keep decoding and inference busy, few enough that progress moves. */
const batch = 64;

interface Row {
  readonly kind: 'photo' | 'text';
  /** An absolute path, or the text. */
  readonly content: string;
}

interface Embedded {
  readonly encoder: string;
  readonly dim: number;
  readonly vectors: readonly (Float32Array | null)[];
  readonly reasons: readonly { row: number; photo?: string; text?: string; reason: string }[];
}

export const embed = command({
  name: 'embed',
  summary: 'Turn photos and texts into vectors of unit length',
  takes: '[FILE…]',
  count: [0, Number.POSITIVE_INFINITY],
  options: {
    'photos-from': { type: 'text', value: 'LIST', summary: 'file with one path a line; - is stdin' },
    text: { type: 'text', value: 'T', many: true, summary: 'a text' },
    'texts-from': { type: 'text', value: 'LIST', summary: 'file with one text a line; - is stdin' },
    output: {
      type: 'text',
      value: 'NAME',
      choices: ['features', 'embedding'],
      summary: 'features compare photos with photos, embedding (default) also with texts',
    },
    encoder: { type: 'text', value: 'ID', summary: 'another encoder than the active one' },
    npy: { type: 'text', value: 'OUT', summary: 'write the matrix to a NumPy file' },
  },
  examples: [
    'likeness --json embed ~/Pictures/beach.jpg --text "a beach"',
    'likeness embed --photos-from paths.txt --output features --npy vectors.npy',
  ],
  async run({ args, options }, context) {
    const output = (options.output ?? 'embedding') as EncoderOutput;
    const [photos = [], texts = []] = await readLists(
      [options['photos-from'], options['texts-from']],
      context,
    );
    const rows: Row[] = [
      ...[...args, ...photos].map((path): Row => ({
        kind: 'photo',
        content: path && context.absolute(path),
      })),
      ...[...options.text, ...texts].map((text): Row => ({ kind: 'text', content: text })),
    ];
    const nothingAsked = !options['photos-from'] && !options['texts-from'] && rows.length === 0;
    if (nothingAsked)
      throw usage(
        'There is nothing to embed.',
        'Name a FILE, or give --text, --photos-from or --texts-from.',
      );
    if (output === 'features' && (options.text.length > 0 || options['texts-from']))
      throw usage('A text has no features.', 'Leave --output out, or ask for --output embedding.');

    const line = new ProgressLine(context.output);
    const say = (done: number) => line.show(`Embedding: ${count(done)} of ${count(rows.length)}`);
    const made = await embedRows(await context.app(), rows, {
      output,
      encoder: options.encoder,
      signal: context.signal,
      say,
    });
    for (const { photo, text, reason } of made.reasons)
      context.output.note(`${photo ?? `“${text}”`}: ${reason}`);

    const { encoder, dim, vectors, reasons } = made;
    const target = options.npy === undefined ? null : context.absolute(options.npy);
    if (target) await writeFile(target, npyMatrix(vectors, dim));
    const head = { encoder, output, dim, count: vectors.length, failed: reasons.length };
    // JSON has no NaN: a failed row is null.
    const data = target ? head : { ...head, vectors: vectors.map((vector) => vector && Array.from(vector)) };
    return {
      data: reasons.length > 0 ? { ...data, reasons } : data,
      text: () =>
        target
          ? `${count(vectors.length)} × ${dim} numbers of ${encoder} (${output}) are in ${target}. Failed: ${count(reasons.length)}.`
          : vectors
              .map((vector) => Array.from(vector ?? [Number.NaN], (value) => value.toFixed(6)).join(' '))
              .join('\n'),
    };
  },
});

interface EmbedOptions {
  readonly output: EncoderOutput;
  readonly encoder: string | undefined;
  readonly signal: AbortSignal;
  /** Called with the number of rows done. */
  readonly say: (done: number) => void;
}

/** Vectors in the order of `rows`, null for each that failed. */
async function embedRows(
  app: App,
  rows: readonly Row[],
  { output, encoder, signal, say }: EmbedOptions,
): Promise<Embedded> {
  const named = encoder === undefined ? {} : { encoder };
  // Nothing asked still tells which encoder answers, and whether the one that was named is there.
  const { encoder: id, dim } = await app.embed({ output, texts: [], ...named });
  const vectors: (Float32Array | null)[] = [];
  const reasons: Embedded['reasons'][number][] = [];
  const fail = ({ kind, content }: Row, reason: string) => {
    reasons.push({ row: vectors.length, [kind]: content, reason });
    vectors.push(null);
  };
  for (const part of batches(rows)) {
    signal.throwIfAborted();
    const contents = part.map(({ content }) => content).filter((content) => content.trim() !== '');
    const asked = part[0]?.kind === 'photo' ? { paths: contents } : { texts: contents };
    const answers = (await app.embed({ output, ...asked, ...named })).rows.values();
    for (const row of part) {
      if (row.content.trim() === '') fail(row, 'The line is empty.');
      else {
        const answer = answers.next().value;
        if (answer?.ok) vectors.push(answer.vector);
        else fail(row, answer?.error.message ?? 'The engine gave no answer.');
      }
    }
    say(vectors.length);
  }
  return { encoder: id, dim, vectors, reasons };
}

/** Runs of up to `batch` rows of one kind. */
function* batches(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length;) {
    let end = start;
    while (end < rows.length && end - start < batch && rows[end]?.kind === rows[start]?.kind) end++;
    yield rows.slice(start, end);
    start = end;
  }
}
