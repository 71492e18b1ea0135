/** `likeness similar`: photos that look like one, which may lie outside the library. */
import { command } from '../command.ts';
import { pageOf, paging, resultsData, resultsText } from '../results.ts';

export const similar = command({
  name: 'similar',
  summary: 'Find photos that look like one; it need not be in the library',
  takes: 'PHOTO',
  count: [1, 1],
  options: paging,
  examples: ['likeness similar ~/Pictures/beach.jpg', 'likeness --json similar --limit 5 /tmp/found.png'],
  async run({ args: [path = ''], options }, { app, absolute, json }) {
    const page = pageOf(options, json);
    const results = await (await app()).call('similar', { path: absolute(path), ...page });
    return { data: resultsData(results), text: () => resultsText(results, page.offset) };
  },
});
