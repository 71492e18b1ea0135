/** What a library falls into by itself: events by time and place, and photos that show what a word says. */
import * as v from 'valibot';
import type { PhotoId } from './photo.ts';

export interface PhotoEvent {
  /** Stays while its first photo does. */
  readonly id: string;
  /** Its days, and how far from home it was where that is far. */
  readonly title: string;
  /** Local wall clock of its first and last photo: 2024-06-15T11:42:00. */
  readonly from: string;
  readonly to: string;
  /** Kilometres from where most photos are taken; null where its photos do not say, or no such place is known. */
  readonly kmFromHome: number | null;
  /** In the order of taking. */
  readonly paths: readonly string[];
}

/** An event as windows show it, by the photos that they hold. */
export interface ShownEvent extends Pick<PhotoEvent, 'id'> {
  /** Kilometres from home, where that is far enough to be a trip; null for any other. */
  readonly awayKm: number | null;
  /** In the order of taking. */
  readonly photos: readonly PhotoId[];
}

export interface Classified {
  readonly labels: readonly string[];
  readonly results: readonly {
    readonly path: string;
    /** The likeliest first; none is an answer. Scores are 0.5 or more, up to 1. */
    readonly tags: readonly { readonly label: string; readonly score: number }[];
  }[];
}

export interface PhotoCluster {
  /** Stays as photos come, where the number of clusters was not asked for. */
  readonly id: string;
  /** What it shows, in a word; null where none stands out, or the encoder knows no words. */
  readonly label: string | null;
  readonly paths: readonly string[];
}

/** A cluster as windows show it, by the photos that they hold. */
export interface ShownCluster extends Pick<PhotoCluster, 'id' | 'label'> {
  /** The most typical first: nearest to the cluster's middle. */
  readonly photos: readonly PhotoId[];
}

export interface Clustered {
  /** Those with most photos first. */
  readonly clusters: readonly PhotoCluster[];
  /** Photos that are like no cluster. */
  readonly noise: readonly string[];
}

const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));

export const collectionsInputs = {
  /** Oldest first. Photos that do not say when they were taken are in none. */
  events: v.optional(v.object({}), {}),
  /** The same for windows: photos by their ids. */
  'events.photos': v.optional(v.object({}), {}),
  /** By look; `k` clusters, or as many as suit the library. */
  clusters: v.object({ k: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))) }),
  /** As many as suit the library, for windows: photos by their ids. */
  'clusters.photos': v.optional(v.object({}), {}),
  /** Which of these words each photo shows. */
  classify: v.object({ labels: v.pipe(v.array(label), v.minLength(1), v.maxLength(500)) }),
};

export interface CollectionsOutputs {
  events: { readonly events: readonly PhotoEvent[] };
  'events.photos': { readonly events: readonly ShownEvent[] };
  clusters: Clustered;
  'clusters.photos': { readonly clusters: readonly ShownCluster[] };
  classify: Classified;
}
