/** A program that finds the duplicates of a folder: made to be killed. */
import { createApp } from '../../src-main/app.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';

const [library = '', photos = ''] = process.argv.slice(2);
const app = createApp({
  library,
  native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
  startChild: forkChild,
  built: library,
});
const { job } = await app.call('folders.add', { paths: [photos] });
await app.indexed(job.id);
process.stdout.write('indexed\n');
const { groups } = await app.call('duplicates.report', {});
await app.close();
process.stdout.write(JSON.stringify(groups));
