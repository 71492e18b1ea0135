/** What a person has set, and which encoder the library uses. */
import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { defaultSettings, settingsSchema, type Settings } from '../contract/settings.ts';
import type { Changes } from './changes.ts';

export class SettingsReader {
  readonly #read;

  constructor(database: Database) {
    this.#read = database.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck();
  }

  /** What was set, defaults for the rest. A value that this version cannot read counts as not set. */
  get(): Settings {
    const kept = parseObject(this.#read.get('settings'));
    const readable = Object.entries(kept).filter(
      ([name, value]) =>
        name in settingsSchema.entries &&
        v.safeParse(settingsSchema.entries[name as keyof Settings], value).success,
    );
    return { ...defaultSettings, ...(Object.fromEntries(readable) as Partial<Settings>) };
  }

  /** Name of the weights that the library is searched with; empty until one was chosen. */
  encoder(): string {
    return this.#read.get('encoder') ?? '';
  }
}

export class SettingsRecords extends SettingsReader {
  readonly #changes: Changes;
  readonly #write;

  constructor(database: Database, changes: Changes) {
    super(database);
    this.#changes = changes;
    this.#write = database.prepare<[string, string]>(
      'INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
  }

  /** @returns all settings after the change. */
  set(changed: { readonly [Name in keyof Settings]?: Settings[Name] | undefined }): Settings {
    const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
    const next = v.parse(settingsSchema, { ...this.get(), ...given });
    this.#write.run('settings', JSON.stringify(next));
    return next;
  }

  /** @param id  name of the weights (models/card.ts), the same that vectors are saved under. */
  setEncoder(id: string): void {
    if (id === this.encoder()) return;
    this.#write.run('encoder', id);
    // Every photo's mark «encoded» speaks of the encoder in use.
    this.#changes.newGeneration();
  }
}

function parseObject(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
