/** The commands of collections: events, and what photos show. */
import type { Services } from './app.ts';
import type { CommandInput, CommandOutput } from './contract/api.ts';

export type CollectionsCommand = 'events' | 'events.photos' | 'clusters' | 'classify';

/** A minute for 100,000 photos; half a million on a slow computer. */
const clusterTimeoutMs = 20 * 60 * 1000;

type Handlers = {
  readonly [Name in CollectionsCommand]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export function collectionsCommands({ store, looking, answering, activeEncoder }: Services): Handlers {
  return {
    events: async () => ({ events: await answering.call('events', {}) }),
    'events.photos': async () => ({ events: await answering.call('eventPhotos', {}) }),
    clusters: async ({ k }) => {
      const { dir, id } = activeEncoder();
      // It holds its engine's thread for seconds, and the other one answers searches.
      const input = { encoder: dir, encoderId: id, k: k ?? null };
      const { clusters, noise, centres } = await looking.call('clusters', input, {
        timeoutMs: clusterTimeoutMs,
      });
      if (k === undefined) store.clusterCentres.save(id, centres);
      return { clusters, noise };
    },
    classify: async ({ labels }) => {
      const { dir, id } = activeEncoder();
      const unique = [...new Set(labels)];
      const results = await answering.call('classify', { encoder: dir, encoderId: id, labels: unique });
      return { labels: unique, results };
    },
  };
}
