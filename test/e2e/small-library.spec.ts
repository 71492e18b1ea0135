/** A dozen pictures with names and dates, drawn here: what a clone without the sample photos can see of the main path. */
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import {
  addFolder,
  answerTo,
  assertRanked,
  idsOf,
  queryField,
  screen,
  tiles,
  waitUntilIndexed,
} from './main-path.ts';
import { paint, serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, settle } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;
let album: string;

before(async () => {
  if (skip) return;
  app = await serveApp();
  album = join(app.home, 'Album');
  await drawAlbum(album);
  page = await app.open();
});
after(() => app?.close());

/** Opens a photo of the view, with what is known of it. */
async function openInfo(photo: Locator): Promise<Locator> {
  await photo.dblclick();
  const viewer = screen(page, 'viewer');
  await viewer.waitFor();
  const info = viewer.getByRole('complementary', { name: 'Info' });
  if (!(await info.isVisible())) await viewer.getByRole('button', { name: 'Info' }).click();
  return info;
}
async function closeViewer(): Promise<void> {
  await page.keyboard.press('Escape');
  await screen(page, 'viewer').waitFor({ state: 'detached' });
}
async function nameOf(label: string, index: number): Promise<string> {
  const info = await openInfo(tiles(page, label).nth(index));
  const name = await info.getByText(/\.jpg$/).innerText();
  await closeViewer();
  return name;
}
/** Wherever the test before left off. */
async function toPhotos(): Promise<void> {
  await page.goto(`${app.origin}/#/photos`);
  await screen(page, 'photos').waitFor();
}

test('whoever goes elsewhere while the folder is still being added stays there', { skip }, async () => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/folders.add', async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await addFolder(page, ['Album']);
  await page.goto(`${app.origin}/#/search`);
  await screen(page, 'search').waitFor();
  const answered = page.waitForResponse('**/api/status');
  answer();
  await answered;
  await page.waitForTimeout(300);
  assert.equal(new URL(page.url()).hash, '#/search');
  await page.unrouteAll({ behavior: 'wait' });
  await toPhotos();
});

test('the dozen is shown newest first, under its days, each with a name read aloud', { skip }, async () => {
  await waitUntilIndexed(page, drawings.length);
  await photosDrawn(page);
  const heading = (name: string) => page.getByRole('heading', { name, exact: true });
  await heading('July 2024').waitFor();
  await heading('Sunday, July 21, 2024').waitFor();
  assert.equal(
    await tiles(page, 'Photos').first().getAttribute('aria-label'),
    'Photo, Sunday, July 21, 2024, 10:15 AM',
  );
  assert.equal(await tiles(page, 'Photos').first().getAttribute('aria-setsize'), '12');
  assert.equal(await nameOf('Photos', 0), 'boat on the lake.jpg');
  assert.equal(await nameOf('Photos', 1), 'boat on the lake, again.jpg');
});

test('a photo is found by the words of its name', { skip }, async () => {
  const answer = await answerTo(page, { command: 'search', question: 'lighthouse' }, async () => {
    await queryField(page).fill('lighthouse');
    await queryField(page).press('Enter');
  });
  assertRanked(answer.results);
  await page.getByRole('heading', { name: /good match/ }).waitFor();
  assert.deepEqual(await idsOf(tiles(page, 'Matches').first()), [answer.results[0]!.id]);
  assert.equal(await nameOf('Matches', 0), 'lighthouse.jpg');
});

test('a reload brings back the same question with the same answer', { skip }, async () => {
  const before = await idsOf(tiles(page, 'Matches'));
  await page.reload();
  await tiles(page, 'Matches').first().waitFor();
  assert.deepEqual(await idsOf(tiles(page, 'Matches')), before);
  assert.equal(await queryField(page).inputValue(), 'lighthouse');
});

test('where nothing fits, it is said so, and the closest are shown as guesses', { skip }, async () => {
  await queryField(page).fill('qwzx');
  await queryField(page).press('Enter');
  await page.getByRole('heading', { name: 'No good match' }).waitFor();
  await page.getByRole('heading', { name: 'Closest guesses' }).waitFor();
  assert.equal(await tiles(page, 'Matches').count(), drawings.length);
});

test('a year becomes a chip that narrows the library, and goes again', { skip }, async () => {
  await toPhotos();
  await queryField(page).fill('2023');
  await page.getByRole('option', { name: '2023 4', exact: true }).click();
  await page.getByRole('heading', { name: '4 photos' }).waitFor();
  assert.equal(await tiles(page, 'Matches').count(), 4);
  assert.equal(await page.getByRole('heading', { name: 'No good match' }).count(), 0);
  await page.getByRole('button', { name: 'Date 2023, remove with Delete' }).click();
  await page.getByRole('heading', { name: 'Search by what is in the photo' }).waitFor();
});

test('the photo taken 20 seconds before is told as of the same moment', { skip }, async () => {
  await toPhotos();
  await tiles(page, 'Photos').first().hover();
  const { results } = await answerTo(page, { command: 'similar' }, () =>
    tiles(page, 'Photos').first().getByTitle('Similar photos').click(),
  );
  assertRanked(results);
  const moment = page.getByRole('group', { name: 'Same moment' });
  assert.equal(await moment.getByRole('option', { name: /, 20 s earlier$/ }).count(), 1);
  assert.deepEqual(await idsOf(moment.getByRole('option')), [results[0]!.id]);
});

test('the viewer tells when a photo was taken and where its file lies', { skip }, async () => {
  await toPhotos();
  const info = await openInfo(tiles(page, 'Photos').nth(2));
  await info.getByText('sunset over the harbour.jpg').waitFor();
  await info.getByText(/June 15, 2024/).waitFor();
  await info.getByText('480 × 320', { exact: false }).waitFor();
  const revealed = page.waitForResponse((response) => response.url().endsWith('/api/reveal'));
  await info.getByRole('button', { name: 'Show in folder' }).click();
  await revealed;
  assert.deepEqual(app.revealed, [join(album, 'sunset over the harbour.jpg')]);
  await closeViewer();
});

test(
  'a photo that comes into the folder shows up by itself, one that leaves it is listed',
  { skip },
  async () => {
    await paint(join(album, 'new one.jpg'), 77);
    await page.getByRole('link', { name: 'Photos 13' }).waitFor();
    rmSync(join(album, 'red balloon.jpg'));
    await page.getByRole('link', { name: 'Problems 1' }).click();
    await screen(page, 'problems').getByText('red balloon.jpg').waitFor();
  },
);

test('equal bytes in two places are two photos that know of one another', { skip }, async () => {
  copyFileSync(join(album, 'lighthouse.jpg'), join(album, 'lighthouse, a copy.jpg'));
  await page.getByRole('link', { name: 'Photos 14' }).click();
  await queryField(page).fill('lighthouse');
  await queryField(page).press('Enter');
  await page.getByRole('heading', { name: /good match/ }).waitFor();
  const info = await openInfo(tiles(page, 'Matches').first());
  await info.getByText('The same photo lies in 1 other place').waitFor();
  await closeViewer();
});

test('at 200 % and in the smallest window the same photos are within reach', { skip }, async () => {
  for (const viewport of [
    { width: 720, height: 450 },
    { width: 900, height: 600 },
  ]) {
    await page.setViewportSize(viewport);
    await page.getByRole('link', { name: /^Photos/ }).click();
    await settle(page);
    assert.ok((await photosDrawn(page)) > 0);
  }
});

test('nothing of it was a fault to the browser', { skip }, () => {
  assert.deepEqual(app.complaints, []);
});
