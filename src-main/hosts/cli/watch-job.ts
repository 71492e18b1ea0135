/** How a command waits for a job: its progress as a line, Ctrl+C ends the waiting. */
import type { App } from '../../app.ts';
import type { Job } from '../../contract/jobs.ts';
import type { Context } from './command.ts';
import { jobLine, ProgressLine } from './progress.ts';

/** @throws LikenessError the job's reason when it did not end well. */
export async function endOfJob(
  id: number,
  app: App,
  { output }: Pick<Context, 'output'>,
  onChange: (job: Job) => void = () => {},
): Promise<void> {
  const line = new ProgressLine(output);
  const stopListening = app.onEvent((event) => {
    const job = event.type === 'jobs' ? event.jobs.find((one) => one.id === id) : undefined;
    if (!job) return;
    onChange(job);
    if (job.state === 'running') line.show(jobLine(job));
    else if (job.state === 'waiting') line.show(job.reason ?? 'Waits until other work has ended.');
  });
  try {
    await app.ended(id);
  } finally {
    stopListening();
  }
}

/** Shows how far the job that runs is, whichever it is. @returns a function that stops showing. */
export function showRunning(app: App, { output }: Pick<Context, 'output'>): () => void {
  const line = new ProgressLine(output);
  return app.onEvent((event) => {
    const job = event.type === 'jobs' ? event.jobs.find(({ state }) => state === 'running') : undefined;
    if (job) line.show(jobLine(job));
  });
}
