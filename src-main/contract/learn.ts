/**
 * Learning from a person's own photos: what they may ask for, how a run goes, what came of it. The trainer gets a LearnRequest
 * and tells of it in looks; windows and commands see a Run.
 */
import * as v from 'valibot';
import { engineChoices, methodNames, type EngineChoice, type MethodName } from './run.ts';

/** What it is to get better at. `people` needs people that were named. */
export const learnGoals = ['likeness', 'words', 'people', 'everything'] as const;
export type LearnGoal = (typeof learnGoals)[number];

/**
 * What is trained. `adapter`: the encoder stays, a small addition behind it learns. `tower`: the encoder's own weights for
 * likeness learn on. `scratch`: a new network for likeness, for pictures unlike everyday photos. Words are compared with the base's own
 * `embedding` in all three, which only the goals `words` and `everything` may change, by an adapter.
 */
export const learnStarts = ['adapter', 'tower', 'scratch'] as const;
export type LearnStart = (typeof learnStarts)[number];

/** What an expert may set; null leaves it to goal and start. */
export const learnOptionsSchema = v.partial(
  v.object({
    /** Of a new network or a tower; an adapter has its own. */
    method: v.nullable(v.picklist(methodNames)),
    temperature: v.nullable(v.pipe(v.number(), v.minValue(0.01), v.maxValue(1))),
    rate: v.nullable(v.pipe(v.number(), v.minValue(1e-6), v.maxValue(10))),
    /** Photos a step. */
    batch: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(8), v.maxValue(4096))),
    /** Least share of a photo's area that a view shows, 0..1. */
    smallestCrop: v.nullable(v.pipe(v.number(), v.minValue(0.05), v.maxValue(1))),
    /** Strength of the change of colours, 0..1. */
    colour: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    /** Share of views without colour, and of those out of focus, 0..1. */
    grey: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    blur: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    mirror: v.nullable(v.boolean()),
  }),
);
export type LearnOptions = v.InferOutput<typeof learnOptionsSchema>;

/** Which photos of the library; dates as takenAtMs, wall clock as if UTC, both ends included. */
export const learnFromSchema = v.variant('kind', [
  v.object({ kind: v.literal('all') }),
  v.object({ kind: v.literal('folders'), folders: v.pipe(v.array(v.string()), v.minLength(1)) }),
  v.object({ kind: v.literal('dates'), fromMs: v.number(), toMs: v.number() }),
]);
export type LearnFrom = v.InferOutput<typeof learnFromSchema>;

export const learnWishSchema = v.object({
  from: v.optional(learnFromSchema, { kind: 'all' }),
  goal: v.optional(v.picklist(learnGoals), 'likeness'),
  start: v.optional(v.picklist(learnStarts), 'adapter'),
  /** Folders that photos were sorted into count as answers: photos of one folder belong together. */
  classes: v.optional(v.boolean(), false),
  minutes: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(1440)), 20),
  engine: v.optional(v.picklist(engineChoices), 'auto'),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)), 1),
  options: v.optional(learnOptionsSchema, {}),
});
/** What a person asks for. */
export type LearnWish = v.InferOutput<typeof learnWishSchema>;

/** What the trainer is asked for. */
export interface LearnRequest {
  /** Folder of the encoder to begin with, absolute. */
  readonly encoder: string;
  /** A folder of photos, a .tar of them, or a list that a library wrote; absolute. */
  readonly data: string;
  readonly goal: Exclude<LearnGoal, 'people'>;
  readonly start: LearnStart;
  /** How long it may take, in all. Fewer photos, views and steps are taken where time is short. */
  readonly minutes: number;
  readonly classes: boolean;
  readonly engine: EngineChoice;
  readonly seed: number;
  /** Processor threads; all cores when null. */
  readonly threads: number | null;
  /** The run's folder, absolute; made if it is not there. */
  readonly out: string;
  readonly options: LearnOptions;
}

/** `learn-resume` with `finish` ends the learning where it stands: judge what there is. */
export type LearnTask =
  | { readonly kind: 'learn'; readonly request: LearnRequest }
  | { readonly kind: 'learn-resume'; readonly dir: string; readonly finish: boolean };

/** How far a run is, every few seconds while it learns; kept in `looks.jsonl` of its folder, one a line. */
export interface LearnLook {
  readonly step: number;
  readonly steps: number;
  /** Passes over the photos, a fraction. */
  readonly pass: number;
  readonly passes: number;
  /** Seconds of learning so far, pauses left out. */
  readonly seconds: number;
  readonly photosPerSecond: number;
  /** Mean since the last look, of photos learned from and of photos held out. */
  readonly loss: number;
  readonly heldOutLoss: number | null;
  /** Wang and Isola (2020), on photos held out. */
  readonly alignment: number | null;
  readonly uniformity: number | null;
  /** Share of held-out photos that a part of themselves finds first; and of captions that find their photo among the first ten. */
  readonly found: number | null;
  readonly words: number | null;
}

