/** What search holds in memory of the library, brought up to date before every question. */
import PQueue from 'p-queue';
import type { EncoderOutput } from '../contract/engine.ts';
import type { StoreReader } from '../store/store.ts';
import { PhotoTable } from './photo-table.ts';
import { openCompare, type OpenModel } from './rank-model.ts';
import { VectorIndex, type Compare } from './vector-index.ts';

/** Vectors read in one query: 1 MiB at D = 256. More are no faster and leave more garbage. */
const rowsPerRead = 1024;

/** Which vectors a question is about. They are kept apart by all three and never compared across. */
export interface VectorKind {
  readonly encoderId: string;
  readonly output: EncoderOutput;
  /** D, as the encoder's card says. */
  readonly dim: number;
}

/** The library as it was when the question was asked; good until the work it was handed to has ended. */
export interface LibraryView {
  readonly photos: PhotoTable;
  readonly vectors: VectorIndex;
  readonly reader: StoreReader;
}

interface Followed {
  readonly index: VectorIndex;
  /** Number of the last vector that was read. */
  seq: number;
  /** Mark of the last removed content that was dropped. */
  removedMark: number;
}

/**
 * One encoder's vectors and the photos they belong to. Vectors of an output are read when it is first asked for,
 * and dropped when another encoder is.
 * Cost, 100,000 photos and D = 256: 98 MiB of vectors, 2.4 MB of photos, read in about a second (docs/speed.md); afterwards
 * one `PRAGMA data_version` a question, and what changed when it did.
 */
export class LibraryIndex {
  readonly #reader: StoreReader;
  readonly #compare: Compare;
  /** One question at a time: rows must not move while cosines are computed, and ONNX Runtime blocks the thread anyway. */
  readonly #turns = new PQueue({ concurrency: 1 });
  readonly #photos = new PhotoTable();
  readonly #followed = new Map<EncoderOutput, Followed>();
  #encoderId: string | null = null;
  #dataVersion: number | null = null;

  private constructor(reader: StoreReader, compare: Compare) {
    this.#reader = reader;
    this.#compare = compare;
  }

  /** @param reader  a read-only connection of its own. */
  static async open(reader: StoreReader, openModel: OpenModel): Promise<LibraryIndex> {
    return new LibraryIndex(reader, await openCompare(openModel));
  }

  /** Reads what a text search will need, so that the first one does not wait. Returns how many photos there are. */
  follow(encoderId: string): Promise<number> {
    return this.#turns.add(() => {
      const dim = this.#reader.vectors.dims(encoderId, 'embedding');
      if (dim === null) this.#catchUp();
      else this.#vectorsOf({ encoderId, output: 'embedding', dim });
      return this.#photos.size;
    });
  }

  /**
   * Lets `work` ask one question of the library as it is now.
   * @throws RangeError when the stored vectors are not of the length that `kind` promises.
   */
  ask<Answer>(kind: VectorKind, work: (library: LibraryView) => Promise<Answer>): Promise<Answer> {
    return this.#turns.add(() =>
      work({ photos: this.#photos, vectors: this.#vectorsOf(kind), reader: this.#reader }),
    );
  }

  close(): void {
    this.#turns.clear();
    this.#reader.close();
  }

  #vectorsOf({ encoderId, output, dim }: VectorKind): VectorIndex {
    if (encoderId !== this.#encoderId) this.#followed.clear();
    this.#encoderId = encoderId;
    this.#catchUp();
    let followed = this.#followed.get(output);
    if (followed?.index.dim !== dim) {
      followed = this.#empty(dim);
      this.#readVectors(output, followed);
      this.#followed.set(output, followed);
    }
    return followed.index;
  }

  /** Cheap while nobody has written; otherwise reads what was written. */
  #catchUp(): void {
    // Taken first: what is written while we read then counts as not read, and is met again.
    const dataVersion = this.#reader.dataVersion();
    if (dataVersion === this.#dataVersion) return;
    for (const [output, followed] of this.#followed) this.#readVectors(output, followed);
    if (this.#reader.photos.generation() === this.#photos.generation) this.#readChanges();
    else this.#readAll();
    this.#dataVersion = dataVersion;
  }

  #readChanges(): void {
    const { photos } = this.#reader;
    if (photos.version() !== this.#photos.version) this.#photos.follow(photos.timeline(this.#photos.version));
  }

  /** Rows may have vanished without a trace: the photos are read anew, and vectors too where their count tells. */
  #readAll(): void {
    this.#photos.clear();
    this.#photos.follow(this.#reader.photos.timeline());
    for (const [output, { index }] of this.#followed) {
      if (this.#reader.vectors.count(this.#encoderId!, output) === index.size) continue;
      const anew = this.#empty(index.dim);
      this.#readVectors(output, anew);
      this.#followed.set(output, anew);
    }
  }

  #empty(dim: number): Followed {
    const index = new VectorIndex({ encoderId: this.#encoderId!, dim, compare: this.#compare });
    return { index, seq: 0, removedMark: this.#reader.vectors.removedMark() };
  }

  #readVectors(output: EncoderOutput, followed: Followed): void {
    const { vectors } = this.#reader;
    for (;;) {
      const read = vectors.since(this.#encoderId!, output, followed.seq, rowsPerRead);
      for (const { contentId, vector } of read) followed.index.put(contentId, vector);
      followed.seq = read.at(-1)?.seq ?? followed.seq;
      if (read.length < rowsPerRead) break;
    }
    const removed = vectors.removedSince(followed.removedMark);
    for (const contentId of removed.contentIds) followed.index.remove(contentId);
    followed.removedMark = removed.mark;
  }
}
