/** The encoders that are installed: the built-in one, and folders under the library's `encoders`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readEncoderCard, verifyEncoder, type EncoderCard } from '../models/card.ts';
import { toErrorData } from './contract/errors.ts';

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

/** Built-in first. A folder whose card cannot be read is passed over: `models verify` and `doctor` name it. */
export async function openEncoders(builtIn: string, installed: string): Promise<InstalledEncoder[]> {
  const others = existsSync(installed) ? readdirSync(installed).map((name) => join(installed, name)) : [];
  const opened = await Promise.all([builtIn, ...others.sort()].map(openEncoder));
  return opened.filter((encoder) => encoder !== null);
}

async function openEncoder(dir: string): Promise<InstalledEncoder | null> {
  if (!existsSync(join(dir, 'encoder.json'))) return null;
  try {
    const card = await readEncoderCard(dir);
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
