/** What is decided before a new network learns from a library, and written into the run's folder. */
import type { LearnRequest } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { MethodName, NetName, RunRequest } from '../../src-main/contract/run.ts';
import type { ImageCard } from '../../models/card.ts';
import type { Speed } from '../adapt/adapt-plan.ts';
import type { EngineName } from '../engines/engine.ts';
import { methods } from '../methods/table.ts';
import type { ImagePlan, PhotoFacts, RunPlan } from '../run-plan.ts';
import { planRun } from '../run-plan.ts';
import type { TowerStart } from '../tower/open-tower.ts';
import { tunable } from '../tower/tuned.ts';
import type { ViewChange } from '../transforms/view-change.ts';
import type { PictureTraits } from './picture-traits.ts';

export interface ScratchPlan {
  readonly request: LearnRequest;
  /** Of the encoder that one begins with. */
  readonly base: string;
  /** How the network learns; its `steps` are those of one pass until `learnMs` is known. */
  readonly run: RunPlan;
  /** Pictures that are like scans and not like everyday photos. */
  readonly scans: boolean;
  /** Photos held out that are asked about, and photos learned from that are looked through. */
  readonly judged: { readonly asked: number; readonly known: number };
  /** How long the network may learn, in all; null before the base has looked at the photos to be judged by. */
  readonly learnMs: number | null;
}

/** A network and the side of its images, the least work first; each is several times the one before it. */
export interface NetworkChoice {
  readonly net: NetName;
  readonly side: number;
}

const convnets: readonly NetworkChoice[] = [
  { net: 'resnet-10-slim', side: 32 },
  { net: 'resnet-10-slim', side: 64 },
  { net: 'resnet-10-slim', side: 96 },
  { net: 'resnet-18', side: 96 },
  { net: 'resnet-18', side: 160 },
];
const transformers: readonly NetworkChoice[] = [
  { net: 'vit-nano', side: 32 },
  { net: 'vit-mini', side: 64 },
  { net: 'vit-mini', side: 128 },
  { net: 'vit-tiny', side: 160 },
];

/** Sides at which a tower can be trained on, whatever it was made for; `net` says nothing then. */
const towerSides = [96, 128, 160] as const;

/** @param size  S of the base, px. */
export const towersFor = (size: number): readonly NetworkChoice[] =>
  towerSides.filter((side, i) => i === 0 || side <= size).map((side) => ({ net: 'resnet-18', side }));

/** Networks for a method, none with images larger than the photos. @param longSide  px, of the middle photo. */
export function networksFor(method: MethodName, longSide: number): readonly NetworkChoice[] {
  const all = methods[method].patches ? transformers : convnets;
  return all.filter(({ side }, i) => i === 0 || side <= longSide);
}

/** A network wants to see every photo so often, or a smaller one learns more in the same time; a tower knows much already. */
export const wantedPasses = { scratch: 30, tower: 5 } as const;
/** More teach little, and a small library would fill a long time with them. */
const mostPasses = 400;

/** Of the time: what learning may take, and what the base may look at photos for. The new network's looking takes less than that. */
export const shares = { learning: 0.7, looking: 0.1 } as const;
/** Of the time for learning, what steps are planned for: photos held out are looked at in between, and a computer may get slower. */
const spare = 0.85;

export function methodFor(request: LearnRequest, classes: number): MethodName {
  const wished = request.options.method ?? null;
  const useClasses = request.classes && classes > 1;
  if (wished === null) return useClasses ? 'supcon' : 'simclr';
  const { title, learnsFrom } = methods[wished];
  if (request.start === 'tower' && !Object.hasOwn(tunable, wished))
    throw new LikenessError(
      'bad-input',
      `${title} cannot train the encoder's own weights on.`,
      'Choose SimCLR, or SupCon with folders as answers, or leave the method to Likeness.',
    );
  if (learnsFrom === 'captions')
    throw new LikenessError(
      'bad-input',
      `${title} learns words, and a new network for likeness has none.`,
      'Choose SimCLR, or leave the method to Likeness.',
    );
  if (learnsFrom === 'classes' && !useClasses)
    throw new LikenessError(
      'bad-input',
      `${title} learns from folders that photos were sorted into, and here it cannot.`,
      'Let folders count as answers, or choose SimCLR.',
    );
  return wished;
}

/** Of AdamW for a batch of 256, four times the home setting: what learns in some minutes has no time to learn slowly. */
const shortRate = 4e-3;

/** Few photos are parted into more steps a pass by smaller batches. A tower is much work a photo. */
const [smallBatch, usualBatch, smallLibrary, towerBatch] = [64, 128, 3000, 32];

export function runRequestOf(
  request: LearnRequest,
  method: MethodName,
  choice: NetworkChoice,
  photos: number,
  out: string,
): RunRequest {
  const { data, engine, seed, threads, options } = request;
  const ofNetwork = photos < smallLibrary ? smallBatch : usualBatch;
  const usual = request.start === 'tower' ? towerBatch : ofNetwork;
  const fitting = Math.max(2, Math.min(usual, photos - (photos % 2)));
  return {
    method,
    data,
    captions: null,
    engine,
    preset: 'small',
    epochs: 1,
    seed,
    out,
    ...choice,
    batch: Math.min(options.batch ?? fitting, photos),
    micro: null,
    rate: options.rate ?? (methods[method].presets.small.optimizer.kind === 'adamw' ? shortRate : null),
    threads,
    kind: 'photos',
  };
}

