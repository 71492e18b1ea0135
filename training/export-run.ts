import { calibrateRun } from './calibrate-run.ts';
import { captionVocabulary } from './data/captions.ts';
import { openEngine } from './engines/open-engine.ts';
import { exportEncoder } from './export-encoder.ts';
import type { Ended } from './learn.ts';
import { methods } from './methods/table.ts';
import { type RunData, captionContext, piecesFile } from './run-data.ts';
import type { RunPlan } from './run-plan.ts';
import { statistics } from './session.ts';

/** Writes what a run has learned as an encoder folder that the application opens. */
export async function exportRun(plan: RunPlan, data: RunData, ended: Ended, out: string): Promise<void> {
  const { session, before, after } = ended;
  const { trained, encoder, memory } = session;
  const { request, net, side, epochs } = plan;
  const method = methods[request.method];
  const calibration = await calibrateRun(encoder, data, request.seed);
  await exportEncoder({
    out,
    encode: trained.describe,
    side,
    statistics,
    values: await memory.read(),
    // Folding is exact on the processor, whatever the training ran on.
    engine: await openEngine({ engine: 'cpu', threads: plan.threads }),
    text: trained.describeText && {
      encode: trained.describeText,
      context: captionContext,
      pieces: piecesFile,
      end: captionVocabulary.end,
      pad: captionVocabulary.pad,
    },
    calibration,
    facts: {
      id: request.method,
      name: `${method.title}, ${new Date().toISOString().slice(0, 10)}`,
      method: method.title,
      methodSource: method.source,
      net,
      photos: { learned: plan.photos, heldOut: plan.heldOut },
      captions: trained.describeText
        ? data.train.reduce((sum, at) => sum + data.cache.photos[at]!.photo.captions.length, 0)
        : 0,
      seed: request.seed,
      epochs,
      steps: ended.losses.length,
      measured: Object.fromEntries(
        measuredWords(before, after).map(({ what, first, last }) => [what, `${first} before, ${last} after`]),
      ),
    },
  });
}

/** What was measured before and after, for people. */
export function measuredWords(before: Ended['before'], after: Ended['after']) {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const figures = [
    { what: 'Class named by the nearest neighbours', of: 'knn' },
    { what: 'Photo found by half of itself', of: 'half' },
    { what: 'Photo among the first ten for its caption', of: 'words' },
  ] as const;
  return figures.flatMap(({ what, of }) => {
    const [first, last] = [before[of], after[of]];
    return first === null || last === null ? [] : [{ what, first: percent(first), last: percent(last) }];
  });
}
