/** The folder of a run that learns from a library: what every start keeps alike. Each adds what it alone needs. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LikenessError } from '../src-main/contract/errors.ts';
import type { LearnResult } from '../src-main/contract/learn.ts';
import { writeWhole } from './run-folder.ts';

export class LearnFolder<Plan> {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  get paths() {
    return {
      plan: this.at('config.json'),
      looks: this.at('looks.jsonl'),
      map: this.at('map.json'),
      neighbours: this.at('neighbours.json'),
      encoder: this.at('encoder'),
      result: this.at('result.json'),
    } as const;
  }

  /** @throws LikenessError bad-input when something is there that a new run would write over. */
  checkFree(): void {
    if (!this.isTaken) return;
    throw new LikenessError(
      'bad-input',
      `There is a run in “${this.dir}” already.`,
      'Resume it, or choose another folder.',
    );
  }

  get isTaken(): boolean {
    return existsSync(this.paths.plan);
  }

  /** @throws LikenessError not-found for a folder that holds no run. */
  readPlan(): Plan {
    try {
      return JSON.parse(readFileSync(this.paths.plan, 'utf8')) as Plan;
    } catch (cause) {
      throw new LikenessError(
        'not-found',
        `There is no run in “${this.dir}”.`,
        'Give the folder that the learning wrote into: it holds config.json.',
        { cause },
      );
    }
  }

  async writePlan(plan: Plan): Promise<void> {
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

  protected at(name: string): string {
    return join(this.dir, name);
  }
}

/** Said where a run that is taken up again does not find the encoder that it began with. */
export function otherEncoder(base: string): LikenessError {
  return new LikenessError(
    'bad-input',
    `This run began with the encoder ${base}, and another one lies in its place now.`,
    'Bring that encoder back, or start a new run.',
  );
}