/** Where some photos lie on a plane, before and now; kept in `map.json` of the run's folder. */
export interface LearnMap {
  /** Absolute paths. */
  readonly photos: readonly string[];
  /** x and y of each photo in turn, within -1..1. The two maps share their axes. */
  readonly before: readonly number[];
  readonly now: readonly number[];
}

/** What lies nearest to a few photos held out, nearest first; kept in `neighbours.json`. Absolute paths. */
export interface LearnNeighbours {
  readonly photo: string;
  readonly before: readonly string[];
  readonly now: readonly string[];
}

/** `same`: no difference that can be told. */
export type Verdict = 'better' | 'worse' | 'same';

/** One figure of photos held out, before and after; shares 0 to 1. */
export interface Compared {
  readonly what: 'half' | 'mates' | 'class' | 'knn' | 'words';
  /** As people read it. */
  readonly title: string;
  /** How many photos or captions were asked about. */
  readonly queries: number;
  readonly before: number;
  readonly after: number;
  /** Of the difference: 95 % of a paired bootstrap's draws lie between these. */
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

/** What came of a run; kept in `result.json` of its folder, with the new encoder beside it in `encoder`. */
export interface LearnResult {
  /** What taught most: `simclr` where views and bursts did, `supcon` where folders did, `clip` where words did. */
  readonly method: MethodName;
  readonly start: LearnStart;
  readonly goal: LearnRequest['goal'];
  /** Ids of the two encoders. */
  readonly base: string;
  readonly encoder: string;
  readonly engine: Exclude<EngineChoice, 'auto'>;
  readonly device: string;
  /** Photos learned from, and held out. */
  readonly photos: { readonly learned: number; readonly heldOut: number };
  readonly steps: number;
  readonly passes: number;
  readonly compared: readonly Compared[];
  /** Mean over photos of 1 - cosine between their features before and after; null where a new network made them. */
  readonly moved: number | null;
  readonly verdict: Verdict;
  /** The verdict in a sentence or two, with what to do. */
  readonly words: string;
  readonly seconds: number;
  readonly out: string;
}

/** `learned`: it has a result. */
export type RunState = 'waiting' | 'running' | 'paused' | 'learned' | 'failed' | 'cancelled';

/** A run as windows and commands see it. */
export interface Run {
  readonly id: number;
  readonly name: string;
  readonly state: RunState;
  /** `preparing`: every photo gets its vectors of the new encoder; the old one answers until all have them. */
  readonly use: 'none' | 'preparing' | 'in-use' | 'rolled-back';
  /** The job that works on it, learning or preparing; null when none does. */
  readonly job: number | null;
  /** Brought in from a file. */
  readonly imported: boolean;
  readonly wish: LearnWish;
  /** Id and name of the encoder that it began with. */
  readonly base: string;
  readonly baseName: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  /** Why it failed or waits. */
  readonly reason: string | null;
  readonly result: LearnResult | null;
}

/** A photo of the library in a map or among neighbours. */
export interface RunPhoto {
  readonly id: number;
  readonly contentId: number;
}

/** All of a run that the window draws. Photos that have left the library are left out. */
export interface RunDetails {
  readonly run: Run;
  /** At most 400, evenly thinned. */
  readonly looks: readonly LearnLook[];
  readonly map: {
    readonly photos: readonly RunPhoto[];
    readonly before: readonly number[];
    readonly now: readonly number[];
  } | null;
  readonly neighbours: readonly {
    readonly photo: RunPhoto;
    readonly before: readonly RunPhoto[];
    readonly now: readonly RunPhoto[];
  }[];
}

/** What the Learn screen offers. */
export interface LearnOffer {
  /** The encoder in use, with which a run begins. */
  readonly base: { readonly id: string; readonly name: string };
  readonly photos: number;
  /** Photos with a caption or keywords. */
  readonly described: number;
  /** Folders below the watched ones that hold photos, most photos first, at most 200. */
  readonly folders: readonly { readonly path: string; readonly photos: number }[];
  /** First and last time that a photo was taken; null without photos. */
  readonly taken: { readonly fromMs: number; readonly toMs: number } | null;
  /** Engines that were found to work, best first; empty until the probe has answered. */
  readonly engines: readonly { readonly engine: Exclude<EngineChoice, 'auto'>; readonly device: string }[];
  /** Starts and goals that cannot be had now, each with the reason as a sentence. */
  readonly refused: Readonly<Partial<Record<LearnGoal | LearnStart, string>>>;
}

/** Two views of a photo as a run would draw them. */
export interface LearnViews {
  readonly photo: RunPhoto;
  readonly views: readonly {
    /** The cut in the whole photo: left, top, width, height, 0..1. */
    readonly box: readonly [number, number, number, number];
    /** A picture as a `data:` address. */
    readonly picture: string;
  }[];
}

/** `learn --json`, and one entry of `runs list --json`. Figures of photos held out, 0..1, by Compared.what. */
export interface RunSummary {
  readonly run: number;
  readonly name: string;
  readonly method: MethodName | null;
  readonly base: string;
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  readonly verdict: Verdict | null;
  readonly applied: boolean;
}
