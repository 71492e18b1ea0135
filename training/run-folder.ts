/** The folder of a run: its plan, its log, its latest checkpoint, what came of it. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LikenessError } from '../src-main/contract/errors.ts';
import { readCheckpoint, restore, statesOf, writeCheckpoint } from './checkpoint.ts';
import type { Measured } from './measure-run.ts';
import type { LossScaleState } from './optim/loss-scale.ts';
import { RunLog, readRunLog } from './run-log.ts';
import type { RunPlan } from './run-plan.ts';
import type { Session } from './session.ts';

const names = {
  plan: 'config.json',
  log: 'log.jsonl',
  checkpoint: 'checkpoint.safetensors',
  encoder: 'encoder',
  result: 'result.json',
} as const;

/** Where a run stands, beside its states. */
export interface Standing {
  /** Steps done. */
  readonly step: number;
  /** What was measured before the first step. */
  readonly before: Measured;
  /** Threads and engine that the numbers were made with: others round differently. */
  readonly threads: number;
  readonly engine: string;
  /** For half precision. */
  readonly lossScale: LossScaleState;
}

export class RunFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Where the trained encoder goes. */
  get encoder(): string {
    return join(this.dir, names.encoder);
  }

  get hasCheckpoint(): boolean {
    return existsSync(this.#path('checkpoint'));
  }

  /** @throws LikenessError `not-found` for a folder that holds no run. */
  readPlan(): RunPlan {
    try {
      return JSON.parse(readFileSync(this.#path('plan'), 'utf8')) as RunPlan;
    } catch (cause) {
      throw new LikenessError(
        'not-found',
        `There is no run in “${this.dir}”.`,
        'Give the folder that the training wrote into: it holds config.json.',
        { cause },
      );
    }
  }

  async writePlan(plan: RunPlan): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    await writeWhole(this.#path('plan'), plan);
  }

  writeResult(result: object): Promise<void> {
    return writeWhole(this.#path('result'), result);
  }

  /** The losses of all steps so far, and the log to be continued behind them. @param after  steps done. */
  openLog(after: number): { readonly log: RunLog; readonly losses: number[] } {
    const log = RunLog.open(this.#path('log'), { after });
    const losses = readRunLog(this.#path('log')).flatMap(({ loss }) =>
      typeof loss === 'number' ? [loss] : [],
    );
    return { log, losses };
  }

  /** Over the checkpoint that is there. @throws the file system's error, with the old one still whole. */
  async save({ memory, stepper, device }: Session, standing: Omit<Standing, 'engine'>): Promise<void> {
    const tensors = await statesOf(memory, stepper.states);
    const facts: Standing = { ...standing, engine: device.engine };
    await writeCheckpoint(this.#path('checkpoint'), { tensors, facts });
  }

  /**
   * Puts the states of the checkpoint into a session. @returns null where there is no checkpoint.
   * @throws LikenessError when it is damaged, or of another network: the tensor that differs is named.
   */
  async restore({ memory, stepper }: Session): Promise<Standing | null> {
    if (!this.hasCheckpoint) return null;
    const checkpoint = await readCheckpoint(this.#path('checkpoint'));
    restore(memory, checkpoint, stepper.states);
    return checkpoint.facts as Standing;
  }

  /** Where the checkpoint stands; null where there is none. @throws LikenessError when it is damaged. */
  async standing(): Promise<Standing | null> {
    return this.hasCheckpoint ? ((await readCheckpoint(this.#path('checkpoint'))).facts as Standing) : null;
  }

  #path(name: keyof typeof names): string {
    return join(this.dir, names[name]);
  }
}

export const isDiskFull = (thrown: unknown) =>
  ['ENOSPC', 'EDQUOT'].includes((thrown as NodeJS.ErrnoException | null)?.code ?? '');

/** As JSON; it is there whole or as it was. */
export async function writeWhole(path: string, data: unknown): Promise<void> {
  await writeFile(`${path}.partial`, `${JSON.stringify(data, null, 2)}\n`);
  await rename(`${path}.partial`, path);
}
