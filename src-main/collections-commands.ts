/** The commands of collections: events, and what photos show. */
import type { Services } from './app.ts';
import type { CommandInput, CommandOutput } from './contract/api.ts';

export type CollectionsCommand = 'events' | 'events.photos' | 'clusters' | 'clusters.photos' | 'classify';

/** A minute for 100,000 photos; half a million on a slow computer. */
const clusterTimeoutMs = 20 * 60 * 1000;

type Handlers = {
  readonly [Name in CollectionsCommand]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export function collectionsCommands({ store, looking, answering, activeEncoder }: Services): Handlers {
  const cluster = async (k: number | null) => {
    const { dir, id } = activeEncoder();
    // It holds its engine's thread for seconds, and the other one answers searches.
    const found = await looking.call(
      'clusters',
      { encoder: dir, encoderId: id, k },
      { timeoutMs: clusterTimeoutMs },
    );
    if (k === null) store.clusterCentres.save(id, found.centres);
    return found;
  };
  return {
    events: async () => ({ events: await answering.call('events', {}) }),
    'events.photos': async () => ({ events: await answering.call('eventPhotos', {}) }),
    clusters: async ({ k }) => {
      const { clusters, noise } = await cluster(k ?? null);
      return { clusters: clusters.map(({ id, label, paths }) => ({ id, label, paths })), noise };
    },
    'clusters.photos': async () => {
      const { clusters } = await cluster(null);
      return { clusters: clusters.map(({ id, label, photos }) => ({ id, label, photos })) };
    },
    classify: async ({ labels }) => {
      const { dir, id } = activeEncoder();
      const unique = [...new Set(labels)];
      const results = await answering.call('classify', { encoder: dir, encoderId: id, labels: unique });
      return { labels: unique, results };
    },
  };
}
