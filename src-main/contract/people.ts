/**
 * People: the faces that were found on photos, who they are, and what a person decided about that. A *person* is somebody whom
 * the person at the screen has dealt with (named, merged, split off, told apart); a *group* is what faces alone look like, and
 * becomes a person at the first such decision. Faces that belong to neither stand on the shelf of unknown ones.
 */
import * as v from 'valibot';
import { photoIdSchema } from './photo.ts';

/** Left, top, width, height, each 0..1 of the photo as shown (after orientation). */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** A face as the engine finds it on a photo. */
export interface FoundFace {
  readonly box: Box;
  /** Eyes (left in the picture first), nose, corners of the mouth: x and y of each, 0..1 of the photo. */
  readonly points: readonly number[];
  /** How sure the detector is, 0..1. */
  readonly score: number;
  /** How well the face can be told apart: size, sharpness, pose and score in one, 0..1. */
  readonly quality: number;
  /** [D], unit length; compare within one face model only. */
  readonly descriptor: Float32Array;
}

/** `p12`: a person; `g45`: a group, named after its first face, so that a later grouping may end it. */
export const peopleIdSchema = v.pipe(v.string(), v.regex(/^[pg][1-9]\d{0,14}$/, 'is no id of a person'));
export type PeopleId = v.InferOutput<typeof peopleIdSchema>;

export interface PersonCard {
  readonly id: PeopleId;
  /** null until somebody gives one. */
  readonly name: string | null;
  readonly hidden: boolean;
  readonly faces: number;
  readonly photos: number;
  /** Face that stands for them: the one that was chosen, else the best. */
  readonly cover: number;
  /** Up to three faces that look least like each other; the cover first. */
  readonly fan: readonly number[];
  /** Local wall clock of their first and last photo; null where no photo says. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** A face on a screen. Its picture: GET /faces/ID. */
export interface Face {
  readonly id: number;
  /** A photo that shows it. */
  readonly photo: number;
  readonly contentId: number;
  readonly box: Box;
  readonly quality: number;
  /** Whom it belongs to; null: unknown. */
  readonly who: PeopleId | null;
  readonly name: string | null;
  /** How sure it is that it belongs there, 0..1; 1 where a person said so. */
  readonly sure: number;
  /** A person said so: by naming, moving, merging or a yes. */
  readonly confirmed: boolean;
  /** Somebody who does not matter, or no face at all: a person said so. */
  readonly ignored: boolean;
  /** Drawn by hand. */
  readonly drawn: boolean;
}

/** Whether two are the same person; the most useful question first. */
export interface SamePerson {
  readonly a: PersonCard;
  readonly b: PersonCard;
  /** 0..1. */
  readonly likeness: number;
}

export interface PeopleState {
  /** Faces are looked for only after a person has turned it on. */
  readonly on: boolean;
  /** Photos that were looked at for faces, and that wait. */
  readonly looked: number;
  readonly waiting: number;
  readonly faces: number;
  readonly people: number;
}

/** What was done, to be taken back with `people.undo`; `id` is whom it concerned afterwards. */
export interface PeopleEdit {
  readonly edit: number;
  readonly id: PeopleId | null;
}

export interface PersonDetails {
  readonly person: PersonCard;
  /** Who is most often on the same photo; five at most. */
  readonly together: readonly { readonly person: PersonCard; readonly photos: number }[];
  /** Whom it may be the same as, most likely first. */
  readonly questions: readonly SamePerson[];
}

export interface PeopleList {
  /** Most photos first. Hidden ones are left out unless they were asked for. */
  readonly people: readonly PersonCard[];
  /** Not named yet; two faces or more; most photos first. */
  readonly groups: readonly PersonCard[];
  readonly hidden: number;
  /** Faces on the shelf of unknown ones. */
  readonly unknown: number;
  readonly ignored: number;
  readonly questions: number;
}

/** What came of writing names into sidecars. */
export interface NamesWritten {
  /** Photos that show somebody with a name. */
  readonly photos: number;
  /** Sidecars that were made or changed, or would be. */
  readonly written: number;
  /** Those that held every name. */
  readonly unchanged: number;
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
}

/** The answer of `likeness people`. */
export interface PeopleReport {
  readonly people: readonly {
    readonly id: PeopleId;
    readonly name: string | null;
    readonly faces: readonly { readonly path: string; readonly box: Box; readonly quality: number }[];
  }[];
  readonly unassigned: readonly { readonly path: string; readonly box: Box }[];
  readonly seconds: number;
}

const unit = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const boxSchema = v.pipe(
  v.tuple([unit, unit, unit, unit]),
  v.check(([x, y, w, h]) => w > 0 && h > 0 && x + w <= 1.000001 && y + h <= 1.000001, 'leaves the photo'),
);
const name = v.pipe(v.string(), v.trim(), v.minLength(1, 'is empty'), v.maxLength(80, 'is too long'));
const faceId = v.pipe(v.number(), v.integer(), v.minValue(1));
const faces = v.pipe(v.array(faceId), v.minLength(1, 'names no face'), v.maxLength(100_000));
const nothing = v.optional(v.object({}), {});

/** name → the schema of its input, as in api.ts. */
export const peopleInputs = {
  'people.state': nothing,
  /** From now on faces are looked for: on the photos that are there at once, on new ones as they come. */
  'people.turnOn': nothing,
  /** Removes every face, name and decision, and looks for faces no more. Photos stay as they are. */
  'people.forget': nothing,
  'people.list': v.object({ hidden: v.optional(v.boolean(), false) }),
  'people.show': v.object({ id: peopleIdSchema }),
  'people.faces': v.object({
    of: v.union([peopleIdSchema, v.picklist(['unknown', 'ignored'])]),
    order: v.optional(v.picklist(['unsure', 'newest', 'best']), 'unsure'),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)), 500),
    offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  }),
  /** Newest first. */
  'people.photos': v.object({ id: peopleIdSchema }),
  'people.questions': v.object({
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 20),
  }),
  /** `later`: asked again after the next grouping that changes either. */
  'people.answer': v.object({
    a: peopleIdSchema,
    b: peopleIdSchema,
    answer: v.picklist(['same', 'different', 'later']),
  }),
  /** Joins the person who has this name already, where there is one. */
  'people.name': v.object({ id: peopleIdSchema, name }),
  'people.merge': v.object({
    ids: v.pipe(v.array(peopleIdSchema), v.minLength(2, 'must name two or more'), v.maxLength(1000)),
    /** Whose name and cover stay; the first that has a name when left out. */
    into: v.optional(peopleIdSchema),
  }),
  /** How the faces would fall into two; nothing is changed. */
  'people.halves': v.object({ id: peopleIdSchema }),
  /** These faces become a person of their own, and never come back to this one. */
  'people.split': v.object({ id: peopleIdSchema, faces }),
  'people.hide': v.object({ id: peopleIdSchema, hidden: v.boolean() }),
  'people.cover': v.object({ id: peopleIdSchema, face: faceId }),
  /** Nobody who matters, or not a person at all: all of its faces. */
  'people.ignore': v.object({ id: peopleIdSchema }),
  /** To a person, a group, or (null) to a new person. */
  'faces.move': v.object({ faces, to: v.nullable(peopleIdSchema) }),
  /** Each is not whom it is shown as, and will not be again. */
  'faces.reject': v.object({ faces }),
  'faces.confirm': v.object({ faces }),
  'faces.ignore': v.object({ faces, ignored: v.optional(v.boolean(), true) }),
  /** Of one photo, left to right. */
  'faces.of': v.object({ photo: photoIdSchema }),
  /** A face that was missed; `name` may be left out. */
  'faces.draw': v.object({ photo: photoIdSchema, box: boxSchema, name: v.optional(name) }),
  /** Takes an edit back. Refused where a later one has changed the same. */
  'people.undo': v.object({ edit: faceId }),
  /** Writes the names that were given into sidecars beside the photos, as other programs read them. `preview` only counts. */
  'people.writeNames': v.optional(v.object({ preview: v.optional(v.boolean(), false) }), {}),
  /** Waits until every photo was looked at, and tells it all: `likeness people`. Turns faces on. */
  'people.report': nothing,
  /** Faces of a file, in the library or not: `likeness faces PHOTO`. Nothing is kept of a file outside. */
  'people.inspect': v.object({ path: v.pipe(v.string(), v.minLength(1)) }),
} as const;

