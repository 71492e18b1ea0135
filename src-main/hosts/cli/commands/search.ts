/** `likeness search`: photos by words, and by who is on them. */
import { command } from '../command.ts';
import { usage } from '../parse.ts';
import { peopleFilterOf, peopleOptions } from '../people-options.ts';
import { pageOf, paging, resultsData, resultsText } from '../results.ts';

const example = 'likeness search "two dogs on a beach"';

export const search = command({
  name: 'search',
  summary: 'Find photos by words, and by who is on them',
  takes: 'QUERY',
  count: [0, Number.POSITIVE_INFINITY],
  options: { ...paging, ...peopleOptions },
  examples: [
    example,
    'likeness --json search --limit 5 bicycle',
    'likeness search "on the beach" --person Ana --without Ben --faces 2..',
  ],
  async run({ args, options }, { app, json }) {
    const query = args.join(' ').trim();
    const filter = await peopleFilterOf(options, app);
    if (query === '' && filter === null)
      throw args.length === 0
        ? usage('`likeness search` needs QUERY.', `For example: ${example}`)
        : usage('The query is empty.', 'Say what the photos show: likeness search "a red bicycle"');
    const page = pageOf(options, json);
    const results = await (await app()).call('search', { query, ...page, ...(filter && { filter }) });
    return { data: resultsData(results), text: () => resultsText(results, page.offset, filter !== null) };
  },
});
