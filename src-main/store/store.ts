/** The library's data: one object for the process that writes, one for processes that only read. */
import type { Database } from 'better-sqlite3';
import { Changes } from './changes.ts';
import { ClusterCentreReader, ClusterCentres } from './cluster-centres.ts';
import { CollectionReader } from './collection-reader.ts';
import { ContentReader, Contents } from './contents.ts';
import { databaseError } from './database-error.ts';
import { DuplicateReader } from './duplicate-reader.ts';
import { Duplicates } from './duplicates.ts';
import { EncoderChoice } from './encoder-choice.ts';
import { FaceFacts } from './face-facts.ts';
import { FaceHeadReader, FaceHeads } from './face-heads.ts';
import { FaceReader } from './face-reader.ts';
import { Faces } from './faces.ts';
import { Folders } from './folders.ts';
import { checkIntegrity } from './integrity.ts';
import { JobRecords } from './jobs.ts';
import type { LibraryLock } from './lock.ts';
import type { LibraryPaths } from './open.ts';
import { PeopleCards } from './people-cards.ts';
import { PeopleEdits } from './people-edits.ts';
import { PeopleGrouping } from './people-grouping.ts';
import { PeopleLists } from './people-lists.ts';
import { PeopleReader } from './people-reader.ts';
import { Persons } from './persons.ts';
import { PhotoReader } from './photo-reader.ts';
import { PhotoWords } from './photo-words.ts';
import { Photos } from './photos.ts';
import { RunRecords } from './runs.ts';
import { SettingsReader, SettingsRecords } from './settings.ts';
import { TextReader } from './text-reader.ts';
import { VectorReader, Vectors } from './vectors.ts';

export interface StoreCounts {
  /** Photos that can be shown; missing ones among them. */
  readonly photos: number;
  readonly waiting: number;
  /** Photos whose content has vectors of the library's encoder. */
  readonly encoded: number;
  readonly failed: number;
  readonly missing: number;
  readonly unsupported: Readonly<Record<string, number>>;
}

/** All that is kept of people. */
export interface PeopleStore {
  readonly faces: Faces;
  readonly facts: FaceFacts;
  readonly persons: Persons;
  readonly edits: PeopleEdits;
  readonly grouping: PeopleGrouping;
  readonly cards: PeopleCards;
  readonly lists: PeopleLists;
  readonly heads: FaceHeads;
}

export class Store {
  readonly paths: LibraryPaths;
  readonly folders: Folders;
  readonly photos: Photos;
  readonly contents: Contents;
  readonly vectors: Vectors;
  readonly text: TextReader;
  readonly jobs: JobRecords;
  readonly runs: RunRecords;
  readonly settings: SettingsRecords;
  readonly encoderChoice: EncoderChoice;
  readonly people: PeopleStore;
  readonly duplicates: Duplicates;
  readonly clusterCentres: ClusterCentres;
  readonly #database: Database;
  readonly #lock: LibraryLock;

  constructor(database: Database, paths: LibraryPaths, lock: LibraryLock) {
    const changes = new Changes(database);
    const contents = new Contents(database);
    const vectors = new Vectors(database, changes);
    this.paths = paths;
    this.contents = contents;
    this.vectors = vectors;
    this.photos = new Photos(database, { changes, contents, vectors, words: new PhotoWords(database) });
    this.folders = new Folders(database, changes, contents);
    this.text = new TextReader(database);
    this.jobs = new JobRecords(database);
    this.runs = new RunRecords(database);
    this.settings = new SettingsRecords(database, changes);
    this.encoderChoice = new EncoderChoice(database, { settings: this.settings, vectors, runs: this.runs });
    this.people = peopleStore(database, changes);
    this.duplicates = new Duplicates(database);
    this.clusterCentres = new ClusterCentres(database);
    this.#database = database;
    this.#lock = lock;
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  /** All from counters: it costs nothing. */
  counts(): StoreCounts {
    const { waiting, failed, missing, ready, encoded } = this.photos.tallies();
    const unsupported = this.photos.unsupportedCounts();
    return { photos: ready + missing, waiting, encoded, failed, missing, unsupported };
  }

  sqliteVersion(): string {
    return String(this.#database.prepare('SELECT sqlite_version()').pluck().get());
  }

  /** Runs `work` as one transaction: all of it is kept, or when it throws none of it. May be nested. */
  transaction<T>(work: () => T): T {
    if (this.#database.inTransaction) return work();
    try {
      return this.#database.transaction(work).immediate();
    } catch (thrown) {
      throw databaseError(thrown, this.paths.dir) ?? thrown;
    }
  }

  /** SQLite's own checks, foreign keys, and our counters against a count. Seconds at 100,000 photos. */
  integrity(): { ok: boolean; details: string[] } {
    return checkIntegrity(this.#database);
  }

  close(): void {
    this.contents.close();
    if (this.#database.open) {
      try {
        this.#database.pragma('optimize');
      } catch {
        // It only tunes later queries, and on a full disk it cannot.
      }
      this.#database.close();
    }
    this.#lock.release();
  }
}

/** A read-only view for another process of the same application. It sees each committed change at its next question. */
export class StoreReader {
  readonly photos: PhotoReader;
  readonly contents: ContentReader;
  readonly vectors: VectorReader;
  readonly text: TextReader;
  readonly settings: SettingsReader;
  readonly faces: FaceReader;
  readonly people: PeopleReader;
  readonly faceHeads: FaceHeadReader;
  readonly duplicates: DuplicateReader;
  readonly collections: CollectionReader;
  readonly clusterCentres: ClusterCentreReader;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.photos = new PhotoReader(database);
    this.contents = new ContentReader(database);
    this.vectors = new VectorReader(database);
    this.text = new TextReader(database);
    this.settings = new SettingsReader(database);
    this.faces = new FaceReader(database);
    this.people = new PeopleReader(database);
    this.faceHeads = new FaceHeadReader(database);
    this.duplicates = new DuplicateReader(database);
    this.collections = new CollectionReader(database);
    this.clusterCentres = new ClusterCentreReader(database);
  }

  /** Changes whenever the writer has committed something: the cheapest question whether to look again. */
  dataVersion(): number {
    return Number(this.#database.pragma('data_version', { simple: true }));
  }

  close(): void {
    this.#database.close();
  }
}

function peopleStore(database: Database, changes: Changes): PeopleStore {
  const facts = new FaceFacts(database);
  const faces = new Faces(database, facts);
  const persons = new Persons(database);
  return {
    faces,
    facts,
    persons,
    edits: new PeopleEdits(database, facts),
    grouping: new PeopleGrouping(database),
    cards: new PeopleCards(database, { changes, persons }),
    lists: new PeopleLists(database),
    heads: new FaceHeads(database),
  };
}
