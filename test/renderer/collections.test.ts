import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { PhotoId } from '../../src-main/contract/photo.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { Collections } = await import('../../src-renderer/state/collections.svelte.ts');

const event = (id: string, ...photos: number[]) => ({ id, awayKm: null, photos: photos as PhotoId[] });

test('events stand newest first; what could not be read says why, and the old ones stay', async () => {
  let fails = false;
  const collections = new Collections(
    fakeClient({
      'events.photos': () => {
        if (fails) throw new LikenessError('internal', 'It broke.', 'Try again.');
        return { events: [event('old', 1, 2), event('new', 3)] };
      },
    }),
  );
  assert.deepEqual([collections.events, collections.failure], [null, null]);
  await collections.load();
  assert.deepEqual(
    collections.events?.map(({ id }) => id),
    ['new', 'old'],
  );
  fails = true;
  await collections.load();
  assert.deepEqual([collections.failure?.message, collections.events?.length], ['It broke.', 2]);
  fails = false;
  await collections.load();
  assert.equal(collections.failure, null);
});

test('of two readings the one that was asked for last counts', async () => {
  const answers = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  let asked = 0;
  const collections = new Collections(
    fakeClient({ 'events.photos': () => answers[asked++]!.promise as never }),
  );
  const both = [collections.load(), collections.load()];
  answers[1]!.resolve({ events: [event('second', 1)] });
  answers[0]!.resolve({ events: [event('first', 1)] });
  await Promise.all(both);
  assert.equal(collections.events?.[0]?.id, 'second');
});

test('however often photos change, events are read at once and then once in a while', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const collections = new Collections(
    fakeClient({ 'events.photos': () => ({ events: [event(`${(asked += 1)}`, 1)] }) }),
  );
  for (let i = 0; i < 20; i++) collections.changed();
  assert.equal(asked, 1);
  t.mock.timers.tick(3000);
  assert.equal(asked, 2);
  t.mock.timers.tick(60_000);
  assert.equal(asked, 2, 'nothing changed meanwhile');
});

test('groups by look are made when asked, one time at once; a failure leaves those of before', async () => {
  let asked = 0;
  let fails = false;
  const collections = new Collections(
    fakeClient({
      'clusters.photos': () => {
        asked++;
        if (fails) throw new LikenessError('internal', 'It broke.', 'Try again.');
        return { clusters: [{ id: 'a', label: 'beach', photos: [3, 1] as PhotoId[] }] };
      },
    }),
  );
  assert.deepEqual([collections.clusters, asked], [null, 0]);
  const both = [collections.cluster(), collections.cluster()];
  assert.equal(collections.clustering, true);
  await Promise.all(both);
  assert.deepEqual([asked, collections.clustering, collections.clusters?.[0]?.label], [1, false, 'beach']);
  fails = true;
  await collections.cluster();
  assert.deepEqual(
    [collections.clustersFailure?.message, collections.clusters?.length, collections.clustering],
    ['It broke.', 1, false],
  );
  fails = false;
  await collections.cluster();
  assert.equal(collections.clustersFailure, null);
});