/** The run of one pass; `withLength` gives it its own. */
export function planNetwork(
  request: RunRequest,
  image: ImagePlan,
  facts: PhotoFacts,
  views: ViewChange,
  { temperature, tower }: { readonly temperature: number | null; readonly tower: TowerStart | null },
): { readonly plan: RunPlan; readonly notes: readonly string[] } {
  const { plan, notes } = planRun(request, image, facts);
  const knobs =
    temperature !== null && 'temperature' in plan.knobs ? { ...plan.knobs, temperature } : plan.knobs;
  const optimizer = {
    ...plan.optimizer,
    ...(tower && { ...gentle, rate: gentle.rate * rateFactor(request) }),
  };
  return { plan: { ...plan, knobs, views, optimizer, ...(tower && { tower }) }, notes };
}

/** A tower has much to lose: it moves slowly at any size of a batch, and hardly decays. */
const gentle = { rate: 3e-4, scaling: 'none', decay: 0.01 } as const;
/** What a person asks for is meant beside the usual one. */
const rateFactor = ({ rate }: RunRequest) => (rate ?? shortRate) / shortRate;

/** What a tower is held to, and its first stages that stay as they are on a processor: half of a step's work. */
const [towerAnchor, heldOnProcessor] = [4, 2];

export function towerStart(model: string, { mean, std }: ImageCard, engine: EngineName): TowerStart {
  const shares = (values: readonly number[]) => values.map((value) => value / 255);
  return {
    model,
    own: { mean: shares(mean), std: shares(std) },
    held: engine === 'cpu' ? heldOnProcessor : 0,
    anchor: towerAnchor,
  };
}

/** As many steps as the time allows, for which its rates are then planned. @param stepMs  of one step. */
export function withLength(run: RunPlan, stepMs: number, learnMs: number): RunPlan {
  const { stepsPerEpoch } = run;
  const inTime = Math.floor((spare * learnMs) / stepMs);
  const steps = Math.max(1, Math.min(inTime, mostPasses * stepsPerEpoch));
  return { ...run, steps, epochs: Math.ceil(steps / stepsPerEpoch) };
}

/** Share of grey pictures from which on they are taken for scans. */
const mostlyGrey = 0.8;
/** Times what chance gives (picture-traits.ts). Everyday photos have a sidedness of 1 and an uprightness of 6 to 9. */
const [sided, upright] = [4, 4];

/** Gentle changes of light, and crops in which a finding is likely to stay in sight: transforms/recipes.ts, forScans. */
const forScans = { smallestCrop: 0.4, colour: 0.25, grey: 0 } as const;

/** As for an adapter (adapt/view-pixels.ts): crops of 8 % show other things, and what is known would be given up to bring them together. */
const forTowers = { smallestCrop: 0.3, colour: 0.5, grey: 0.1 } as const;

/**
 * What views may change. In grey pictures, colours say nothing and brightness may be what is to be seen; where there is no up,
 * a picture turned is as good a picture; where one side differs from the other, a mirrored one is not.
 */
export function viewsFor({ grey, sidedness, uprightness }: PictureTraits, { options, start }: LearnRequest) {
  const scans = grey >= mostlyGrey;
  const usual = scans ? forScans : start === 'tower' ? forTowers : null;
  const { smallestCrop, colour, grey: greyed, blur, mirror } = options;
  const change: ViewChange = {
    smallestCrop: smallestCrop ?? usual?.smallestCrop ?? null,
    colour: colour ?? usual?.colour ?? null,
    grey: greyed ?? usual?.grey ?? null,
    blur: blur ?? null,
    mirror: mirror ?? (sidedness > sided ? false : null),
    turns: scans && uprightness <= upright,
  };
  return { scans, change };
}

/** Photos at most: a few seconds of comparing. */
const mostJudged = { asked: 1000, all: 5000 } as const;
/** Photos at least, though time be short. */
const fewestJudged = 200;
/** Of the photos looked at, those asked about; each of these is looked at in two views. */
const askedShare = 0.4;

/** How many photos the base can look at in its share of the time. */
export function planJudged(
  { heldOut, learned }: { readonly heldOut: number; readonly learned: number },
  { decode, view }: Speed,
  minutes: number,
): ScratchPlan['judged'] {
  const inTime = Math.floor(
    (shares.looking * minutes * 60_000) / Math.max(1, decode + (1 + askedShare) * view),
  );
  const all = Math.min(mostJudged.all, Math.max(fewestJudged, inTime));
  const askable = heldOut > 1 ? heldOut : learned;
  const asked = Math.min(askable, mostJudged.asked, Math.ceil(askedShare * all));
  return { asked, known: Math.min(learned, all - asked) };
}
