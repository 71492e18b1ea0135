/** Searching by people in a real browser: names completed after @, chips that hold, may hold or must not, numbers of people. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { callCommand, queryField, screen, tiles, waitUntilIndexed } from './main-path.ts';
import { paint, serveApp, type ServedApp } from './served-app.ts';
import { settle, until } from './settle.ts';

const skip = await noBrowser();
/** Who is on it stands in the name, as test/people/faces-engine.ts reads it. */
const photos = [
  'beach 1.jpg',
  'beach 1 2.jpg',
  'garden 2 3.jpg',
  'party 1 2 3.jpg',
  'sea.jpg',
  'hill 3.jpg',
  'house 2.jpg',
];
const names = { 1: 'Ana Kovač', 2: 'Ben', 3: 'Rose' } as const;
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  app = await serveApp({
    engineEntry: join(import.meta.dirname, '../people/faces-engine.ts'),
    faceModel: { id: 'faces-by-name', dir: '/model' },
  });
  const folder = join(app.home, 'Pictures');
  mkdirSync(folder);
  for (const [seed, name] of photos.entries()) await paint(join(folder, name), seed + 1);
  page = await app.open();
  await call('folders.add', { paths: [folder] });
  await page.goto(`${app.origin}/#/photos`);
  await waitUntilIndexed(page, photos.length);
});
after(() => app?.close());

const call = <Answer>(name: string, input: object = {}) => callCommand<Answer>(page, name, input);

interface Listed {
  readonly people: readonly { readonly id: string; readonly cover: number; readonly name: string | null }[];
  readonly groups: readonly { readonly id: string; readonly cover: number }[];
}

/** Turns faces on, waits for them, and names everybody. */
async function nameEverybody(): Promise<void> {
  await call('people.turnOn');
  await until(
    page,
    `fetch('/api/people.list', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
      .then((answer) => answer.json()).then(({ groups }) => groups.length === 3)`,
  );
  // The stand-in engine writes no pictures: here are some.
  const crops = join(app.dir, 'library', 'faces');
  for (const [seed, name] of readdirSync(crops).entries()) await paint(join(crops, name), seed + 20);
  const { groups } = await call<Listed>('people.list');
  for (const { id, cover } of groups) {
    const { faces } = await call<{ faces: { id: number; photo: number; box: number[] }[] }>('people.faces', {
      of: id,
    });
    const { photo, box } = faces.find((face) => face.id === cover)!;
    const { path } = await call<{ path: string }>('photo', { id: photo });
    const looks = basename(path).match(/\d+/g)![Math.round(box[0]! * 10)] as '1' | '2' | '3';
    await call('people.name', { id, name: names[looks] });
  }
}

/** Names of the photos that are shown, sorted. */
async function shown(): Promise<string[]> {
  await settle(page);
  const ids = await tiles(page, 'Matches').evaluateAll((all) =>
    all.map((one) => Number(one.getAttribute('data-id'))),
  );
  const details = await Promise.all(ids.map((id) => call<{ path: string }>('photo', { id })));
  return details.map(({ path }) => basename(path, '.jpg')).toSorted();
}

/** Waits until exactly these photos are shown. */
async function assertShown(...wanted: string[]): Promise<void> {
  await page
    .getByRole('heading', { name: wanted.length === 1 ? '1 photo' : `${wanted.length} photos` })
    .waitFor();
  assert.deepEqual(await shown(), wanted.toSorted());
}

const chip = (name: string) => page.getByRole('button', { name: `${name}, remove with Delete` });
const suggestions = () => page.getByRole('listbox', { name: 'Suggestions' });
const option = (name: string | RegExp) => suggestions().getByRole('option', { name });
async function fresh(): Promise<void> {
  await page.goto(`${app.origin}/#/search`);
  await page.reload();
  await screen(page, 'search').waitFor();
  await queryField(page).click();
}

test('while faces are off nothing of people is offered', { skip }, async () => {
  await fresh();
  await queryField(page).fill('@');
  await settle(page);
  assert.equal(await suggestions().count(), 0);
  await queryField(page).fill('2 people');
  await settle(page);
  assert.equal(await suggestions().count(), 0);
});

