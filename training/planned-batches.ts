import type { PlannedBatch } from './data/load-batches.ts';
import { classBatches, epochBatches } from './data/sample-photos.ts';
import type { RunData } from './run-data.ts';
import type { RunPlan } from './run-plan.ts';

/** Every batch of a run from a step on, in order; the same whenever it is asked for. */
export function* plannedBatches(plan: RunPlan, data: RunData, from: number): Generator<PlannedBatch> {
  const { steps, stepsPerEpoch } = plan;
  for (let step = from; step < steps;) {
    const epoch = Math.floor(step / stepsPerEpoch);
    const left = ofEpoch(plan, data, epoch).slice(step % stepsPerEpoch);
    // A run that is given its steps by time may end within an epoch.
    for (const photos of left.slice(0, steps - step)) yield { epoch, step: step++, photos };
  }
}

/** As many batches as the plan counts on. Batches by class may be fewer, since classes differ in size: more are dealt. */
function ofEpoch(
  { batch, stepsPerEpoch, request, knobs }: RunPlan,
  data: RunData,
  epoch: number,
): Int32Array[] {
  const perClass = 'perClass' in knobs ? (knobs.perClass as number) : 1;
  const batches: Int32Array[] = [];
  for (let round = 0; batches.length < stepsPerEpoch; round++) {
    const draw = { batch, seed: request.seed + 1e6 * round, epoch };
    const dealt =
      perClass > 1 && data.classes > 1
        ? classBatches({ ...draw, labels: trainedLabels(data), perClass })
        : epochBatches({ ...draw, photos: data.train });
    batches.push(...(dealt.length > 0 ? dealt : epochBatches({ ...draw, photos: data.train })));
  }
  return batches.slice(0, stepsPerEpoch);
}

/** Of every photo of the cache, -1 for those that are not learned from. */
function trainedLabels({ labels, train }: RunData): Int32Array {
  const all = new Int32Array(labels.length).fill(-1);
  for (const at of train) all[at] = labels[at]!;
  return all;
}
