/** A program that looks for the faces of a folder, with an engine whose faces are told by the name: made to be killed. */
import { join } from 'node:path';
import { createApp } from '../../src-main/app.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';

const [library = '', photos = ''] = process.argv.slice(2);
const app = createApp({
  library,
  native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
  startChild: forkChild,
  built: library,
  engineEntry: join(import.meta.dirname, 'faces-engine.ts'),
  faceModel: { id: 'faces-by-name', dir: '/model' },
});
const { job } = await app.call('folders.add', { paths: [photos] });
await app.indexed(job.id);
const report = await app.call('people.report', {});
await app.close();
process.stdout.write(JSON.stringify(report));