test(
  '@ lists people with their faces; Enter makes a chip, and their photos come newest first',
  { skip },
  async () => {
    await nameEverybody();
    await fresh();
    await page.keyboard.type('@');
    await option(/^Ana Kovač/).waitFor();
    assert.equal(await suggestions().locator('img').count(), 3);
    await until(
      page,
      `[...document.querySelectorAll('.drop img')].every((one) => one.complete && one.naturalWidth > 0)`,
    );
    assert.deepEqual(await faults(page), []);
    await page.keyboard.type('kov');
    await option(/^Ben/).waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await chip('Person Ana Kovač').waitFor();
    assert.equal(await queryField(page).inputValue(), '');
    await assertShown('beach 1', 'beach 1 2', 'party 1 2 3');
  },
);

test('a second chip holds too; "-" on a chip turns it round, Delete takes it away', { skip }, async () => {
  await queryField(page).click();
  await page.keyboard.type('@ben');
  await page.keyboard.press('Tab');
  await assertShown('beach 1 2', 'party 1 2 3');
  await chip('Person Ben').focus();
  await page.keyboard.press('-');
  await chip('Without Ben').waitFor();
  await assertShown('beach 1');
  await chip('Without Ben').focus();
  await page.keyboard.press('Delete');
  await assertShown('beach 1', 'beach 1 2', 'party 1 2 3');
});

test(
  '"-" before a name leaves somebody out, "or" joins two; the menu of a chip does the same',
  { skip },
  async () => {
    await queryField(page).click();
    await page.keyboard.type('or @ro');
    await option(/or Rose/).waitFor();
    await page.keyboard.press('Enter');
    await chip('Person Ana Kovač or another').waitFor();
    await assertShown('beach 1', 'beach 1 2', 'garden 2 3', 'hill 3', 'party 1 2 3');
    await queryField(page).click();
    await page.keyboard.type('-ben');
    await option(/without Ben/).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await assertShown('beach 1', 'hill 3');
    assert.deepEqual(await faults(page), []);

    await chip('Person Rose or another').focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('menu');
    await menu.getByRole('menuitemradio', { name: 'One of these', checked: true }).waitFor();
    assert.deepEqual(await faults(page), []);
    await menu.getByRole('menuitemradio', { name: 'Not on the photo' }).click();
    await assertShown('beach 1');
    await page.goBack();
    await assertShown('beach 1', 'hill 3');
  },
);

test('numbers of people are offered, and none of them means nobody', { skip }, async () => {
  await fresh();
  await page.keyboard.type('2 pe');
  await option('2 people').click();
  await assertShown('beach 1 2', 'garden 2 3');
  await page.getByRole('button', { name: 'Faces 2 people, remove with Delete' }).click();
  await fresh();
  await page.keyboard.type('nobody');
  await option('No people').click();
  await assertShown('sea');
  await queryField(page).click();
  await page.keyboard.type('@ana');
  await page.keyboard.press('Enter');
  await page.getByText('No photo fits all of this').waitFor();
  assert.deepEqual(await faults(page), []);
});

test('a name in the words bounds the search; an everyday word takes nothing away', { skip }, async () => {
  await fresh();
  await page.keyboard.type('ana kovac');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '3 good matches' }).waitFor();
  assert.deepEqual(await shown(), ['beach 1', 'beach 1 2', 'party 1 2 3']);
  const { total, results } = await call<{ total: number; results: { path: string }[] }>('search', {
    query: 'rose',
  });
  assert.equal(total, photos.length);
  assert.ok(results.slice(0, 3).every(({ path }) => basename(path).includes('3')));
});

test('chips and words stand in the address, and hold together', { skip }, async () => {
  const { people } = await call<Listed>('people.list');
  const ben = people.find(({ name }) => name === 'Ben')!.id;
  await page.goto(`${app.origin}/#/search?all=${ben}&faces=1-2`);
  await page.reload();
  await chip('Person Ben').waitFor();
  await assertShown('beach 1 2', 'garden 2 3', 'house 2');
  for (const [colorScheme, width, height] of [
    ['dark', 1024, 700],
    ['light', 1440, 900],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    assert.deepEqual(await faults(page), [], `${colorScheme}, ${width} px wide`);
  }
});

test('nothing went wrong on the way', { skip }, () => {
  assert.deepEqual(app.complaints, []);
});
