/**
 * Photos that are the same, or nearly: found in the background, grouped by kind, a keeper proposed. What a person decides
 * (these are no duplicates, this one is kept, these go to the bin) is kept by content, for ever.
 */
import * as v from 'valibot';
import { acceptableClasses, type DuplicateClass, duplicateClasses } from './duplicate-kinds.ts';
import type { Job } from './jobs.ts';
import { photoIdSchema, type ContentId, type PhotoId } from './photo.ts';

export const duplicateClassSchema = v.picklist(duplicateClasses);

export interface DuplicateMember {
  readonly photo: PhotoId;
  readonly contentId: ContentId;
  readonly path: string;
  readonly bytes: number;
  /** sharp's name of the file format. */
  readonly format: string;
  /** Pixels as shown. */
  readonly width: number;
  readonly height: number;
  /** Local wall clock, as if UTC; null where the photo does not say. */
  readonly takenAtMs: number | null;
  readonly camera: string | null;
  readonly rating: number | null;
  /** From the keeper, 0 (the same) to 1. */
  readonly distance: number;
  /** What it is to the keeper. */
  readonly class: DuplicateClass;
}

export interface DuplicateGroup {
  /** Stays while the group has the same class and contents. */
  readonly id: string;
  readonly class: DuplicateClass;
  readonly keeper: PhotoId;
  /** Why that one is kept, a sentence. */
  readonly reason: string;
  /** True where a person chose the keeper. */
  readonly chosen: boolean;
  /** The keeper first, then the nearest. */
  readonly members: readonly DuplicateMember[];
  /** Bytes of all members but the keeper. */
  readonly bytesToGain: number;
}

export interface DuplicateCount {
  readonly class: DuplicateClass;
  readonly groups: number;
  /** Photos beside the keepers. */
  readonly photos: number;
  readonly bytesToGain: number;
}

export interface DuplicatesState {
  /** When the library was last searched for them; null: never. */
  readonly searchedAtMs: number | null;
  /** Photos that came since then; 0 before the first search. */
  readonly fresh: number;
  /** The search that runs or waits. */
  readonly job: Job | null;
  readonly counts: readonly DuplicateCount[];
}

/** Photos that went to the bin together. */
export interface Binned {
  readonly id: number;
  readonly atMs: number;
  readonly photos: number;
  readonly bytes: number;
  /** How many of them are back. */
  readonly restored: number;
  /** What could not be done, by path. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
}

/** The answer of `likeness duplicates`. */
export interface DuplicatesReport {
  readonly groups: readonly {
    readonly class: DuplicateClass;
    readonly keeper: string;
    readonly reason: string;
    readonly members: readonly { readonly path: string; readonly distance: number }[];
    readonly bytesToGain: number;
  }[];
  readonly seconds: number;
}

const groupId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'is no id of a group'));
const photos = v.pipe(v.array(photoIdSchema), v.minLength(1), v.maxLength(10_000));
const id = v.pipe(v.number(), v.integer(), v.minValue(1));

export const duplicatesInputs = {
  'duplicates.state': v.optional(v.object({}), {}),
  /** Searches the library in the background. */
  'duplicates.find': v.optional(v.object({}), {}),
  /** Groups of a class, those with most to gain first. */
  'duplicates.list': v.object({
    class: duplicateClassSchema,
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
    offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  }),
  /** Searches, waits for the end, and tells all groups; of one class, or of all. */
  'duplicates.report': v.object({ class: v.optional(duplicateClassSchema) }),
  /** This photo is the one to keep of whatever group it is in. */
  'duplicates.keep': v.object({ photo: photoIdSchema }),
  /** These photos are no duplicates of one another, for ever. */
  'duplicates.dismiss': v.object({ photos: v.pipe(photos, v.minLength(2), v.maxLength(500)) }),
  /** Takes a dismissal back. */
  'duplicates.undismiss': v.object({ id }),
  /** Moves photos to the system's bin. */
  'duplicates.bin': v.object({ photos }),
  /** Everything of a class but the keepers goes to the bin; only of classes where nothing is lost. `preview`: only says what would. */
  'duplicates.accept': v.object({
    class: v.picklist(acceptableClasses),
    /** Groups that are left out. */
    except: v.optional(v.array(groupId), []),
    preview: v.optional(v.boolean(), false),
  }),
  /** What went to the bin from here, newest first. */
  'duplicates.binned': v.optional(v.object({}), {}),
  /** Brings photos back from the bin to where they were. */
  'duplicates.restore': v.object({ id }),
};

export interface DuplicatesOutputs {
  'duplicates.state': DuplicatesState;
  'duplicates.find': { readonly job: Job };
  'duplicates.list': { readonly groups: readonly DuplicateGroup[]; readonly total: number };
  'duplicates.report': DuplicatesReport;
  'duplicates.keep': { readonly kept: boolean };
  'duplicates.dismiss': { readonly id: number };
  'duplicates.undismiss': { readonly undone: boolean };
  'duplicates.bin': Binned;
  /** `binned` is null for a preview. */
  'duplicates.accept': {
    readonly groups: number;
    readonly photos: number;
    readonly bytes: number;
    readonly binned: Binned | null;
  };
  'duplicates.binned': { readonly binned: readonly Binned[] };
  'duplicates.restore': Binned;
}
