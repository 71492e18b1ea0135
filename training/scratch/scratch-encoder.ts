/**
 * A new network for likeness, trained on a person's own photos and nothing else, read from top to bottom: open the photos,
 * choose a network that the time suffices for, let the base look at photos held out, learn, judge both by the same
 * questions, and join the network to the base, which keeps its words. Stopped or killed, it goes on from its folder.
 */
import type { LearnRequest, LearnResult, LearnTask } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { chooseDevice } from '../choose-device.ts';
import { openPhotos } from '../data/open-photos.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import { type OpenedEncoder, openEncoder } from '../engines/encoder-session.ts';
import { otherEncoder } from '../learn-folder.ts';
import { methods } from '../methods/table.ts';
import type { RunData } from '../run-data.ts';
import {
  type ScratchContext,
  type ScratchRun,
  beginScratch,
  readPhotos,
  tooFew,
  withTime,
} from './begin-scratch.ts';
import { type JoinedCost, exportJoined } from './export-joined.ts';
import { type JudgedPhotos, type Looked, judgeNetwork, judgedPhotos, lookAtPhotos } from './judge-network.ts';
import { learnNetwork } from './learn-network.ts';
import { judgeFigures } from './network-verdict.ts';
import { ScratchFolder } from './scratch-folder.ts';

/**
 * @returns the result; `stopped`, in a run that was stopped, with the steps done.
 * @throws LikenessError in the words of what a person can mend; the signal's reason before there is anything to keep.
 */
export async function learnFromScratch(
  task: LearnTask,
  context: ScratchContext,
): Promise<LearnResult | { readonly stopped: number }> {
  const begun = performance.now();
  const resumed = task.kind === 'learn-resume';
  const folder = new ScratchFolder(resumed ? task.dir : task.request.out);
  const known = resumed ? folder.readPlan() : null;
  const request = known?.request ?? (task as { readonly request: LearnRequest }).request;
  const finish = resumed && task.finish;
  if (finish && !folder.network.hasCheckpoint) throw nothingToJudge();
  if (!known) folder.checkFree();
  const { signal, report } = context;
  const note = (text: string) => report({ kind: 'note', text });
  const base = await openEncoder(request.encoder, { threads: request.threads });
  let set: PhotoSet | null = null;
  try {
    if (known && base.card.id !== known.base) throw otherEncoder(known.base);
    set = await openPhotos(request.data, { captions: null, signal });
    for (const text of set.notes) note(text);
    const progress: ScratchRun['progress'] = (stage, done = 0, total = 0) =>
      report({ kind: 'progress', progress: { stage, done, total, training: null } });
    const run: ScratchRun = { ...context, request, folder, base, set, note, progress };

    const device = await chooseDevice(request.engine, note);
    const opened = known
      ? { plan: known, data: await readPhotos(run, known.run.source) }
      : await beginScratch(run, device);
    const { data } = opened;
    let { plan } = opened;
    if (data.train.length < plan.run.batch) throw tooFew(data.train.length, plan.run.batch);
    await folder.writePlan(plan);
    const photos = judgedPhotos(data, plan);
    const lookedFrom = performance.now();
    const before = await lookWith(run, data, photos, base, 'before');
    if (!before) return { stopped: 0 };
    if (plan.learnMs === null) {
      // The network is looked with as the base was, and both are once more to be compared.
      const judgingMs = judgingShare * (performance.now() - lookedFrom) + writingMs;
      const leftMs = request.minutes * 60_000 - (performance.now() - begun) - judgingMs;
      plan = await withTime(plan, data, device, Math.max(leftMs, leastLearnMs));
      await folder.writePlan(plan);
    }

    const ended = await learnNetwork(run, { plan, data, device, photos, before, finish });
    if (ended.stopped !== null) return { stopped: ended.stopped };
    const after = await lookWith(run, data, photos, ended.network, 'after').finally(() =>
      ended.network.close(),
    );
    if (!after) return { stopped: ended.steps };
    const judged = judgeNetwork(before, after, photos, data, request.seed);
    const { compared, likeness } = judged;
    const tuned = request.start === 'tower';
    const moved = tuned ? judged.moved : null;
    const heldOut = data.heldOut.length;
    const { verdict, words } = judgeFigures({ compared, moved }, plan.scans, heldOut);
    note(words);
    progress('saving');
    const { method: name } = plan.run.request;
    const passes = ended.steps / plan.run.stepsPerEpoch;
    const learned = {
      photos: { learned: data.train.length, heldOut },
      steps: ended.steps,
      passes,
      compared,
      words,
    };
    const { card, cost } = await exportJoined({
      base: request.encoder,
      network: folder.network.encoder,
      out: folder.paths.encoder,
      likeness,
      facts: {
        ...learned,
        method: methods[name].title,
        methodSource: methods[name].source,
        net: tuned ? null : plan.run.net,
        side: plan.run.side,
        classes: methods[name].learnsFrom === 'classes',
        seed: request.seed,
        day: new Date().toISOString().slice(0, 10),
      },
    });
    note(costWords(cost));
    const result: LearnResult = {
      method: name,
      start: request.start,
      goal: request.goal,
      base: base.card.id,
      encoder: card.id,
      engine: device.engine,
      device: device.name,
      ...learned,
      moved,
      verdict,
      seconds: Math.round(performance.now() - begun) / 1000,
      out: folder.dir,
    };
    await folder.writeResult(result);
    return result;
  } finally {
    await set?.close();
    await base.close();
  }
}

/** Of the time that the base took to look: what judging and writing take then. */
const judgingShare = 1.3;
/** ms: for what comes after judging, and for learning at least, though time be short. */
const [writingMs, leastLearnMs] = [3_000, 5_000];
/** null when it was stopped meanwhile; what was done is kept. */
function lookWith(
  { set, request, folder, signal, progress }: ScratchRun,
  data: RunData,
  photos: JudgedPhotos,
  encoder: OpenedEncoder,
  when: 'before' | 'after',
): Promise<Looked | null> {
  return lookAtPhotos({
    set,
    data,
    photos,
    encoder,
    // The new network's similarities are read by drawn views.
    views: when === 'before' ? 2 : 3,
    seed: request.seed,
    path: folder.paths[when],
    signal,
    onProgress: (done, total) => progress(when === 'before' ? 'preparing' : 'evaluating', done, total),
  }).catch((thrown: unknown) => {
    if (signal.aborted && thrown === signal.reason) return null;
    throw thrown;
  });
}

function costWords({ bytes, milliseconds }: JoinedCost): string {
  const [megabytesBefore, megabytes] = bytes.map((count) => (count / 1e6).toFixed(1));
  const [msBefore, ms] = milliseconds.map((each) => each.toFixed(0));
  return `The encoder's image side is ${megabytes} MB now (${megabytesBefore} before), and takes ${ms} ms a photo on one core (${msBefore} before).`;
}

function nothingToJudge(): LikenessError {
  return new LikenessError(
    'bad-input',
    'It has not learned from the photos yet, so there is nothing to judge.',
    'Go on with it, or cancel it.',
  );
}
