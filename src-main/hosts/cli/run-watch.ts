/** How a command that waits for the trainer shows what it hears. */
import type { Context } from './command.ts';
import { ProgressLine, runLine } from './progress.ts';
import type { TrainerWatch } from '../../trainings.ts';

/** Progress as one line, notes as lines of their own; Ctrl+C is passed on. */
export function runWatch({ output, signal }: Context): TrainerWatch {
  const line = new ProgressLine(output);
  return {
    signal,
    onProgress: (progress) => line.show(runLine(progress)),
    onNote: (text) => output.note(text),
  };
}
