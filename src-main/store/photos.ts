/** Photos as they are written: found on disk, looked at, failed, moved, gone. */
import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { wallClockMs } from '../contract/clock.ts';
import type { PreparedPhoto } from '../contract/engine.ts';
import type { ContentId, FolderId, PhotoId } from '../contract/photo.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { PhotoReader } from './photo-reader.ts';
import {
  photoStatements,
  type KnownFile,
  type UnencodedPhoto,
  type WaitingPhoto,
} from './photo-statements.ts';
import type { PhotoWords } from './photo-words.ts';
import type { Vectors } from './vectors.ts';

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Time of the last change to the file, ms since 1970 UTC. */
  readonly modifiedMs: number;
  /** Name of a kind that is not read yet, as HEIC; null for one that is. */
  readonly unsupported: string | null;
}

export interface Attached {
  /** Null when the bytes are new to the library: the photo still waits. */
  readonly contentId: ContentId | null;
  /** True when the content has the encoder's vectors. */
  readonly encoded: boolean;
  /** True when the photo is an older one whose file moved here: it kept its row, and the row `id` is gone. */
  readonly moved: boolean;
}

export interface PhotosParts {
  readonly changes: Changes;
  readonly contents: Contents;
  readonly vectors: Vectors;
  readonly words: PhotoWords;
}

export class Photos extends PhotoReader {
  readonly #database: Database;
  readonly #parts: PhotosParts;
  readonly #sql;
  /** Where the last pass for unencoded photos stopped, by encoder: a pass over the library then costs one pass over the index. */
  readonly #unencodedFrom = new Map<string, number>();

  constructor(database: Database, parts: PhotosParts) {
    super(database);
    this.#database = database;
    this.#parts = parts;
    this.#sql = photoStatements(database);
  }

