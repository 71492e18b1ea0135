/** What a run will do, decided before it begins and kept in its folder: everything that a second run would need to be the same. */
import { availableParallelism } from 'node:os';
import type { NetName, RunRequest } from '../src-main/contract/run.ts';
import { LikenessError } from '../src-main/contract/errors.ts';
import type { AnyMethod } from './methods/method.ts';
import type { OptimizerPlan } from './methods/optimizer-plan.ts';
import { methods } from './methods/table.ts';
import { defaultNet, looksAtPatches, needsWholeBatch, patchOf } from './nets.ts';
import type { TowerStart } from './tower/open-tower.ts';
import type { ViewChange } from './transforms/view-change.ts';

export interface RunPlan {
  readonly request: RunRequest;
  readonly net: NetName;
  /** S, px: side of the images that the encoder sees; C, of the squashed photos that views are cut from. */
  readonly side: number;
  readonly source: number;
  readonly batch: number;
  /** Photos that the network sees at a time; the batch, where memory suffices. */
  readonly micro: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly threads: number;
  readonly optimizer: OptimizerPlan;
  /** The method's own settings. */
  readonly knobs: object;
  /** The tower that is trained on in the place of `net`. */
  readonly tower?: TowerStart;
  /** How its views differ from the method's; not at all when left out. */
  readonly views?: ViewChange;
  /** Photos learned from, and held out. */
  readonly photos: number;
  readonly heldOut: number;
}

/** What the encoder looks at, decided before the photos are decoded. */
export type ImagePlan = Pick<RunPlan, 'net' | 'side' | 'source'>;

/** What the photos allow. */
export interface PhotoFacts {
  readonly photos: number;
  readonly heldOut: number;
  readonly captions: boolean;
  readonly classes: number;
}

/** A smoke run is 20 steps of 16 photos: it proves the way and teaches nothing. A few more are looked at, to test with. */
export const smoke = { batch: 16, steps: 20, photos: 400 } as const;
const smokeKnobs = {
  out: 64,
  hidden: 64,
  narrow: 32,
  width: 64,
  bottleneck: 32,
  prototypes: 64,
  queue: 64,
  locals: 2,
};

/** Sides are multiples of this, px: every patch size divides it. */
const sideStep = 16;

/**
 * @param longSide  px: the middle one of the photos' longer sides.
 * @throws LikenessError `bad-input` when wishes do not go together.
 */
export function planImage(request: RunRequest, longSide: number): ImagePlan {
  const method = methods[request.method];
  const usual = defaultNet(method, request.preset);
  const net = request.net ?? usual.net;
  if (method.patches && !looksAtPatches(net))
    throw new LikenessError(
      'bad-input',
      `${method.title} looks at patches, which ${net} does not have.`,
      'Choose vit-mini, vit-tiny or vit-small.',
    );
  // Photos are not blown up: a network for larger ones would look at nothing but smoothness.
  const largest = Math.max(sideStep * 2, Math.floor(longSide / sideStep) * sideStep);
  const side = request.side ?? Math.min(usual.side, largest);
  if (side % patchOf(net, side) !== 0)
    throw new LikenessError(
      'bad-input',
      `Images of ${side} px cannot be cut into patches of ${patchOf(net, side)} px.`,
      `Give --side a multiple of ${sideStep}.`,
    );
  // Room to cut views from, but no more pixels than the photos have.
  const source = Math.max(sideStep * 2, Math.min(Math.round(1.6 * side), longSide));
  return { net, side, source };
}

