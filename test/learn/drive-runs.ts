/** A program to be killed: learns from a library, then uses what was learned and goes back, again and again. Says what it does. */
import { createApp } from '../../src-main/app.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';

const [library = '', base = '', end = ''] = process.argv.slice(2);
const say = (what: string) => process.stdout.write(`${what}\n`);
const app = createApp({
  library,
  native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
  startChild: forkChild,
  built: library,
  builtInEncoder: base,
});
const only = async () => (await app.call('runs.list', {})).runs[0];

let run = (await only()) ?? (await app.call('learn.start', { minutes: 1, engine: 'cpu' })).run;
say('open');
if (run.state !== 'learned') {
  // As a window that opens would: what waits begins.
  if (run.state === 'waiting') await app.call('jobs.resume', { id: run.job! });
  const stop = app.onEvent((event) => {
    if (event.type === 'look') say('look');
    if (event.type === 'look' && end === 'finish') {
      stop();
      void app.call('learn.finish', { id: run.id }).catch(() => {});
    }
  });
  await app.ended(run.job!).catch(async (thrown: unknown) => {
    say(`failed: ${String(thrown)}`);
    throw thrown;
  });
  say('learned');
}
for (let round = 0; end !== 'finish' || round < 1; round++) {
  run = (await app.call('runs.apply', { id: run.id, anyway: true })).run;
  say('preparing');
  if (run.job !== null) await app.ended(run.job);
  say('applied');
  await app.call('runs.rollback', {});
  say('back');
  for (const job of (await app.call('jobs.list', {})).jobs)
    if (job.state === 'running' || job.state === 'waiting') await app.ended(job.id).catch(() => {});
}
await app.close();
