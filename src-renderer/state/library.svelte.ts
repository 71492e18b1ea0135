/** The photos of the library as typed arrays, newest first, kept in step with main. */
import type { Timeline } from '../../src-main/contract/timeline.ts';
import { sentences, type Client } from '../client.ts';
import { mergeTimeline, noPhotos } from './merge-timeline.ts';

export class Library {
  #client: Client;
  #timeline: Timeline = $state.raw(noPhotos);
  #state: 'loading' | 'failed' | 'ready' = $state('loading');
  #failure: { readonly message: string; readonly hint: string } | null = $state.raw(null);
  /** Index by photo id, -1 where there is none. Ids are row numbers: small and dense. */
  #positions: Int32Array = $derived(positionsOf(this.#timeline));
  #reading: Promise<void> | null = null;
  /** Version that main has announced; while it is ahead of ours there is something to read. */
  #announced = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }
  get state(): 'loading' | 'failed' | 'ready' {
    return this.#state;
  }
  get failure(): { readonly message: string; readonly hint: string } | null {
    return this.#failure;
  }

  /** Where a photo stands in the timeline; -1 when it is not there. */
  indexOf(id: number): number {
    return this.#positions[id] ?? -1;
  }

  /** Everything anew. Failing keeps what was there and says why. */
  async load(): Promise<void> {
    try {
      this.#timeline = await this.#client.timeline();
      this.#state = 'ready';
      this.#failure = null;
    } catch (thrown) {
      this.#failure = sentences(thrown);
      if (this.#state === 'loading') this.#state = 'failed';
    }
  }

  /** What a `library` event says. Several in a row share one request. */
  announce(event: { readonly version: number; readonly generation: number }): Promise<void> {
    this.#announced = Math.max(this.#announced, event.version);
    const current = event.version <= this.#timeline.version && event.generation === this.#timeline.generation;
    if (current && this.#state === 'ready') return Promise.resolve();
    this.#reading ??= this.#catchUp(event.generation).finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #catchUp(generation: number): Promise<void> {
    if (this.#state !== 'ready' || generation !== this.#timeline.generation) return this.load();
    do {
      const held = this.#timeline;
      try {
        const changed = await this.#client.timeline(held.version);
        if (changed.generation !== held.generation) return this.load();
        this.#timeline = mergeTimeline(held, changed);
      } catch (thrown) {
        this.#failure = sentences(thrown);
        return;
      }
      // A delta that brings nothing newer ends the loop, whatever was announced.
      if (this.#timeline.version <= held.version) return;
    } while (this.#announced > this.#timeline.version);
  }
}

function positionsOf({ id, length }: Timeline): Int32Array {
  let highest = 0;
  for (const one of id) if (one > highest) highest = one;
  const positions = new Int32Array(highest + 1).fill(-1);
  for (let index = 0; index < length; index += 1) positions[id[index]!] = index;
  return positions;
}
