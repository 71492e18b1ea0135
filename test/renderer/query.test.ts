import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { FakeWindow } from './fake-window.ts';
import './runes.ts';

const { Router } = await import('../../src-renderer/state/router.svelte.ts');
const { Query } = await import('../../src-renderer/state/query.svelte.ts');

function make(hash = '', kept: string | null = null, mentions = true) {
  const window = new FakeWindow(hash);
  const router = new Router(window);
  const shelf = new Map(kept === null ? [] : [['likeness-recent', kept]]);
  const query = new Query(
    router,
    {
      getItem: (key) => shelf.get(key) ?? null,
      setItem: (key, value) => void shelf.set(key, value),
    },
    () => mentions,
  );
  return { window, router, query, shelf };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

function type(query: ReturnType<typeof make>['query'], text: string) {
  for (let length = 1; length <= text.length; length += 1) {
    query.type(text.slice(0, length));
    mock.timers.tick(40);
  }
}

test('typing takes effect after a pause of 150 ms, in one entry of history', () => {
  const { window, router, query } = make();
  type(query, 'dog');
  assert.deepEqual(router.place, { screen: 'photos' });
  mock.timers.tick(150);
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: {} });
  type(query, 'dog on grass');
  mock.timers.tick(150);
  assert.deepEqual(router.place, { screen: 'search', query: 'dog on grass', filter: {} });
  assert.equal(window.behind, 1);
});

test('whoever goes elsewhere within the pause stays there', () => {
  const { router, query } = make();
  type(query, 'dog');
  router.go({ screen: 'folders' });
  mock.timers.tick(150);
  assert.deepEqual(router.place, { screen: 'folders' });
  assert.equal(query.text, '');
});

test('a blank at the end stays in the field and out of the question', () => {
  const { router, query } = make();
  type(query, 'dog ');
  mock.timers.tick(150);
  assert.equal(query.text, 'dog ');
  assert.equal((router.place as { query: string }).query, 'dog');
});

test('Enter ends the entry: what is typed next is another one, and Back leads to the first', () => {
  const { router, query } = make();
  type(query, 'dog');
  query.submit();
  type(query, 'cat');
  mock.timers.tick(150);
  router.back();
  assert.equal(query.text, 'dog');
  assert.deepEqual(query.recent, ['dog']);
});

test('the letters that found a chip are not part of the question and leave no entry', () => {
  const { window, router, query } = make();
  type(query, '2023');
  mock.timers.tick(150);
  query.choose({
    kind: 'date',
    key: 'date',
    label: '2023',
    photos: 5,
    filter: { fromMs: 10, toMs: 20 },
  });
  assert.deepEqual(router.place, { screen: 'search', query: '', filter: { fromMs: 10, toMs: 20 } });
  assert.equal(query.text, '');
  assert.equal(window.behind, 1);
});

test('a chip narrows what is typed after it, and a folder and a date hold together', () => {
  const { router, query } = make('#/search?from=10&to=20');
  query.choose({ kind: 'folder', key: 'folder 4', label: 'Family', photos: 5, filter: { folderId: 4 } });
  type(query, 'dog');
  mock.timers.tick(150);
  const all = { folderId: 4, fromMs: 10, toMs: 20 };
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: all });
  query.removeFilter('date');
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: { folderId: 4 } });
  query.removeFilter('folder');
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: {} });
});

test('a chip beside a photo narrows the photos like it', () => {
  const { router, query } = make('#/similar?photo=9');
  query.choose({ kind: 'folder', key: 'folder 4', label: 'Family', photos: 5, filter: { folderId: 4 } });
  assert.deepEqual(router.place, { screen: 'similar', photoId: 9, filter: { folderId: 4 } });
});

test('emptying the field on another screen goes nowhere', () => {
  const { router, query } = make('#/folders');
  query.type('   ');
  mock.timers.tick(150);
  assert.deepEqual(router.place, { screen: 'folders' });
});

test('searches that were meant are remembered, each once, latest first', () => {
  const { query, shelf } = make('', JSON.stringify(['dog', 'cat']));
  query.submit('cat');
  query.submit('snow');
  assert.deepEqual(query.recent, ['snow', 'cat', 'dog']);
  assert.deepEqual(JSON.parse(shelf.get('likeness-recent')!), ['snow', 'cat', 'dog']);
});

test('a shelf that holds something else is no harm', () => {
  assert.deepEqual(make('', '{"a":1}').query.recent, []);
  assert.deepEqual(make('', 'not JSON').query.recent, []);
  assert.deepEqual(make('', '["dog",3,null]').query.recent, ['dog']);
});

const somebody = (id: string, role: 'all' | 'any' | 'none' | 'or', rest = '') =>
  ({ kind: 'person', key: `person ${id}`, label: id, photos: 3, id, face: 1, role, rest }) as const;

test('a name that is being typed after @ is not looked for; the words before it stay beside the chip', () => {
  const { window, router, query } = make();
  type(query, 'beach');
  mock.timers.tick(150);
  type(query, 'beach @an');
  mock.timers.tick(150);
  assert.deepEqual(router.place, { screen: 'search', query: 'beach', filter: {} });
  assert.equal(query.text, 'beach @an');
  query.choose(somebody('p1', 'all', 'beach'));
  assert.deepEqual(router.place, { screen: 'search', query: 'beach', filter: { people: { all: ['p1'] } } });
  assert.equal(query.text, 'beach');
  assert.equal(window.behind, 1);
});

test('@ on another screen goes nowhere until somebody is chosen', () => {
  const { router, query } = make('#/folders');
  type(query, '@an');
  mock.timers.tick(150);
  assert.deepEqual(router.place, { screen: 'folders' });
  assert.equal(query.text, '@an');
  query.choose(somebody('p1', 'none'));
  assert.deepEqual(router.place, { screen: 'search', query: '', filter: { people: { none: ['p1'] } } });
});

test('while faces are off @ is a letter like any other', () => {
  const { router, query } = make('', null, false);
  type(query, 'beach @an');
  mock.timers.tick(150);
  assert.equal((router.place as { query: string }).query, 'beach @an');
});

test('people hold together with words, folders and numbers of faces, and each can be changed or taken away', () => {
  const { router, query } = make('#/search?q=dog&folder=4&faces=2-');
  const filter = () => (router.place as { filter: unknown }).filter;
  query.choose(somebody('p1', 'all', 'dog'));
  query.choose(somebody('p2', 'or', 'dog'));
  assert.deepEqual(filter(), { folderId: 4, faces: { min: 2 }, people: { any: ['p1', 'p2'] } });
  query.setPerson('p2', 'none');
  query.removeFilter('faces');
  assert.deepEqual(filter(), { folderId: 4, people: { any: ['p1'], none: ['p2'] } });
  query.setPerson('p1', null);
  query.setPerson('p2', null);
  assert.deepEqual(filter(), { folderId: 4 });
  query.removeFilter('folder');
  assert.deepEqual(router.place, { screen: 'search', query: 'dog', filter: {} });
});
