/** What a person has set, and which encoder the library uses. */
import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { defaultSettings, settingsSchema, type Settings } from '../contract/settings.ts';
import type { Changes } from './changes.ts';
import { isEncoded } from './grid-columns.ts';

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

  /** The model that faces are found with; empty until one was chosen. */
  faceModel(): string {
    return this.#read.get('face-model') ?? '';
  }
}

export class SettingsRecords extends SettingsReader {
  readonly #changes: Changes;
  readonly #database: Database;
  readonly #write;
  readonly #mark;

  constructor(database: Database, changes: Changes) {
    super(database);
    this.#database = database;
    this.#changes = changes;
    this.#mark = database.prepare(
      `UPDATE photos SET encoded = NOT encoded WHERE content_id IS NOT NULL AND encoded <> ${isEncoded('photos.content_id')}`,
    );
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

  /** @param id  of the model that faces are found with from now on. */
  setFaceModel(id: string): void {
    this.#write.run('face-model', id);
  }

  /**
   * Chooses the encoder that the library is searched with; photos are marked by whether they have its vectors.
   * @param id  name of the weights (models/card.ts), the same that vectors are saved under.
   * Cost: a pass over all photos, 1 µs each, when it is another than before.
   */
  setEncoder(id: string): void {
    if (id === this.encoder()) return;
    this.#database.transaction(() => {
      this.#write.run('encoder', id);
      this.#mark.run();
      // So many marks at once are no news worth listing: every window loads anew.
      this.#changes.newGeneration();
    })();
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
