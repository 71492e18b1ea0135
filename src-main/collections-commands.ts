/** The commands of collections: events, and what photos show. */
import type { Services } from './app.ts';
import type { CommandInput, CommandOutput } from './contract/api.ts';

export type CollectionsCommand = 'events' | 'classify';

type Handlers = {
  readonly [Name in CollectionsCommand]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export function collectionsCommands({ answering, activeEncoder }: Services): Handlers {
  return {
    events: async () => ({ events: await answering.call('events', {}) }),
    classify: async ({ labels }) => {
      const { dir, id } = activeEncoder();
      const unique = [...new Set(labels)];
      const results = await answering.call('classify', { encoder: dir, encoderId: id, labels: unique });
      return { labels: unique, results };
    },
  };
}
