import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventsOf, kmBetween, type TakenPhoto } from '../../src-main/collections/events.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const start = Date.UTC(2014, 4, 3, 10, 0);
let made = 0;
const photo = (takenAtMs: number, at: { lat: number; lon: number } | null = null): TakenPhoto => {
  made += 1;
  const hash = made.toString(16).padStart(64, '0');
  return { path: `/photos/${made}.jpg`, hash, takenAtMs, lat: at?.lat ?? null, lon: at?.lon ?? null };
};
const run = (from: number, count: number, everyMs: number, at: { lat: number; lon: number } | null = null) =>
  Array.from({ length: count }, (_, i) => photo(from + i * everyMs, at));
const lisbon = { lat: 38.72, lon: -9.14 };
const lagos = { lat: 37.1, lon: -8.67 };

test('a walk and the dinner after it are two, a slow day out is one', () => {
  const walk = run(start, 30, 2 * minute);
  const dinner = run(start + 6 * 60 * minute, 20, minute);
  const out = run(start + 7 * day, 12, 40 * minute);
  const events = eventsOf([...walk, ...dinner, ...out]);
  assert.deepEqual(
    events.map(({ photos }) => photos.length),
    [30, 20, 12],
  );
  assert.deepEqual(
    events.map(({ title }) => title),
    ['Saturday 3 May 2014', 'Saturday 3 May 2014', 'Saturday 10 May 2014'],
  );
  assert.deepEqual([events[0]!.from, events[0]!.to], ['2014-05-03T10:00:00', '2014-05-03T10:58:00']);
  assert.equal(events[0]!.kmFromHome, null, 'nothing says where it was');
});

test('days away that follow one another are one trip, and home is where most days are', () => {
  const atHome = [0, 10, 20, 30, 50].flatMap((days) => run(start + days * day, 8, 5 * minute, lisbon));
  const away = [36, 37, 38].flatMap((days) => run(start + days * day, 15, 8 * minute, lagos));
  const trips = eventsOf([...atHome, ...away]).filter(({ kmFromHome }) => (kmFromHome ?? 0) > 60);
  assert.equal(trips.length, 1);
  assert.equal(trips[0]!.photos.length, 45);
  assert.ok(trips[0]!.away);
  assert.match(trips[0]!.title, /^8.*10 June 2014, 18\d km from home$/);
  assert.ok(Math.abs(kmBetween(lisbon, lagos) - 185) < 3);
});

const libraries = fc.array(
  fc.record({
    takenAtMs: fc.integer({ min: 0, max: 90 * 24 * 60 }).map((minutes) => start + minutes * minute),
    at: fc.constantFrom(null, lisbon, lagos),
  }),
  { maxLength: 80 },
);

test('every photo is in one event, in order; the order of arrival changes nothing', () => {
  fc.assert(
    fc.property(libraries, fc.infiniteStream(fc.nat()), (given, order) => {
      const photos = given.map(({ takenAtMs, at }) => photo(takenAtMs, at));
      const events = eventsOf(photos);
      const shuffled = photos
        .map((one) => ({ one, key: order.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      assert.deepEqual(eventsOf(shuffled), events);
      const paths = events.flatMap((event) => event.photos.map(({ path }) => path));
      assert.deepEqual(paths.sort(), photos.map(({ path }) => path).sort());
      for (const [i, { from, to }] of events.entries()) {
        assert.ok(from <= to);
        if (i > 0) assert.ok(events[i - 1]!.to <= from);
      }
      assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
    }),
  );
});

test('a photo that comes within an event leaves it its name', () => {
  const walk = run(start, 30, 2 * minute);
  const [before] = eventsOf(walk);
  const [after] = eventsOf([...walk, photo(start + 7 * minute)]);
  assert.equal(after!.id, before!.id);
  assert.equal(after!.photos.length, 31);
});

test('no photos, no events', () => {
  assert.deepEqual(eventsOf([]), []);
});
