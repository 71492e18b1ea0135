/** `likeness duplicates`: finds photos that are the same or nearly, and proposes which to keep. It moves nothing. */
import { type DuplicateClass, duplicateClasses } from '../../../contract/duplicate-kinds.ts';
import { type DuplicatesReport } from '../../../contract/duplicates.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { command } from '../command.ts';
import { bytes, count, duration } from '../table.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { showRunning } from '../watch-job.ts';

export const duplicates = command({
  name: 'duplicates',
  summary: 'Find photos that are the same or nearly, and say which to keep and why; nothing is moved',
  takes: '',
  count: [0, 0],
  options: {
    class: {
      type: 'text',
      value: 'CLASS',
      summary: 'only groups of this kind',
      choices: duplicateClasses,
    },
  },
  examples: ['likeness duplicates', 'likeness --json duplicates --class identical'],
  async run({ options }, { app: open, output, signal }) {
    const app = await open();
    const stopListening = showRunning(app, { output });
    try {
      const wanted = options.class as DuplicateClass | undefined;
      const asked = app.call('duplicates.report', wanted ? { class: wanted } : {});
      const report = await unlessAborted(asked, signal, interrupted);
      return { data: report, text: () => reportText(report) };
    } finally {
      stopListening();
    }
  },
});

/** The job itself stays in the library's list: the next start or `duplicates` takes it up. */
function interrupted(): LikenessError {
  return new LikenessError(
    'cancelled',
    'Stopped before every photo was compared; what was found is kept.',
    'Run the same command again to go on from there.',
  );
}

const headings: Readonly<Record<DuplicateClass, string>> = {
  identical: 'The same file',
  're-encoded': 'The same picture in another size or format',
  edited: 'Edited or cropped',
  burst: 'A series',
  similar: 'The same scene',
};

/** Groups by class: the keeper with the reason, then the others. */
function reportText({ groups, seconds }: DuplicatesReport): string {
  const blocks = groups.map(({ class: name, keeper, reason, members, bytesToGain }) =>
    [
      `${headings[name]}: ${count(members.length)} photos, ${bytes(bytesToGain)} to gain`,
      `  keep ${keeper}`,
      `       ${reason}`,
      ...members.filter(({ path }) => path !== keeper).map(({ path }) => `       ${path}`),
    ].join('\n'),
  );
  const found = groups.length === 1 ? '1 group' : `${count(groups.length)} groups`;
  return [...blocks, `${found}. Took ${duration(seconds)}.`].join('\n');
}
