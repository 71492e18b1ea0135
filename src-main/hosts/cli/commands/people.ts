/** `likeness people`: looks for faces on every photo, groups them, and tells who is where. */
import { LikenessError } from '../../../contract/errors.ts';
import type { NamesWritten, PeopleReport } from '../../../contract/people.ts';
import { command } from '../command.ts';
import { columns, count, duration } from '../table.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { showRunning } from '../watch-job.ts';

export const people = command({
  name: 'people',
  summary: 'Find the faces of all photos, and say who is on which; turns the search for faces on',
  takes: '',
  count: [0, 0],
  options: {
    'write-names': {
      type: 'flag',
      summary: 'then write the names into XMP sidecars beside the photos, as other programs read them',
    },
  },
  examples: ['likeness people', 'likeness --json people', 'likeness people --write-names'],
  async run({ options }, { app: open, output, signal }) {
    const app = await open();
    const stopListening = showRunning(app, { output });
    try {
      const report = await unlessAborted(app.call('people.report', {}), signal, interrupted);
      if (!options['write-names']) return { data: report, text: () => reportText(report) };
      const names = await app.call('people.writeNames', {});
      return { data: { ...report, names }, text: () => `${reportText(report)}\n${namesText(names)}` };
    } finally {
      stopListening();
    }
  },
});

/** The job itself stays in the library's list: closing puts it down, the next start or `people` takes it up. */
function interrupted(): LikenessError {
  return new LikenessError(
    'cancelled',
    'Stopped before every photo was looked at; the faces that were found are kept.',
    'Run the same command again to go on from there.',
  );
}

/** Somebody, how many faces, and a photo that shows them best. */
function reportText({ people: all, unassigned, seconds }: PeopleReport): string {
  const rows = all.map(({ name, id, faces }) => {
    const best = faces.reduce((one, other) => (other.quality > one.quality ? other : one));
    return [name ?? `somebody (${id})`, faceCount(faces.length), best.path];
  });
  const found = all.reduce((sum, { faces }) => sum + faces.length, 0);
  return [
    ...(rows.length > 0 ? [columns([['Who', 'Faces', 'Best on'], ...rows], [1])] : []),
    `${faceCount(found)} of ${count(all.length)} ${all.length === 1 ? 'person' : 'people'}, ` +
      `${count(unassigned.length)} of nobody known. Took ${duration(seconds)}.`,
  ].join('\n');
}

function namesText({ photos, written, unchanged, failed }: NamesWritten): string {
  return [
    `Names on ${count(photos)} ${photos === 1 ? 'photo' : 'photos'}: ${count(written)} sidecars written, ` +
      `${count(unchanged)} held them already, ${count(failed.length)} could not be written.`,
    ...failed.map(({ path, reason }) => `  ${path}: ${reason}`),
  ].join('\n');
}

function faceCount(n: number): string {
  return `${count(n)} ${n === 1 ? 'face' : 'faces'}`;
}
