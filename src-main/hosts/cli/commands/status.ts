/** `likeness status`: what the library holds and what is under way. */
import type { Status } from '../../../contract/api.ts';
import type { Job } from '../../../contract/jobs.ts';
import { command } from '../command.ts';
import { jobLine } from '../progress.ts';
import { bytes, columns, count, photos } from '../table.ts';

export const status = command({
  name: 'status',
  summary: 'Say what the library holds and what is under way',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness status'],
  async run(_input, { app }) {
    const found = await (await app()).call('status', {});
    return { data: found, text: () => statusText(found) };
  },
});

function statusText(found: Status): string {
  const { unsupported, encoder, folders, jobs } = found;
  const rows = [
    ['Library', `${found.library} (${bytes(found.libraryBytes)})`],
    ['Encoder', encoder ? `${encoder.name} (${encoder.id})` : 'none installed'],
    ['Photos', count(found.photos)],
    ['  searchable', count(found.encoded)],
    ['  waiting', count(found.waiting)],
    ['  unreadable', count(found.failed)],
    ['  missing', count(found.missing)],
    ...Object.entries(unsupported).map(([kind, n]) => [`  ${kind}`, `${count(n)}, not supported yet`]),
    ...folders.map(({ path, photos: n, present }) => [
      'Folder',
      `${path} (${photos(n)}${present ? '' : ', away now'})`,
    ]),
    ...jobs
      .filter(({ state }) => state === 'running' || state === 'waiting' || state === 'paused')
      .map((job) => ['Job', job.state === 'running' ? jobLine(job) : restLine(job)]),
  ];
  return columns(rows);
}

/** A job that does not run now, and why where that is known. */
function restLine({ state, reason, done, total }: Job): string {
  return `${state}, ${count(done)} of ${photos(total)} looked at${reason ? `: ${reason}` : ''}`;
}
