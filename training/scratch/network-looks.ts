/** Tells how a new network comes along: what it has lost since the last look, and now and then what photos held out say. */
import type { LearnLook } from '../../src-main/contract/learn.ts';
import { collapseOf } from '../evaluate/collapse.ts';
import { rankAll, retrievalFigures } from '../evaluate/retrieval.ts';
import { type Rows, takeRows } from '../evaluate/rows.ts';
import { alignmentOf, uniformityOf } from '../evaluate/spread.ts';
import type { LearnWatch, SteppedTo } from '../learn.ts';
import type { Measured } from '../measure-run.ts';
import type { RunData } from '../run-data.ts';
import { type LogLine, RunLog, readRunLog } from '../run-log.ts';
import type { RunPlan } from '../run-plan.ts';
import type { JudgedPhotos } from './judge-network.ts';
import type { Session } from '../session.ts';
import { stepInputs } from '../step.ts';

export interface NetworkLooksOptions {
  readonly plan: RunPlan;
  readonly data: RunData;
  readonly photos: JudgedPhotos;
  /** The file of looks, and the steps of the checkpoint that the run goes on from. */
  readonly path: string;
  readonly after: number;
  readonly onLook: (look: LearnLook) => void;
  /** How long the run may learn in all, and what happens then, after a step. */
  readonly learnMs: number;
  readonly onTimeUp: () => void;
  /** What the network says of `watchedRows`, asked ones first, each time that it is measured; not of unit length. */
  readonly onMeasured: (whole: Rows) => Promise<void>;
}

/** ms between looks. */
const lookMs = 3_000;
/** Photos at most in a measurement. */
const most = { asked: 200, known: 300 } as const;

/** Of which photos a measurement is: rows of those to be judged by, evenly thinned. */
export const watchedRows = ({ asked, known }: JudgedPhotos) => ({
  asked: thinned(asked.length, most.asked),
  known: thinned(known.length, most.known),
});

const thinned = (count: number, wanted: number) =>
  Array.from({ length: Math.min(count, wanted) }, (_, i) =>
    Math.floor((i * count) / Math.min(count, wanted)),
  );

type HeldOut = Pick<LearnLook, 'heldOutLoss' | 'alignment' | 'uniformity' | 'found'>;
const nothing: HeldOut = { heldOutLoss: null, alignment: null, uniformity: null, found: null };

export class NetworkLooks implements LearnWatch {
  readonly #options: NetworkLooksOptions;
  readonly #log: RunLog;
  /** Seconds of learning before this start, and when it began. */
  readonly #before: number;
  readonly #begun = performance.now();
  #lastMs = performance.now();
  #losses: number[] = [];
  #latest: SteppedTo;
  /** Told once. */
  #heldOut = nothing;

  constructor(options: NetworkLooksOptions) {
    this.#options = options;
    const { path, after } = options;
    this.#log = RunLog.open(path, { after });
    const last = readRunLog(path).at(-1) as (LogLine & Partial<LearnLook>) | undefined;
    this.#before = last?.seconds ?? 0;
    this.#latest = { step: after, loss: last?.loss ?? 0, photosPerSecond: last?.photosPerSecond ?? 0 };
  }

  /** Seconds of learning so far, pauses left out. */
  get seconds(): number {
    return this.#before + (performance.now() - this.#begun) / 1000;
  }

  async stepped(told: SteppedTo): Promise<void> {
    this.#latest = told;
    this.#losses.push(told.loss);
    if (1000 * this.seconds > this.#options.learnMs) this.#options.onTimeUp();
    // What is measured behind the last step belongs to the last look.
    if (performance.now() - this.#lastMs > lookMs && told.step < this.#options.plan.steps) this.#look();
  }

  async measure(session: Session): Promise<Measured> {
    const { data, photos, onMeasured } = this.#options;
    const rows = watchedRows(photos);
    const asked = Int32Array.from(rows.asked, (row) => photos.asked[row]!);
    const all = Int32Array.from([...asked, ...rows.known.map((row) => photos.known[row]!)]);
    const whole = (await session.encoder.photos(all, 'whole')).features;
    const halves = (await session.encoder.photos(asked, 'half')).features;
    // They stand first among all.
    const own = takeRows(whole, [...asked.keys()]);
    const [first] = retrievalFigures(rankAll(halves, whole, (at) => [at])).at;
    const found = first!.hit;
    const [alignment, uniformity] = [
      alignmentOf(own, halves),
      uniformityOf(own, { seed: this.#options.plan.request.seed }),
    ];
    const heldOutLoss = await lossOf(session, this.#options.plan, data);
    this.#heldOut = { heldOutLoss, alignment, uniformity, found };
    await onMeasured(whole);
    return { knn: null, half: found, words: null, alignment, uniformity, collapse: collapseOf(own) };
  }

  /** The last look, and the end of the file. */
  close(): void {
    if (this.#losses.length > 0) this.#look();
    this.#log.close();
  }

  #look(): void {
    const { plan, onLook } = this.#options;
    const { step, loss, photosPerSecond } = this.#latest;
    const mean = this.#losses.reduce((sum, each) => sum + each, 0) / this.#losses.length;
    const look: LearnLook = {
      step,
      steps: plan.steps,
      pass: step / plan.stepsPerEpoch,
      passes: plan.steps / plan.stepsPerEpoch,
      seconds: this.seconds,
      photosPerSecond,
      loss: this.#losses.length > 0 ? mean : loss,
      ...this.#heldOut,
      words: null,
    };
    this.#log.add({ ...look });
    onLook(look);
    this.#lastMs = performance.now();
    this.#losses = [];
    this.#heldOut = nothing;
  }
}

/** The loss of a batch of photos held out; null where there are fewer: against fewer others it would be another one. */
async function lossOf(session: Session, { batch }: RunPlan, { heldOut }: RunData): Promise<number | null> {
  if (heldOut.length < batch) return null;
  const feeds = await session.load({ epoch: 0, step: 0, photos: heldOut.slice(0, batch) });
  const given = { ...feeds, ...session.schedule(0), [stepInputs.lossScale]: 1 };
  const { loss } = await session.stepper.step(given, () => false);
  return loss![0]!;
}
