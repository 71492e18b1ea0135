/** The beginning of a run that trains a new network: its photos are read, and what it will do is decided. */
import { join } from 'node:path';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { LearnRequest } from '../../src-main/contract/learn.ts';
import type { RunProgress, TrainerReport } from '../../src-main/contract/run.ts';
import { timeViews } from '../adapt/time-views.ts';
import { adapterViews } from '../adapt/view-pixels.ts';
import type { Device } from '../choose-device.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import { type RunData, middleLongSide, openRunData } from '../run-data.ts';
import { openSession } from '../session.ts';
import { openTower } from '../tower/open-tower.ts';
import { chooseNetwork, timeSteps } from './choose-network.ts';
import { picturesTraits } from './picture-traits.ts';
import type { ScratchFolder } from './scratch-folder.ts';
import {
  type ScratchPlan,
  methodFor,
  networksFor,
  planJudged,
  planNetwork,
  runRequestOf,
  towerStart,
  towersFor,
  viewsFor,
  withLength,
} from './scratch-plan.ts';

export interface ScratchContext {
  /** Aborted, the run ends with what it needs to go on. */
  readonly signal: AbortSignal;
  readonly report: (report: Extract<TrainerReport, { readonly kind: 'progress' | 'note' | 'look' }>) => void;
}

/** What all parts of a run need. */
export interface ScratchRun extends ScratchContext {
  readonly request: LearnRequest;
  readonly folder: ScratchFolder;
  readonly base: OpenedEncoder;
  readonly set: PhotoSet;
  readonly note: (text: string) => void;
  readonly progress: (stage: RunProgress['stage'], done?: number, total?: number) => void;
}

/** Fewer are no batch, and nothing to learn a network from. */
const fewest = 32;

export function readPhotos({ set, request, signal, report }: ScratchRun, source: number): Promise<RunData> {
  const onProgress = (progress: RunProgress) => report({ kind: 'progress', progress });
  return openRunData(set, { source, seed: request.seed, captioned: false, signal, onProgress });
}

/** @throws LikenessError bad-input where photos and wishes do not go together. */
export async function beginScratch(
  run: ScratchRun,
  device: Device,
): Promise<{ readonly plan: ScratchPlan; readonly data: RunData }> {
  const { request, folder, base, set, note, signal } = run;
  const method = methodFor(request, set.classes.length);
  if (request.classes && set.classes.length < 2)
    note('There are no folders to learn from; photos are learned from by themselves.');
  const longSide = await middleLongSide(set);
  const out = folder.network.dir;
  const { image: card } = base.card;
  const tower =
    request.start === 'tower' ? towerStart(join(request.encoder, card.file), card, device.engine) : null;
  if (tower) openTower(tower.model); // says so now where it cannot be trained on
  const choices = tower ? towersFor(card.size) : networksFor(method, longSide);
  const image = await chooseNetwork({ request, method, choices, tower, set, longSide, device, out, signal });
  const data = await readPhotos(run, image.source);
  if (data.train.length < fewest) throw tooFew(data.train.length, fewest);
  const { scans, change } = viewsFor(await picturesTraits(data.cache), request);
  if (scans)
    note(
      `The pictures are mostly grey, so views change little in brightness and not in colour${change.turns ? ', and are turned by quarters' : ''}.`,
    );
  const facts = {
    photos: data.train.length,
    heldOut: data.heldOut.length,
    captions: false,
    classes: data.classes,
  };
  const network = planNetwork(runRequestOf(request, method, image, facts.photos, out), image, facts, change, {
    temperature: request.options.temperature ?? null,
    tower,
  });
  for (const text of network.notes) note(text);
  const all = Int32Array.from(data.cache.photos, ({ index }) => index);
  const speed = await timeViews(set, all, base, adapterViews({}, card.size));
  const counts = { heldOut: facts.heldOut, learned: facts.photos };
  const judged = planJudged(counts, speed, request.minutes);
  return {
    plan: { request, base: base.card.id, run: network.plan, scans, judged, learnMs: null },
    data,
  };
}

/** How long the network may learn, and so many steps as that allows. @param learnMs  ms. */
export async function withTime(
  plan: ScratchPlan,
  data: RunData,
  device: Device,
  learnMs: number,
): Promise<ScratchPlan> {
  const session = await openSession({ plan: plan.run, data, device, note: () => {} });
  const stepMs = await timeSteps(session, plan.run, data).finally(() => session.close());
  return { ...plan, learnMs, run: withLength(plan.run, stepMs, learnMs) };
}

/** What is said where photos are too few. */
export function tooFew(photos: number, needed: number): LikenessError {
  return new LikenessError(
    'bad-input',
    `There are ${photos} photos to learn from, and ${needed} at least are needed, some hundreds to learn something.`,
    'Choose more photos, bring back those that are gone, or fit the encoder that you have.',
  );
}
