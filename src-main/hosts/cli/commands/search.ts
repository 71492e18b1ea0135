/** `likeness search`: photos by words. */
import { command } from '../command.ts';
import { usage } from '../parse.ts';
import { pageOf, paging, resultsData, resultsText } from '../results.ts';

export const search = command({
  name: 'search',
  summary: 'Find photos by words',
  takes: 'QUERY',
  count: [1, Number.POSITIVE_INFINITY],
  options: paging,
  examples: ['likeness search "two dogs on a beach"', 'likeness --json search --limit 5 bicycle'],
  async run({ args, options }, { app, json }) {
    const query = args.join(' ').trim();
    if (query === '')
      throw usage('The query is empty.', 'Say what the photos show: likeness search "a red bicycle"');
    const page = pageOf(options, json);
    const results = await (await app()).call('search', { query, ...page });
    return { data: resultsData(results), text: () => resultsText(results, page.offset) };
  },
});
