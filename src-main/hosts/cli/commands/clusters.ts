/** `likeness clusters`: photos that look alike, put together and named where a word stands out. */
import { command } from '../command.ts';
import { columns, count, photos } from '../table.ts';

export const clusters = command({
  name: 'clusters',
  summary: 'Put photos that look alike together, and name what each cluster shows',
  takes: '',
  count: [0, 0],
  options: {
    k: {
      type: 'number',
      value: 'N',
      summary: 'how many clusters; as many as suit the library when left out',
      min: 1,
      max: 1000,
    },
  },
  examples: ['likeness clusters', 'likeness --json clusters --k 12'],
  async run({ options }, { app: open }) {
    const app = await open();
    const answer = await app.call('clusters', options.k === undefined ? {} : { k: options.k });
    return {
      data: answer,
      text: () => {
        const rows = answer.clusters.map(({ label, paths }) => [
          label ?? '(no word)',
          photos(paths.length),
          paths[0] ?? '',
        ]);
        return [
          ...(rows.length > 0 ? [columns([['Shows', 'Photos', 'Such as'], ...rows], [1])] : []),
          `${count(answer.clusters.length)} clusters, ${photos(answer.noise.length)} in none.`,
        ].join('\n');
      },
    };
  },
});
