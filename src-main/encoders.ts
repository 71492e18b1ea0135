/** The encoders that are installed: the built-in one, and folders under the library's `encoders`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEncoderCard, verifyEncoder, type EncoderCard } from '../models/card.ts';
import { LikenessError, toErrorData } from './contract/errors.ts';

export interface InstalledEncoder {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly card: EncoderCard;
  /** Of all its files. */
  readonly bytes: number;
  /** Reads every file and compares its sha256 with the card. */
  verify(): Promise<{ id: string; ok: boolean; details: readonly string[] }>;
}

/** Folder of the encoder that comes with the program, where that runs from its sources. */
export const builtInEncoder = fileURLToPath(new URL('../models/built-in', import.meta.url));

/** Where encoders lie. */
export interface EncoderPlaces {
  /** The folder of the built-in one. */
  readonly builtIn: string;
  /** A folder of encoders' folders. */
  readonly encoders: string;
  /** A folder of runs, each with its encoder within. */
  readonly runs: string;
}

/** The encoders that are installed now, and the one in use. */
export class Encoders {
  readonly #places: EncoderPlaces;
  #all: readonly InstalledEncoder[];

  /** @throws LikenessError `no-encoder` when none is there. */
  constructor(places: EncoderPlaces) {
    this.#places = places;
    this.#all = openEncoders(places);
  }

  /** Built-in first; each id once. */
  get all(): readonly InstalledEncoder[] {
    return this.#all;
  }

  /** Looks again: call it when one came or went. */
  refresh(): void {
    this.#all = openEncoders(this.#places);
  }

  find(id: string): InstalledEncoder | null {
    return this.#all.find((one) => one.id === id) ?? null;
  }

  /** @throws LikenessError not-found, naming those that are there. */
  named(id: string): InstalledEncoder {
    const encoder = this.find(id);
    if (encoder) return encoder;
    const known = this.#all.map((one) => one.id).join(', ');
    throw new LikenessError('not-found', `No encoder “${id}” is installed.`, `Installed: ${known}.`);
  }

  /** The chosen one, or the built-in one while none was chosen or the chosen one is gone. */
  inUse(chosen: string): InstalledEncoder {
    return this.find(chosen) ?? this.#all[0]!;
  }
}

/**
 * Built-in first. A folder whose card cannot be read is passed over: `models verify` and `doctor` name it.
 * @throws LikenessError `no-encoder` when none is left.
 */
function openEncoders({ builtIn, encoders, runs }: EncoderPlaces): InstalledEncoder[] {
  const folders = [builtIn, ...foldersIn(encoders), ...foldersIn(runs).map((run) => join(run, 'encoder'))];
  const found = new Map<string, InstalledEncoder>();
  for (const folder of folders) {
    const encoder = openEncoder(folder);
    if (encoder && !found.has(encoder.id)) found.set(encoder.id, encoder);
  }
  if (found.size > 0) return [...found.values()];
  throw new LikenessError(
    'no-encoder',
    'No encoder is installed, not even the built-in one.',
    'Install Likeness again; its models folder is missing.',
  );
}

function foldersIn(dir: string): string[] {
  if (!existsSync(dir)) return [];
  // Folders that begin with a dot are being filled or deleted.
  return readdirSync(dir)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(dir, name));
}

/** What a person may call an encoder by. */
export interface EncoderName {
  /** An encoder's folder, or that of a run, absolute. */
  readonly dir: string;
  /** The id of an installed one, or `built-in`. */
  readonly id: string;
}

/**
 * The folder of an encoder. A folder of that name comes first.
 * @throws LikenessError `not-found` when there is neither.
 */
export function findEncoder({ dir, id }: EncoderName, places: Omit<EncoderPlaces, 'builtIn'>): string {
  const folder = [dir, join(dir, 'encoder')].find((place) => existsSync(join(place, 'encoder.json')));
  if (folder) return folder;
  if (id === 'built-in') return builtInEncoder;
  const encoders = openEncoders({ builtIn: builtInEncoder, ...places });
  const found = encoders.find((one) => one.id === id);
  if (found) return found.dir;
  throw new LikenessError(
    'not-found',
    existsSync(dir) ? `There is no encoder in “${dir}”.` : `No encoder “${id}” is installed.`,
    `Installed: ${['built-in', ...encoders.map((one) => one.id)].join(', ')}; or name the folder of one.`,
  );
}

function openEncoder(dir: string): InstalledEncoder | null {
  if (!existsSync(join(dir, 'encoder.json'))) return null;
  try {
    const card = readEncoderCard(dir);
    const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
    return { id: card.id, name: card.name, dir, card, bytes, verify: () => verified(card.id, dir) };
  } catch (thrown) {
    console.error(`The encoder in ${dir} cannot be used: ${toErrorData(thrown).message}`);
    return null;
  }
}

async function verified(id: string, dir: string) {
  try {
    await verifyEncoder(dir);
    return { id, ok: true, details: [] };
  } catch (thrown) {
    return { id, ok: false, details: [toErrorData(thrown).message] };
  }
}
