/** `likeness index`: finds the photos of folders and looks at each, in the foreground. */
import { LikenessError } from '../../../contract/errors.ts';
import type { IndexReport, Job } from '../../../contract/jobs.ts';
import { command } from '../command.ts';
import { jobLine, ProgressLine } from '../progress.ts';
import { columns, count, duration, photos } from '../table.ts';
import { unlessAborted } from '../unless-aborted.ts';

/** Unreadable files named in the text for people; --json has them all. */
const shownFailures = 20;

export const indexFolders = command({
  name: 'index',
  summary: 'Find the photos of folders and look at each; what is known already costs a moment only',
  takes: 'FOLDER…',
  count: [1, Number.POSITIVE_INFINITY],
  options: {},
  examples: ['likeness index ~/Pictures', 'likeness --json index ~/Pictures ~/Scans'],
  async run({ args }, context) {
    const { signal, output } = context;
    const app = await context.app();
    const { job } = await app.call('folders.add', { paths: args.map(context.absolute) });
    const line = new ProgressLine(output);
    let latest: Job = job;
    const stopListening = app.onEvent((event) => {
      if (event.type !== 'jobs') return;
      latest = event.jobs.find(({ id }) => id === job.id) ?? latest;
      if (latest.state === 'running') line.show(jobLine(latest));
    });
    try {
      const report = await unlessAborted(app.indexed(job.id), signal, () => interrupted(latest));
      return { data: report, text: () => reportText(report) };
    } finally {
      stopListening();
    }
  },
});

/** The job itself stays in the library's list: closing puts it down, the next start or `index` takes it up. */
function interrupted({ done, total }: Job): LikenessError {
  return new LikenessError(
    'cancelled',
    `Stopped after ${count(done)} of ${photos(total)}; these are kept.`,
    'Run the same command again to go on from there.',
  );
}

function reportText(report: IndexReport): string {
  const { added, updated, unchanged, missing, failed, unsupported, seconds, photosPerSecond } = report;
  const rows = [
    ['Added', count(added)],
    ['Updated', count(updated)],
    ['Unchanged', count(unchanged)],
    ['Missing', count(missing)],
    ['Unreadable', count(failed.length)],
    ...Object.entries(unsupported).map(([kind, n]) => [`${kind}, not supported yet`, count(n)]),
  ];
  const hidden = failed.length - shownFailures;
  return [
    columns(rows, [1]),
    ...failed.slice(0, shownFailures).map(({ path, reason }) => `  ${path}: ${reason}`),
    ...(hidden > 0 ? [`  and ${count(hidden)} more; --json lists them all`] : []),
    `The library holds ${photos(report.photos)}. Took ${duration(seconds)}, ${photosPerSecond.toFixed(1)} photos a second.`,
  ].join('\n');
}
