/**
 * What main asks of its engine processes, and the envelope it travels in. Paths go in, numbers and small
 * files' names come out; pixels never travel. The same program runs twice: `looking` works off the job list
 * at low priority, `answering` serves the person who waits (queries, previews) and reads the library.
 */
import type {
  Classified,
  Clustered,
  PhotoCluster,
  PhotoEvent,
  ShownCluster,
  ShownEvent,
} from './collections.ts';
import type { DuplicateClass, KeeperRule } from './duplicate-kinds.ts';
import type { DuplicateCount, DuplicateGroup } from './duplicates.ts';
import type { ErrorData } from './errors.ts';
import type { Box, FoundFace, Grouping } from './people.ts';
import type { PhotoMetadata } from './photo.ts';
import type { SearchInput, SearchResults, SimilarInput } from './search.ts';

export type EngineRole = 'looking' | 'answering';

/** Sides of the two thumbnails: the longer side, px. */
export const thumbnailSides = {
  small: 256,
  /** Just under 500: a 4,000 px photo then decodes at an eighth of its size (libjpeg's scaled decoding). */
  large: 496,
} as const;
export type ThumbnailSide = (typeof thumbnailSides)[keyof typeof thumbnailSides];

export type EncoderOutput = 'features' | 'embedding';

export type Outcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly error: ErrorData };

export interface PreparedPhoto {
  /** sharp's name of the file format: jpeg, png… */
  readonly format: string;
  /** Pixels as shown, after orientation. */
  readonly width: number;
  readonly height: number;
  /** Average colour, 0xRRGGBB. */
  readonly colour: number;
  readonly metadata: PhotoMetadata;
  /** One vector an output of the encoder, unit length; null when no encoder was asked for. */
  readonly vectors: Readonly<Partial<Record<EncoderOutput, Float32Array>>> | null;
}

