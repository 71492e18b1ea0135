/** Learning from a person's library, by whatever start was asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LearnResult, LearnStart, LearnTask } from '../src-main/contract/learn.ts';
import type { TrainerReport } from '../src-main/contract/run.ts';

export interface LearnContext {
  /** Aborted, the run ends with what it needs to go on. */
  readonly signal: AbortSignal;
  readonly report: (report: Extract<TrainerReport, { readonly kind: 'progress' | 'note' | 'look' }>) => void;
}

/** Loads only the part that the start needs. @throws LikenessError in the words of what a person can mend. */
export async function learnLibrary(
  task: LearnTask,
  context: LearnContext,
): Promise<LearnResult | { readonly stopped: number }> {
  const start = task.kind === 'learn' ? task.request.start : startedWith(task.dir);
  switch (start) {
    case 'adapter': {
      const { adaptEncoder } = await import('./adapt/adapt-encoder.ts');
      return adaptEncoder(task, context);
    }
    case 'scratch':
    case 'tower': {
      const { learnFromScratch } = await import('./scratch/scratch-encoder.ts');
      return learnFromScratch(task, context);
    }
  }
}

/** Whatever else is wrong with the folder is told by those who read it. */
function startedWith(dir: string): LearnStart {
  try {
    const plan = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as {
      readonly request?: { readonly start?: LearnStart };
    };
    return plan.request?.start ?? 'adapter';
  } catch {
    return 'adapter';
  }
}
