/** Keeps the full-text row of each photo that is shown: words of its name, folders, keywords and caption. */
import { basename, dirname, extname, relative, sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { PhotoId } from '../contract/photo.ts';
import { searchableText } from './words.ts';

interface NamedPhoto {
  path: string;
  folder: string;
  keywords: string;
  caption: string | null;
}

export class PhotoWords {
  readonly #read;
  readonly #save;
  readonly #remove;

  constructor(database: Database) {
    this.#read = database.prepare<[number], NamedPhoto>(
      `SELECT p.path, f.path AS folder, c.keywords, c.caption FROM photos p
       JOIN folders f ON f.id = p.folder_id JOIN contents c ON c.id = p.content_id WHERE p.id = ?`,
    );
    this.#save = database.prepare<[number, string, string, string, string]>(
      'INSERT OR REPLACE INTO words (rowid, name, folders, keywords, caption) VALUES (?, ?, ?, ?, ?)',
    );
    this.#remove = database.prepare<[number]>('DELETE FROM words WHERE rowid = ?');
  }

  /** Renews the row of a photo that has a content. */
  save(id: PhotoId): void {
    const photo = this.#read.get(id);
    if (!photo) return;
    const { path, keywords, caption } = photo;
    this.#save.run(
      id,
      searchableText(basename(path, extname(path))),
      searchableText(folderNames(photo)),
      searchableText((JSON.parse(keywords) as string[]).join(' ')),
      searchableText(caption ?? ''),
    );
  }

  remove(id: PhotoId): void {
    this.#remove.run(id);
  }
}

/** From the watched folder's own name downwards: what lies above it (a home, a user's name) says nothing of the photo. */
function folderNames({ path, folder }: NamedPhoto): string {
  return [basename(folder), ...relative(folder, dirname(path)).split(sep)].join(' ');
}
