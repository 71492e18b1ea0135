/**
 * A run as one file, to keep or to give away: a .tar of its encoder with its card, what came of it, and how it went. Photos are not
 * in it, nor their names: the map, the neighbours and the list of photos stay. What is brought in is believed in nothing: names are
 * ours alone, sizes are bounded, every file of the encoder has the sha256 that its card states.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as tar from 'tar-stream';
import * as v from 'valibot';
import { verifyEncoder } from '../../models/card.ts';
import { LikenessError } from '../contract/errors.ts';
import { learnWishSchema, type LearnResult, type Run } from '../contract/learn.ts';
import { limits } from '../contract/limits.ts';
import { readLooks } from './run-details.ts';
import { parseResult } from './run-result.ts';
import type { Runs } from './runs.ts';

/** What is told of a run beside its result; `likeness-run` says what the file is. */
const aboutSchema = v.object({
  kind: v.literal('likeness-run'),
  version: v.literal(1),
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)),
  wish: learnWishSchema,
  base: v.pipe(v.string(), v.maxLength(200)),
  baseName: v.pipe(v.string(), v.maxLength(200)),
});

const aboutName = 'run.json';
const resultName = 'result.json';
const looksName = 'looks.jsonl';
/** Files that are read as text, with what each may hold at most, bytes. */
const textBytes: Readonly<Record<string, number>> = {
  [aboutName]: 64 * 1024,
  [resultName]: 256 * 1024,
  [looksName]: 4 * 1024 * 1024,
};
const encoderFile = /^encoder\/[A-Za-z0-9][\w.-]{0,120}$/;

/**
 * Writes a run that has learned into one file.
 * @param file  absolute; replaced when it is there.
 * @throws LikenessError bad-input for a run without a result; the file system's errors.
 */
export async function exportRun(
  run: Run,
  dir: string,
  file: string,
): Promise<{ file: string; bytes: number }> {
  if (!run.result)
    throw new LikenessError(
      'bad-input',
      'This run has not learned yet, so there is nothing to write.',
      'Export it when it has ended.',
    );
  const { name, base, baseName } = run;
  const about: v.InferInput<typeof aboutSchema> = {
    kind: 'likeness-run',
    version: 1,
    name,
    // Folders are named after people and places: they are nobody's business.
    wish: { ...run.wish, from: { kind: 'all' } },
    base,
    baseName,
  };
  const looks = await readLooks(join(dir, looksName));
  const texts = [
    [aboutName, JSON.stringify(about, null, 2)],
    [resultName, JSON.stringify({ ...run.result, out: '' } satisfies LearnResult, null, 2)],
    [looksName, looks.map((look) => JSON.stringify(look)).join('\n')],
  ] as const;
  const pack = tar.pack();
  const partial = `${file}.partial`;
  const written = pipeline(pack, createWriteStream(partial));
  const filled = (async () => {
    for (const [entry, text] of texts) pack.entry({ name: entry, mode: 0o644 }, text);
    const encoder = join(dir, 'encoder');
    for (const entry of (await readdir(encoder)).sort()) {
      const { size } = await stat(join(encoder, entry));
      await pipeline(
        createReadStream(join(encoder, entry)),
        pack.entry({ name: `encoder/${entry}`, size, mode: 0o644 }),
      );
    }
    pack.finalize();
  })();
  try {
    await Promise.all([written, filled]);
    await rename(partial, file);
  } catch (thrown) {
    pack.destroy();
    await written.catch(() => {});
    await rm(partial, { force: true });
    throw thrown;
  }
  return { file, bytes: (await stat(file)).size };
}

/**
 * Makes a run of such a file; it is not used by itself.
 * @throws LikenessError bad-input saying what is wrong with the file, encoder-broken when a file of the encoder has other bytes
 *   than its card states; the file system's errors.
 */
export async function importRun(file: string, runs: Runs): Promise<Run> {
  await stat(file);
  const filled = runs.newFolder();
  try {
    const texts = await unpack(file, filled);
    const about = parsed(texts.get(aboutName), (text) => v.parse(aboutSchema, JSON.parse(text)), aboutName);
    const result = parsed(texts.get(resultName), parseResult, resultName);
    const card = await verifyEncoder(join(filled, 'encoder'));
    const extra = (await readdir(join(filled, 'encoder'))).find(
      (name) => name !== 'encoder.json' && name !== 'card.md' && !Object.hasOwn(card.sha256, name),
    );
    if (extra !== undefined) throw refused(`holds “${extra}”, which its encoder’s card does not name`);
    if (card.id !== result.encoder) throw refused('tells of another encoder than the one that it holds');
    await writeFile(join(filled, resultName), texts.get(resultName)!);
    await writeFile(join(filled, looksName), texts.get(looksName) ?? '');
    const { name, wish, base, baseName } = about;
    return runs.bringIn(filled, { name, wish, base, baseName, result: { ...result, out: '' } });
  } catch (thrown) {
    await rm(filled, { recursive: true, force: true });
    throw thrown;
  }
}

/** Writes the encoder's files into `target`/encoder. @returns the texts beside it, by name. */
async function unpack(file: string, target: string): Promise<Map<string, string>> {
  const encoder = join(target, 'encoder');
  await mkdir(encoder, { recursive: true });
  const seen = new Set<string>();
  const texts = new Map<string, string>();
  let bytes = 0;
  const extract = tar.extract();
  const read = pipeline(createReadStream(file), extract);
  // Its error is awaited below; the loop hears of it first.
  read.catch(() => {});
  try {
    for await (const entry of extract) {
      const { name, type, size = 0 } = entry.header;
      bytes += size;
      const asText = textBytes[name];
      if (type !== 'file' || seen.has(name) || (asText === undefined && !encoderFile.test(name)))
        throw refused(`holds “${printable(name)}”, which has no place in a run`);
      seen.add(name);
      if (bytes > limits.runFileBytes || (asText !== undefined && size > asText))
        throw refused('is larger than any run');
      if (asText === undefined) {
        const path = join(encoder, name.slice('encoder/'.length));
        await pipeline(entry, createWriteStream(path, { flags: 'wx' }));
      } else {
        const parts: Buffer[] = [];
        for await (const part of entry) parts.push(part as Buffer);
        texts.set(name, Buffer.concat(parts).toString('utf8'));
      }
    }
    await read;
  } catch (thrown) {
    if (thrown instanceof LikenessError || isSystems(thrown)) throw thrown;
    throw refused('is damaged, or no file of this kind', thrown);
  }
  return texts;
}

function parsed<T>(text: string | undefined, parse: (text: string) => T, name: string): T {
  if (text === undefined) throw refused(`lacks ${name}`);
  try {
    return parse(text);
  } catch (cause) {
    throw refused(`has a ${name} that cannot be read`, cause);
  }
}

/** The file system's own errors have a system call; those of the archive's reader have none. */
function isSystems(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown;
}

function printable(name: string): string {
  return name.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, '?').slice(0, 100);
}

function refused(what: string, cause?: unknown): LikenessError {
  return new LikenessError(
    'bad-input',
    `This file ${what}.`,
    'Choose a file that `likeness runs export` or the Learn screen wrote.',
    { cause },
  );
}