export interface PeopleOutputs {
  'people.state': PeopleState;
  'people.turnOn': PeopleState;
  'people.forget': PeopleState;
  'people.list': PeopleList;
  'people.show': PersonDetails;
  'people.faces': { readonly faces: readonly Face[]; readonly total: number };
  'people.photos': { readonly photos: readonly number[] };
  'people.questions': { readonly questions: readonly SamePerson[]; readonly total: number };
  'people.answer': PeopleEdit;
  'people.name': PeopleEdit;
  'people.merge': PeopleEdit;
  'people.halves': { readonly halves: readonly [readonly Face[], readonly Face[]] };
  'people.split': PeopleEdit;
  'people.hide': PeopleEdit;
  'people.cover': PeopleEdit;
  'people.ignore': PeopleEdit;
  'faces.move': PeopleEdit;
  'faces.reject': PeopleEdit;
  'faces.confirm': PeopleEdit;
  'faces.ignore': PeopleEdit;
  'faces.of': { readonly faces: readonly Face[] };
  'faces.draw': PeopleEdit & { readonly face: Face };
  'people.undo': { readonly undone: boolean };
  'people.writeNames': NamesWritten;
  'people.report': PeopleReport;
  'people.inspect': {
    readonly faces: readonly {
      readonly path: string;
      readonly box: Box;
      readonly quality: number;
      readonly name: string | null;
    }[];
  };
}

/**
 * What the grouping sees of a face. Faces are compared by their descriptors alone; everything else constrains.
 */
export interface GroupedFace {
  readonly id: number;
  /** Content that it is on: two faces of one photo cannot be one person. */
  readonly contentId: number;
  readonly quality: number;
  /** Person that it belongs to because somebody said so; null otherwise. */
  readonly is: number | null;
  /** Persons that it does not belong to because somebody said so. */
  readonly isNot: readonly number[];
}

/** What came of a grouping: each face is in one group at most, and in no group with another face of its photo. */
export interface Grouping {
  readonly groups: readonly {
    /** Person whom somebody made of it; null: a group by looks alone. */
    readonly person: number | null;
    readonly faces: readonly { readonly id: number; readonly sure: number }[];
  }[];
  /** Faces that belong nowhere. */
  readonly unknown: readonly number[];
  /** Pairs of groups (places in `groups`) that may be one person; the most useful question first. */
  readonly questions: readonly { readonly a: number; readonly b: number; readonly likeness: number }[];
}
