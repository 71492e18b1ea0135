/** The folder of such a run: its plan, its cached features, its checkpoint and log, what came of it. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { LearnResult } from '../../src-main/contract/learn.ts';
import { writeWhole } from '../run-folder.ts';
import type { AdaptPlan } from './adapt-plan.ts';

export class AdaptFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  get paths() {
    const at = (name: string) => join(this.dir, name);
    return {
      plan: at('config.json'),
      features: at('features.f32'),
      checkpoint: at('checkpoint.safetensors'),
      texts: at('texts.f32'),
      log: at('log.jsonl'),
      looks: at('looks.jsonl'),
      map: at('map.json'),
      neighbours: at('neighbours.json'),
      encoder: at('encoder'),
      result: at('result.json'),
    } as const;
  }

  /** Whether something is there that a new run would write over. */
  get isTaken(): boolean {
    return existsSync(this.paths.plan);
  }

  /** @throws LikenessError not-found for a folder that holds no run. */
  readPlan(): AdaptPlan {
    try {
      return JSON.parse(readFileSync(this.paths.plan, 'utf8')) as AdaptPlan;
    } catch (cause) {
      throw new LikenessError(
        'not-found',
        `There is no run in “${this.dir}”.`,
        'Give the folder that the learning wrote into: it holds config.json.',
        { cause },
      );
    }
  }

  async writePlan(plan: AdaptPlan): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    await writeWhole(this.paths.plan, plan);
  }

  /** null where it has none yet. */
  readResult(): LearnResult | null {
    try {
      return JSON.parse(readFileSync(this.paths.result, 'utf8')) as LearnResult;
    } catch {
      return null;
    }
  }

  writeResult(result: LearnResult): Promise<void> {
    return writeWhole(this.paths.result, result);
  }
}
