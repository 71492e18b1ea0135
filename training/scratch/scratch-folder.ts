/** The folder of a run that trains a new network: its plan, the run of the network, what came of it. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LearnResult } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { RunFolder, writeWhole } from '../run-folder.ts';
import type { ScratchPlan } from './scratch-plan.ts';

export class ScratchFolder {
  readonly dir: string;
  /** Of the network: its own plan, log and checkpoint, as any training has them, and the network as an encoder. */
  readonly network: RunFolder;

  constructor(dir: string) {
    this.dir = dir;
    this.network = new RunFolder(join(dir, 'network'));
  }

  get paths() {
    const at = (name: string) => join(this.dir, name);
    return {
      plan: at('config.json'),
      looks: at('looks.jsonl'),
      map: at('map.json'),
      neighbours: at('neighbours.json'),
      /** Beginnings of the names of files with what base and network say of the photos to judge by. */
      before: at('before'),
      after: at('after'),
      encoder: at('encoder'),
      result: at('result.json'),
    } as const;
  }

  /** Whether something is there that a new run would write over. */
  get isTaken(): boolean {
    return existsSync(this.paths.plan);
  }

  /** @throws LikenessError not-found for a folder that holds no run. */
  readPlan(): ScratchPlan {
    try {
      return JSON.parse(readFileSync(this.paths.plan, 'utf8')) as ScratchPlan;
    } catch (cause) {
      throw new LikenessError(
        'not-found',
        `There is no run in “${this.dir}”.`,
        'Give the folder that the learning wrote into: it holds config.json.',
        { cause },
      );
    }
  }

  async writePlan(plan: ScratchPlan): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    await writeWhole(this.paths.plan, plan);
  }

  writeResult(result: LearnResult): Promise<void> {
    return writeWhole(this.paths.result, result);
  }
}