  /**
   * Notes files that a scan found. New ones wait to be looked at, changed ones wait again, and a missing one whose file is as it
   * was comes back. Call it for every file of the folder with one `scan` number, then `endScan`.
   */
  seen(
    folderId: FolderId,
    entries: readonly FoundFile[],
    scan: number,
  ): { added: number; updated: number; unchanged: number } {
    const counts = { added: 0, updated: 0, unchanged: 0 };
    this.#database.transaction(() => {
      const version = this.#parts.changes.next();
      for (const entry of entries) {
        const known = this.#sql.byPath.get(entry.path);
        const id = known
          ? this.#seenAgain(known, entry, { folderId, version, counts })
          : this.#insert(folderId, entry, version);
        if (!known) counts.added += 1;
        this.#sql.see.run(scan, id);
      }
    })();
    return counts;
  }

  /**
   * Ends a scan of a whole folder: its photos that were not seen are missing. Those that had not been looked at are forgotten,
   * since nothing about them would be lost.
   */
  endScan(folderId: FolderId, scan: number): { missing: number } {
    return this.#database.transaction(() => {
      const version = this.#parts.changes.next();
      const forgotten = this.#sql.forgetUnseen.run(folderId, scan).changes;
      const missing = this.#sql.missUnseen.run(version, folderId, scan).changes;
      this.#sql.endSeen.run(scan);
      return { missing: forgotten + missing };
    })();
  }

  /** Photos to look at, newest file first; those of folders whose disk is away are left out. */
  waiting(limit: number, folderIds?: readonly FolderId[]): WaitingPhoto[] {
    return folderIds
      ? this.#sql.waitingIn.all(JSON.stringify(folderIds), limit)
      : this.#sql.waiting.all(limit);
  }

  waitingCount(folderIds?: readonly FolderId[]): number {
    return (
      (folderIds ? this.#sql.waitingCountIn.get(JSON.stringify(folderIds)) : this.#sql.waitingCount.get()) ??
      0
    );
  }

  /**
   * Photos whose content lacks vectors of an encoder, one photo a content. Goes round: each call goes on where the last one
   * stopped; empty means that none is left.
   */
  unencoded(encoderId: string, limit: number): UnencodedPhoto[] {
    const from = this.#unencodedFrom.get(encoderId) ?? Number.MAX_SAFE_INTEGER;
    let found = this.#sql.unencoded.all(from, encoderId, limit);
    if (found.length === 0 && from !== Number.MAX_SAFE_INTEGER)
      found = this.#sql.unencoded.all(Number.MAX_SAFE_INTEGER, encoderId, limit);
    const last = found.at(-1);
    if (last) this.#unencodedFrom.set(encoderId, last.contentId);
    else this.#unencodedFrom.delete(encoderId);
    return found;
  }

  /**
   * Tells whose bytes a waiting photo has. Bytes that the library knows make it ready at once; where a photo with these bytes
   * lost its file, this is that photo, moved.
   * @param hash  SHA-256 of the file as it is now.
   * @param identity  the file's size and date when it was hashed.
   * @param encoderId  whose vectors `encoded` speaks of; the library's encoder when left out.
   */
  attach(
    id: PhotoId,
    hash: string,
    identity: { readonly sizeBytes: number; readonly modifiedMs: number },
    encoderId?: string | null,
  ): Attached {
    return this.#database.transaction(() => {
      const content = this.#parts.contents.byHash(hash);
      if (!content) return { contentId: null, encoded: false, moved: false };
      const encoder = encoderId ?? this.#sql.encoder.get() ?? '';
      const modifiedMs = Math.trunc(identity.modifiedMs);
      const moved = this.#settle(id, content, { sizeBytes: identity.sizeBytes, modifiedMs });
      const encoded = this.#sql.encoded.get(content.id, encoder) !== undefined;
      return { contentId: content.id, encoded, moved };
    })();
  }

  /**
   * Keeps what was read out of a photo's bytes; the photo is ready.
   * @param encoderId  whose vectors `prepared` brings; null when it brings none.
   */
  savePrepared(
    id: PhotoId,
    hash: string,
    sizeBytes: number,
    prepared: PreparedPhoto,
    encoderId: string | null,
  ): { contentId: ContentId } {
    return this.#database.transaction(() => {
      const { contents, vectors } = this.#parts;
      const contentId = contents.save(hash, sizeBytes, prepared);
      const takenAtMs = contents.byHash(hash)?.takenAtMs ?? null;
      // Its other photos draw what was read now, too.
      this.#sql.redraw.run(this.#parts.changes.next(), contentId);
      const file = this.#sql.file.get(id);
      // The photo may have left the library while the engine looked at it: then its content goes with the next sweep.
      if (file) this.#settle(id, { id: contentId, takenAtMs }, { sizeBytes, modifiedMs: file.modifiedMs });
      if (encoderId !== null && prepared.vectors) vectors.save(contentId, encoderId, prepared.vectors);
      return { contentId };
    })();
  }

  /** Sets a photo aside with the reason, one sentence. It leaves the grid. */
  fail(id: PhotoId, reason: string): void {
    this.#database.transaction(() => {
      this.#parts.words.remove(id);
      this.#sql.fail.run(reason, this.#parts.changes.next(), id);
    })();
  }

  /** Notes that the file of a photo that was looked at before is gone. @returns false for one that nobody has looked at. */
  missed(id: PhotoId): boolean {
    return this.#sql.miss.run(this.#parts.changes.next(), id).changes > 0;
  }

  /** A file that went to the bin: its photo leaves the library. What was decided about its bytes stays. */
  binned(id: PhotoId): void {
    this.#database.transaction(() => {
      this.#parts.words.remove(id);
      this.#sql.leaveGrid.run(this.#parts.changes.next(), id);
      this.#sql.delete.run(id);
    })();
    this.#parts.contents.sweepSoon();
  }

  /** Notes that the engine died over a photo. Returns how often it has by now. */
  attempted(id: PhotoId): number {
    return this.#sql.attempted.get(id) ?? 0;
  }

  /** Failed photos wait again; all of them when `ids` is left out. Returns how many. */
  retry(ids?: readonly number[]): number {
    return ids ? this.#sql.retryThese.run(JSON.stringify(ids)).changes : this.#sql.retryAll.run().changes;
  }

  #insert(folderId: FolderId, entry: FoundFile, version: number): PhotoId {
    const state = entry.unsupported === null ? 'waiting' : 'unsupported';
    const { lastInsertRowid } = this.#sql.insert.run(
      folderId,
      entry.path,
      entry.sizeBytes,
      Math.trunc(entry.modifiedMs),
      state,
      entry.unsupported,
      version,
    );
    return Number(lastInsertRowid) as PhotoId;
  }

  #seenAgain(
    known: KnownFile,
    entry: FoundFile,
    scan: { folderId: FolderId; version: number; counts: { updated: number; unchanged: number } },
  ): PhotoId {
    const { id } = known;
    const modifiedMs = Math.trunc(entry.modifiedMs);
    const same =
      known.size === entry.sizeBytes && known.modified === modifiedMs && known.kind === entry.unsupported;
    if (same) {
      scan.counts.unchanged += 1;
      if (known.state === 'missing' || known.folder !== scan.folderId)
        this.#sql.back.run(scan.folderId, scan.version, id);
      return id;
    }
    scan.counts.updated += 1;
    if (entry.unsupported !== null) {
      this.#parts.words.remove(id);
      this.#sql.turnUnsupported.run(entry.unsupported, entry.sizeBytes, modifiedMs, scan.version, id);
    } else this.#sql.changed.run(scan.folderId, entry.sizeBytes, modifiedMs, scan.version, id);
    return id;
  }

  /** Gives photo `id` its content. Returns true when an older photo of these bytes moved to this file and took its place. */
  #settle(
    id: PhotoId,
    content: { readonly id: ContentId; readonly takenAtMs: number | null },
    file: { readonly sizeBytes: number; readonly modifiedMs: number },
  ): boolean {
    const { changes, words } = this.#parts;
    const here = this.#sql.file.get(id);
    if (!here) return false;
    // A file that was only touched is where it was; one that brings these bytes anew may be an older photo, moved.
    const old =
      here.content === content.id
        ? undefined
        : this.#sql.siblings
            .all(content.id, id)
            .find(({ state, path }) => state === 'missing' || (!existsSync(path) && existsSync(here.path)));
    if (old) {
      if (here.content !== null) this.#sql.leaveGrid.run(changes.next(), id);
      words.remove(id);
      this.#sql.delete.run(id);
      this.#sql.move.run(here.path, here.folder, old.id);
      this.#sql.seeInstead.run(old.id, id);
    }
    const target = old?.id ?? id;
    this.#sql.ready.run({
      id: target,
      content: content.id,
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
      takenAtMs: content.takenAtMs ?? wallClockMs(file.modifiedMs),
      version: changes.next(),
    });
    words.save(target);
    return old !== undefined;
  }
}