/** @throws LikenessError `bad-input` when photos and wishes do not go together. */
export function planRun(
  request: RunRequest,
  image: ImagePlan,
  facts: PhotoFacts,
): { plan: RunPlan; notes: string[] } {
  const method = methods[request.method];
  const notes: string[] = [];
  checkWishes(request, method, facts);
  const small = request.preset === 'smoke';
  const preset = method.presets[request.preset === 'smoke' ? 'small' : request.preset];
  const batch = chooseBatch(request, preset.batch, facts, notes);
  const stepsPerEpoch = Math.min(Math.floor(facts.photos / batch), small ? smoke.steps : Infinity);
  const epochs = request.epochs ?? (small ? Math.ceil(smoke.steps / stepsPerEpoch) : preset.epochs);
  const plan: RunPlan = {
    request,
    ...image,
    batch,
    micro: chooseMicro(request, method, image.net, batch),
    epochs,
    stepsPerEpoch,
    steps: epochs * stepsPerEpoch,
    threads: request.threads ?? availableParallelism(),
    optimizer: { ...preset.optimizer, rate: request.rate ?? preset.optimizer.rate },
    knobs: fitted(small ? smaller(preset.knobs) : preset.knobs, facts, batch, notes),
    photos: facts.photos,
    heldOut: facts.heldOut,
  };
  if (method.learnsFrom === 'classes' && facts.classes < 2)
    notes.push(
      `${method.title} learns from folders that are classes; here there are none, so each photo with its look-alikes is a class of its own.`,
    );
  if (method.fewest !== undefined && facts.photos < method.fewest && !small)
    notes.push(
      `${method.title} wants ${method.fewest.toLocaleString('en')} photos or more, and here are ${facts.photos.toLocaleString('en')}: DINO does with fewer.`,
    );
  if (small) notes.push('A smoke run proves that everything works. It teaches nothing.');
  return { plan, notes };
}

function checkWishes({ batch }: RunRequest, method: AnyMethod, { photos, captions }: PhotoFacts): void {
  if (method.learnsFrom === 'captions' && !captions)
    throw new LikenessError(
      'bad-input',
      `${method.title} learns from photos with captions, and there are none.`,
      'Give --captions a file with a photo, a tab and a caption on each line, or choose another method.',
    );
  if (photos < 2)
    throw new LikenessError(
      'bad-input',
      photos === 1
        ? 'There is only one photo to learn from, and nothing to tell it apart from.'
        : 'There is no photo to learn from.',
      'Choose a folder with more photos: a hundred at least, some thousands to learn something.',
    );
  if (batch !== null && batch > photos)
    throw new LikenessError(
      'bad-input',
      `A batch of ${batch} is larger than the ${photos} photos there are to learn from.`,
      `Give --batch ${photos} or less.`,
    );
}

/** Below this batch norm has too little to go by. */
const leastForNorm = 16;

function chooseBatch(request: RunRequest, usual: number, { photos }: PhotoFacts, notes: string[]): number {
  const wanted = request.preset === 'smoke' ? smoke.batch : usual;
  const batch = request.batch ?? Math.min(wanted, photos - (photos % 2));
  if (request.batch === null && batch < wanted)
    notes.push(`There are only ${photos} photos, so a batch is ${batch} photos and not ${wanted}.`);
  if (batch < leastForNorm)
    notes.push(`A batch of ${batch} is small: below ${leastForNorm} photos most methods learn little.`);
  return batch;
}

function chooseMicro({ micro }: RunRequest, method: AnyMethod, net: NetName, batch: number): number {
  if (micro === null || micro === batch) return batch;
  if (method.slow)
    throw new LikenessError(
      'bad-input',
      `${method.title} needs its whole batch at once: its slow copy looks at it as well.`,
      'Leave --micro away and choose a smaller --batch: this method does well with one.',
    );
  if (needsWholeBatch(net))
    throw new LikenessError(
      'bad-input',
      `${net} needs its whole batch at once: its batch norm compares the photos of a batch.`,
      'Leave --micro away, or choose a transformer: vit-mini, vit-tiny or vit-small.',
    );
  if (batch % micro !== 0)
    throw new LikenessError(
      'bad-input',
      `A batch of ${batch} cannot be cut into parts of ${micro}.`,
      'Give --micro a number that divides the batch.',
    );
  return micro;
}

function smaller(knobs: object): object {
  const known = Object.entries(smokeKnobs).filter(([name]) => name in knobs);
  return { ...knobs, ...Object.fromEntries(known) };
}

/** Knobs that depend on how many photos there are. */
function fitted(knobs: object, { photos }: PhotoFacts, batch: number, notes: string[]): object {
  // At least two classes of as many photos each.
  if ('perClass' in knobs && batch % (2 * (knobs.perClass as number)) !== 0)
    return { ...knobs, perClass: batch % 4 === 0 ? 2 : 1 };
  if (!('queue' in knobs)) return knobs;
  // A photo's own older key must be gone before the photo comes again.
  const most = Math.max(1, 2 ** Math.floor(Math.log2(photos / 4)));
  if ((knobs.queue as number) <= most) return knobs;
  notes.push(`There are ${photos} photos, so the queue holds ${most} and not ${String(knobs.queue)}.`);
  return { ...knobs, queue: most };
}
