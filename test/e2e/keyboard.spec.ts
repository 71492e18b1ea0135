/** The main path without a mouse: every stop of the focus is seen, and closing something gives the focus back. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { assertFocusSeen, focusOf, tabTo } from './keyboard-focus.ts';
import { idsOf, queryField, screen, tiles, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, settle, until } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  app = await serveApp();
  await drawAlbum(join(app.home, 'Albums', 'Holidays'));
  page = await app.open();
});
after(() => app?.close());

const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Waits until a photo has the focus, and sees to it that this is seen. */
async function photoFocused(id: number | undefined): Promise<void> {
  await until(page, `Number(document.activeElement.closest('[role=option]')?.dataset.id) === ${id}`);
  await assertFocusSeen(page);
}
const hasFocus = async (one: Locator) => {
  await until(page, `document.activeElement !== document.body`);
  return one.evaluate((element) => element === element.ownerDocument.activeElement);
};
/** The photos as they were when the window opens: nothing selected, nothing focused. */
async function fresh(place = 'photos'): Promise<void> {
  await page.goto(`${app.origin}/#/${place}`);
  await page.reload();
  await screen(page, place.replace(/\?.*/, '')).waitFor();
  await photosDrawn(page);
}

test('a folder is found and added', { skip }, async () => {
  await screen(page, 'welcome').waitFor();
  await tabTo(page, 'Add folder…');
  await press('Enter');
  const list = page.getByRole('listbox', { name: 'Folders in here' });
  await list.getByRole('option', { name: 'Albums' }).waitFor();
  assert.equal((await focusOf(page)).name, 'Albums');
  await assertFocusSeen(page);
  await press('Enter');
  await list.getByRole('option', { name: 'Holidays' }).waitFor();
  await press('ArrowRight');
  await page.getByText('No folders in here.').waitFor();
  await tabTo(page, 'Add “Holidays”');
  await press('Enter');
  await screen(page, 'photos').waitFor();
  await waitUntilIndexed(page, drawings.length);
});

test('Tab walks the window in a few stops; all photos together are one of them', { skip }, async () => {
  await fresh();
  const stops = await tabTo(page, 'Go to a date');
  assert.equal(
    stops.filter((name) => name === 'Photos' || name.startsWith('Photo,')).length,
    1,
    stops.join(' | '),
  );
  assert.ok(stops.length <= 16, stops.join(' | '));
  await press('ArrowDown');
  await page
    .getByRole('slider', { name: 'Go to a date' })
    .and(page.locator('[aria-valuetext="June 2024"]'))
    .waitFor();
});

test('arrows move and select, Shift extends, Space and Ctrl keep, Esc clears', { skip }, async () => {
  await fresh();
  const all = await idsOf(tiles(page, 'Photos'));
  const chosen = async () => idsOf(page.locator('[role=option][aria-selected=true]'));
  await press('ArrowRight');
  await photoFocused(all[0]);
  await press('ArrowRight');
  assert.deepEqual(await chosen(), [all[1]]);
  await press('Shift+ArrowRight');
  assert.deepEqual(await chosen(), [all[1], all[2]]);
  await page.getByRole('toolbar', { name: '2 photos selected' }).waitFor();
  await press('Control+ArrowRight', 'Control+ArrowRight', 'Space');
  await photoFocused(all[4]);
  assert.deepEqual((await chosen()).sort(), [all[1], all[2], all[4]].sort());
  await tabTo(page, 'Clear the selection');
  await press('Escape');
  assert.deepEqual(await chosen(), []);
  await photoFocused(all[4]);
  await press('End');
  await until(page, `document.activeElement.ariaPosInSet === '12'`);
  await assertFocusSeen(page);
  await press('Home');
  await photoFocused(all[0]);
  await press('Control+a');
  await page.getByRole('toolbar', { name: '12 photos selected' }).waitFor();
  await press('Escape');
});

test(
  'Enter opens, arrows step, Tab stays inside, Esc leads back to the tile seen last',
  { skip },
  async () => {
    await fresh();
    const all = await idsOf(tiles(page, 'Photos'));
    await press('ArrowRight', 'Enter');
    const viewer = screen(page, 'viewer');
    await viewer.waitFor();
    await press('ArrowRight', 'ArrowRight', 'i');
    await viewer.getByText('sunset over the harbour.jpg').waitFor();
    const stops = await tabTo(page, 'Back to the grid');
    const more = await tabTo(page, 'Back to the grid');
    assert.ok(more.includes('Similar') && more.includes('Info') && more.includes('Next'), more.join(' | '));
    assert.ok(
      [...stops, ...more].every((name) => !/^(Search|Settings|Activity)/.test(name)),
      more.join(' | '),
    );
    await press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await photoFocused(all[2]);
  },
);

