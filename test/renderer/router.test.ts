import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import * as fc from 'fast-check';
import { FakeWindow } from './fake-window.ts';
import './runes.ts';

const { Router, hashOf, placeOf } = await import('../../src-renderer/state/router.svelte.ts');

const maybe = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((made) => (made === undefined ? {} : { [name]: made }));
const id = fc.integer({ min: 1, max: 1e9 });
const ms = fc.integer({ min: -1e13, max: 1e13 });
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((made) => Object.assign({}, ...made) as object);
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 3 });
const whom = fc.tuple(fc.constantFrom('p', 'g'), id).map(([kind, key]) => `${kind}${key}`);
const people = merged(maybe('all', some(whom)), maybe('any', some(whom)), maybe('none', some(whom)));
const count = fc.integer({ min: 0, max: 9999 });
const faces = merged(maybe('min', count), maybe('max', count));
const says = (made: object) => Object.keys(made).length > 0;
const filter = merged(
  maybe('folderId', id),
  maybe('fromMs', ms),
  maybe('toMs', ms),
  maybe('people', people.filter(says)),
  maybe('faces', faces.filter(says)),
);
const cut = maybe(
  'cut',
  fc.integer({ min: 0, max: 20 }).map((step) => step / 20),
);
const anyPlace = fc.oneof(
  merged(fc.constant({ screen: 'photos' }), maybe('viewing', id)),
  merged(
    fc.constant({ screen: 'search' }),
    fc.string({ unit: 'binary' }).map((query) => ({ query })),
    filter.map((made) => ({ filter: made })),
    maybe('order', fc.constant('date')),
    cut,
    maybe('viewing', id),
  ),
  merged(
    fc.constant({ screen: 'similar' }),
    filter.map((made) => ({ filter: made })),
    maybe('photoId', id),
    cut,
  ),
  merged(fc.constant({ screen: 'learn' }), maybe('run', id), maybe('expert', fc.constant(true))),
  merged(
    fc.constant({ screen: 'people' }),
    maybe('who', fc.oneof(whom, fc.constantFrom('unknown', 'ignored'))),
    maybe('tab', fc.constant('faces')),
    maybe('ask', fc.constant(true)),
    maybe('hidden', fc.constant(true)),
    maybe('viewing', id),
  ),
  merged(
    fc.constant({ screen: 'collections' }),
    maybe('event', fc.string({ minLength: 1, unit: 'binary' })),
    maybe('year', fc.integer({ min: 1826, max: 2100 })),
    maybe('cluster', fc.stringMatching(/^[0-9a-f]{1,16}$/)),
    maybe('viewing', id),
  ),
  fc.constantFrom('folders', 'problems', 'activity', 'settings', 'welcome').map((screen) => ({ screen })),
);

test('every place can be written as an address and read back', () => {
  fc.assert(
    fc.property(anyPlace, (place) => {
      const given = place as Parameters<typeof hashOf>[0];
      assert.deepEqual(placeOf(hashOf(given)), given);
    }),
  );
});

test('of people in an address only what can be read counts', () => {
  assert.deepEqual(placeOf('#/search?all=p1.x2..g3&any=p0&none=&faces=2-'), {
    screen: 'search',
    query: '',
    filter: { people: { all: ['p1', 'g3'] }, faces: { min: 2 } },
  });
  for (const wrong of ['-', '', 'two', '1-2-3', '2', '99999-'])
    assert.deepEqual(placeOf(`#/search?faces=${wrong}`), { screen: 'search', query: '', filter: {} });
});

test('an address that says nothing known is the timeline', () => {
  for (const hash of [
    '',
    '#',
    '#/',
    '#/nowhere',
    '#/photos?viewing=x',
    'javascript:alert(1)',
    '#/photos?viewing=',
  ])
    assert.deepEqual(placeOf(hash), { screen: 'photos' });
});

test('back and forward restore the place, and Back is offered only where it leads to one', () => {
  const window = new FakeWindow();
  const router = new Router(window);
  assert.equal(router.canGoBack, false);
  router.go({ screen: 'search', query: 'dog', filter: {} });
  router.go({ screen: 'folders' });
  assert.equal(router.canGoBack, true);
  router.back();
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: {} });
  router.back();
  assert.deepEqual(router.place, { screen: 'photos' });
  assert.equal(router.canGoBack, false);
  window.history.forward();
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: {} });
});

test('coming back finds the photo that stood at the top', () => {
  const window = new FakeWindow();
  const router = new Router(window);
  router.keepAnchor({ id: 7, offsetPx: 12.5 });
  router.go({ screen: 'photos', viewing: 7 });
  assert.equal(router.anchor, null);
  router.back();
  assert.deepEqual(router.anchor, { id: 7, offsetPx: 12.5 });
});

test('coming back finds the photo that the keys were at', () => {
  const window = new FakeWindow();
  const router = new Router(window);
  router.keepCurrent(7);
  router.go({ screen: 'similar', photoId: 7, filter: {} });
  assert.equal(router.current, null);
  router.back();
  assert.equal(router.current, 7);
});

test('a scroll is written to the history once the view rests, not with every frame', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const window = new FakeWindow();
  const router = new Router(window);
  for (let offsetPx = 0; offsetPx < 50; offsetPx += 1) router.keepAnchor({ id: 1, offsetPx });
  assert.equal(window.history.state, null);
  mock.timers.tick(1000);
  assert.deepEqual(window.history.state, { depth: 0, anchor: { id: 1, offsetPx: 49 }, current: null });
  mock.timers.reset();
});

test('another question begins at its top; another cut-off or photo of the same one does not', () => {
  const router = new Router(new FakeWindow('#/search?q=dog'));
  const anchor = { id: 3, offsetPx: 0 };
  router.keepAnchor(anchor);
  router.replace({ screen: 'search', query: 'dog', filter: {}, cut: 0.3 });
  assert.deepEqual(router.anchor, anchor);
  router.replace({ screen: 'search', query: 'dog', filter: {}, cut: 0.3, viewing: 3 });
  assert.deepEqual(router.anchor, anchor);
  router.replace({ screen: 'search', query: 'dogs', filter: {} });
  assert.equal(router.anchor, null);
});

test('replacing leaves no entry behind', () => {
  const window = new FakeWindow();
  const router = new Router(window);
  router.go({ screen: 'search', query: 'd', filter: {} });
  router.replace({ screen: 'search', query: 'do', filter: {} });
  router.replace({ screen: 'search', query: 'dog', filter: {} });
  assert.equal(window.behind, 1);
  router.back();
  assert.deepEqual(router.place, { screen: 'photos' });
});
