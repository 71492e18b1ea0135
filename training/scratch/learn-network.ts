/** The network's own part of a run: it learns, within its time, and becomes an encoder that can be asked. */
import { encodeOnnx, readOnnx } from '../../models/onnx-messages.ts';
import { type Device } from '../choose-device.ts';
import { type OpenedEncoder, openEncoder } from '../engines/encoder-session.ts';
import { openEngine } from '../engines/open-engine.ts';
import { computeOn } from '../export-encoder.ts';
import { type Ended, learn } from '../learn.ts';
import { withHalfWeights } from '../recipes/built-in/half-weights.ts';
import type { RunData } from '../run-data.ts';
import { statistics } from '../session.ts';
import type { ScratchRun } from './begin-scratch.ts';
import { exportNetwork } from './export-joined.ts';
import type { JudgedPhotos, Looked } from './judge-network.ts';
import { NetworkLooks } from './network-looks.ts';
import { type NetworkMap, networkMap } from './network-map.ts';
import { networkModel } from './network-model.ts';
import type { ScratchFolder } from './scratch-folder.ts';
import type { ScratchPlan } from './scratch-plan.ts';

export interface NetworkTask {
  readonly plan: ScratchPlan;
  readonly data: RunData;
  readonly device: Device;
  readonly photos: JudgedPhotos;
  readonly before: Looked;
  readonly finish: boolean;
}

/** The network as an encoder of its own, still open; or the step before which it was asked to stop. */
export type NetworkEnded =
  | { readonly stopped: null; readonly steps: number; readonly network: OpenedEncoder }
  | { readonly stopped: number };

export async function learnNetwork(run: ScratchRun, task: NetworkTask): Promise<NetworkEnded> {
  const { request, folder, base, note, signal, report } = run;
  const { data, device, photos, finish } = task;
  const after = (await folder.network.standing())?.step ?? 0;
  // Where memory did not suffice, the loop has changed how many photos the network sees at a time.
  const { micro } = after > 0 ? folder.network.readPlan() : task.plan.run;
  const plan = { ...task.plan.run, micro, ...(finish && { steps: after }) };
  // A computer that got slower meanwhile must not take longer than was asked for: what there is by then is judged.
  const timeUp = new AbortController();
  let map: NetworkMap | null = null;
  const looks = new NetworkLooks({
    plan,
    data,
    photos,
    path: folder.paths.looks,
    after,
    onLook: (look) => report({ kind: 'look', look }),
    learnMs: task.plan.learnMs!,
    onTimeUp: () => timeUp.abort(),
    onMeasured: async (now) => {
      map ??= networkMap(run, task);
      await map.draw(now);
    },
  });
  await folder.network.writePlan(plan);
  const ended = await learn({
    plan,
    data,
    folder: folder.network,
    device,
    note,
    signal: AbortSignal.any([signal, timeUp.signal]),
    report: (told) => {
      if (told.kind === 'progress') report(told);
    },
    watch: looks,
  }).finally(() => looks.close());
  try {
    if (ended.stopped !== null && signal.aborted) return { stopped: ended.stopped };
    await writeNetwork(ended, task.plan, base, folder);
  } finally {
    await ended.session.close();
  }
  const network = await openEncoder(folder.network.encoder, { threads: request.threads });
  return { stopped: null, steps: ended.losses.length, network };
}

async function writeNetwork(
  { session }: Ended,
  { run }: ScratchPlan,
  { card }: OpenedEncoder,
  folder: ScratchFolder,
): Promise<void> {
  const { model, dim } = await networkModel({
    image: card.image,
    encode: session.trained.describe,
    // A tower looks at photos as large as it did.
    side: run.tower ? card.image.size : run.side,
    statistics,
    values: await session.memory.read(),
    // Folding is exact on the processor, whatever the training ran on.
    compute: computeOn(await openEngine({ engine: 'cpu', threads: run.threads })),
  });
  const halved = encodeOnnx(withHalfWeights(readOnnx(model)));
  await exportNetwork(halved, dim, card, folder.network.encoder);
}