test('S finds the like of a photo; its results are walked and opened in the same way', { skip }, async () => {
  await fresh();
  const [source] = await idsOf(tiles(page, 'Photos').first());
  await press('ArrowRight');
  await photoFocused(source);
  await press('s');
  await page.getByRole('complementary', { name: 'Photos like this one' }).waitFor();
  const results = tiles(page, 'Similar photos');
  await results.first().waitFor();
  await press('ArrowRight');
  const [first] = await idsOf(results.first());
  await photoFocused(first);
  await press('Enter');
  await screen(page, 'viewer')
    .getByRole('heading', { name: /July 21, 2024/ })
    .waitFor();
  await press('Escape');
  await screen(page, 'viewer').waitFor({ state: 'detached' });
  await photoFocused(first);
  await press('Alt+ArrowLeft');
  await screen(page, 'photos').waitFor();
  await photoFocused(source);
});

test('/ asks, Enter goes to the results, Esc leaves them for where one was', { skip }, async () => {
  await fresh();
  const [, left] = await idsOf(tiles(page, 'Photos'));
  await press('ArrowRight', 'ArrowRight');
  await photoFocused(left);
  await press('/');
  assert.ok(await hasFocus(queryField(page)));
  await assertFocusSeen(page);
  await page.keyboard.type('lighthouse');
  await press('Enter');
  await page.getByRole('heading', { name: /good match/ }).waitFor();
  await press('ArrowRight');
  const [first] = await idsOf(tiles(page, 'Matches').first());
  await photoFocused(first);
  await press('Enter');
  await screen(page, 'viewer').waitFor();
  await press('Escape');
  await screen(page, 'viewer').waitFor({ state: 'detached' });
  await photoFocused(first);
  await press('Escape', 'Escape');
  await screen(page, 'photos').waitFor();
  await photoFocused(left);
});

test('a suggestion is taken with the arrows and Tab, and goes with Backspace', { skip }, async () => {
  await fresh();
  await press('/');
  await page.keyboard.type('2023');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await list.waitFor();
  await press('ArrowDown');
  assert.match(
    await queryField(page).evaluate(
      (field) => field.ownerDocument.getElementById(field.getAttribute('aria-activedescendant')).textContent,
    ),
    /2023\D+4/,
  );
  await press('Tab');
  await page.getByRole('button', { name: 'Date 2023, remove with Delete' }).waitFor();
  assert.ok(await hasFocus(queryField(page)));
  await press('Backspace');
  await page.getByRole('button', { name: 'Date 2023, remove with Delete' }).waitFor({ state: 'detached' });
});

test('? shows the keys, Esc gives the focus back to the photo', { skip }, async () => {
  await fresh();
  const [, second] = await idsOf(tiles(page, 'Photos'));
  await press('ArrowRight', 'ArrowRight');
  await photoFocused(second);
  await press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  assert.equal((await focusOf(page)).name, 'Find a shortcut');
  await assertFocusSeen(page);
  await page.keyboard.type('similar');
  await sheet.getByText('Select all').waitFor({ state: 'detached' });
  await press('Escape');
  // Esc empties a search field first, as everywhere.
  if (await sheet.isVisible()) await press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await photoFocused(second);
});

test('each section has a number, and its controls are reached one after the other', { skip }, async () => {
  await fresh();
  const sections = [
    'photos',
    'search',
    'people',
    'duplicates',
    'collections',
    'learn',
    'folders',
    'problems',
    'activity',
  ];
  for (const [index, name] of sections.entries()) {
    await press(`Alt+${index + 1}`);
    await screen(page, name).waitFor();
  }
  await press('Control+,');
  await screen(page, 'settings').waitFor();
  await tabTo(page, 'System');
  await press('ArrowRight', 'ArrowRight');
  await page.locator('html[data-theme=dark]').waitFor();
  await tabTo(page, 'Dark viewer');
  await tabTo(page, 'Photo size');
  await press('ArrowLeft');
  await press('Alt+1');
  await settle(page);
  await photosDrawn(page);
  await press('Control+,');
  await tabTo(page, /^Dark$/);
  await press('ArrowLeft', 'ArrowLeft');
  await page.locator('html[data-theme=light]').waitFor();
});

test('a removed folder is brought back from its message, to which F8 leads', { skip }, async () => {
  await fresh();
  await press('Alt+7');
  await tabTo(page, 'Remove “Holidays”…');
  await press('Enter');
  await page.getByText('Its 12 photos stay on the disk.', { exact: false }).waitFor();
  await tabTo(page, 'Remove folder');
  await press('Enter');
  await page.getByText('No folders yet').waitFor();
  await page.getByRole('status').filter({ hasText: 'Removed' }).waitFor();
  await press('F8');
  await assertFocusSeen(page);
  await tabTo(page, 'Undo', 'Shift+Tab');
  await press('Enter');
  await screen(page, 'folders').getByText('12 photos').waitFor();
});