/** name → [input, output] of every call. Results stand in the order of the input. */
export interface EngineCalls {
  /** SHA-256 of each file's bytes, streamed. */
  identify: [{ paths: readonly string[] }, readonly Outcome<{ hash: string; sizeBytes: number }>[]];
  /** Decodes each photo once: details, both thumbnails (written under `thumbnails`, named by hash), vectors. */
  prepare: [
    {
      photos: readonly { path: string; hash: string; modifiedMs: number }[];
      /** Folder of the thumbnails, or null when they are there already. */
      thumbnails: string | null;
      /** Folder of the encoder, or null when vectors are not wanted. */
      encoder: string | null;
    },
    readonly Outcome<PreparedPhoto>[],
  ];
  /** Vectors of files or texts with one encoder, without the library. A failed one has ok: false. */
  embed: [
    { encoder: string; output: EncoderOutput; paths?: readonly string[]; texts?: readonly string[] },
    readonly Outcome<{ vector: Float32Array }>[],
  ];
  /**
   * Vectors that an encoder would make, from those of the encoder that it was made from: no photo is looked at. Rows of `dim`
   * numbers one behind the other; an output that the encoder leaves as it was comes back null.
   */
  adapt: [
    { encoder: string; features: Float32Array; embedding: Float32Array },
    { features: Float32Array | null; embedding: Float32Array | null },
  ];
  /** How an encoder's likeness is to be read, from some photos; null when too few could be looked at in that time. */
  fitLikeness: [
    { encoder: string; paths: readonly string[]; patienceMs: number },
    { readonly bias: number; readonly weight: number } | null,
  ];
  /**
   * Faces of each photo. With `crops`, a folder, a picture of each is written there as HASH-N.jpg, N its place in the answer.
   * `boxes` are faces that a person drew on the photo: they come last, in their order, whatever the detector thinks of them.
   * `names` are those that another program wrote into the photo, or beside it; `at` is a place in `faces`.
   */
  findFaces: [
    {
      photos: readonly { path: string; hash: string; boxes?: readonly Box[] }[];
      /** Folder of the face model. */
      model: string;
      crops: string | null;
    },
    readonly Outcome<{ faces: readonly FoundFace[]; names?: readonly { at: number; name: string }[] }>[],
  ];
  /** Groups the faces of the library that were found with a model, by its id and folder, told apart with a head that was learned or (null) without. */
  groupFaces: [{ model: string; dir: string; head: number | null }, Grouping];
  /** What each photo is looked up and judged by, in the search for duplicates. */
  lookForDuplicates: [
    { photos: readonly { path: string; hash: string }[] },
    readonly Outcome<{
      print: Float32Array;
      inner: Float32Array | null;
      sharpness: number;
      exposure: number;
    }>[],
  ];
  /** Pairs of contents worth comparing, [a, b, a, b…], how alike the encoder finds each, and from when on it means the same scene. */
  duplicateCandidates: [
    { encoder: string; encoderId: string },
    { pairs: Int32Array; likeness: Float32Array; threshold: number },
  ];
  /** Pairs within each family of at most `largest` pictures that lead to one another, [a, b, a, b…]. */
  relatedPairs: [{ largest: number }, { pairs: Int32Array }];
  /** What the two of each pair are to one another. */
  judgePairs: [
    { pairs: Int32Array; likeness: Float32Array; threshold: number },
    { classes: readonly (DuplicateClass | 'none')[]; distances: Float32Array },
  ];
  /** Groups of one class, or of all; counted by class. `version` changes whenever the answer may. */
  duplicateGroups: [
    {
      version: string;
      class: DuplicateClass | null;
      limit: number;
      offset: number;
      rules: readonly KeeperRule[];
      folders: readonly string[];
    },
    { groups: readonly DuplicateGroup[]; total: number; counts: readonly DuplicateCount[] },
  ];
  /** Events of the whole library, oldest first. */
  events: [Record<string, never>, readonly PhotoEvent[]];
  /** The same as windows show them. */
  eventPhotos: [Record<string, never>, readonly ShownEvent[]];
  /** Clusters of the whole library; `centres` are what to begin with the next time. */
  clusters: [
    { encoder: string; encoderId: string; k: number | null },
    {
      clusters: readonly (PhotoCluster & ShownCluster)[];
      noise: Clustered['noise'];
      centres: readonly { readonly id: string; readonly centre: Float32Array }[];
    },
  ];
  /** Which of the words each photo of the library shows, by path; photos that were not analysed yet are left out. */
  classify: [{ encoder: string; encoderId: string; labels: readonly string[] }, Classified['results']];
  /** Metadata, size and format of a file that need not be in the library. */
  inspect: [{ path: string }, Omit<PreparedPhoto, 'vectors'> & { hash: string; sizeBytes: number }];
  /** A JPEG that a browser can show, made from any readable photo, written to `target`; the longer side at most `side`. */
  render: [{ path: string; target: string; side: number }, { bytes: number }];
  /** Answered from the library's read-only connection. `upload` is a path by now. */
  search: [SearchInput & { encoder: string; encoderId: string }, SearchResults];
  similar: [SimilarInput & { encoder: string; encoderId: string }, SearchResults];
  /** Loads the text tower and the vectors, so that the first query does not wait. */
  warm: [{ encoder: string; encoderId: string }, { photos: number }];
  /** Runs a small net on one of ONNX Runtime's execution providers. Rejects with the runtime's own words, or the engine dies. */
  probe: [{ provider: string }, { milliseconds: number }];
}
export type EngineCallName = keyof EngineCalls;

export interface EngineStart {
  readonly role: EngineRole;
  /** The library's folder, for the role that reads it. */
  readonly library: string;
  /** Threads that inference may use. */
  readonly threads: number;
  /** Photos decoded at once. */
  readonly decodes: number;
}

/** main → engine. The first message is `start`. */
export type ToEngine =
  | { readonly type: 'start'; readonly start: EngineStart }
  | { readonly type: 'call'; readonly id: number; readonly name: EngineCallName; readonly input: unknown };

/** engine → main. */
export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly id: number; readonly output: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: ErrorData };
