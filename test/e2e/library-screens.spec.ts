/** Welcome, folders, activity, problems, settings and the sheet of keys, in a real browser on a real library. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { paint, serveApp, type ServedApp } from './served-app.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;
let holidays: string;

before(async () => {
  if (skip) return;
  app = await serveApp();
  mkdirSync(join(app.home, 'Pictures'));
  await paint(join(app.home, 'Pictures', 'one.jpg'), 1);
  holidays = join(app.home, 'Albums', 'Holidays');
  mkdirSync(holidays, { recursive: true });
  for (let seed = 2; seed < 14; seed++) await paint(join(holidays, `photo ${seed}.jpg`), seed);
  writeFileSync(join(holidays, 'broken.jpg'), 'this is no picture');
  writeFileSync(join(holidays, 'phone.heic'), 'not looked into');
  page = await app.open();
  page.setDefaultTimeout(15_000);
});
after(() => app?.close());

const screen = (name: string) => page.getByTestId(name);
const button = (name: string | RegExp) => page.getByRole('button', { name });
async function visit(section: string): Promise<void> {
  await page.getByRole('link', { name: section }).first().click();
}

/** Looks at the present screen small and dark, then large and light, as it stays. */
async function assertNoFaults(): Promise<void> {
  for (const [colorScheme, width, height] of [
    ['dark', 1024, 700],
    ['light', 1440, 900],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    assert.deepEqual(await faults(page), [], `${colorScheme}, ${width} px wide`);
  }
}

test(
  'a library without folders welcomes, and offers the pictures folder with its count',
  { skip },
  async () => {
    await screen('welcome').waitFor();
    await page.getByText(/Pictures · 1 picture$/).waitFor();
    await page.getByText(/Nothing leaves this computer/).waitFor();
    await assertNoFaults();
  },
);

test('a folder is found and added with the keyboard alone, and its photos show up', { skip }, async () => {
  await button('Add folder…').focus();
  await page.keyboard.press('Enter');
  const list = page.getByRole('listbox', { name: 'Folders in here' });
  await list.getByRole('option', { name: 'Albums' }).waitFor();
  await assertNoFaults();
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await list.getByRole('option', { name: 'Holidays' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByText('No folders in here.').waitFor();
  await page.getByText('14 pictures right in here').waitFor();
  // Past the breadcrumb's end: cancel, then add.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await screen('photos').waitFor();
  await page.getByRole('option').first().waitFor();
});

test('what came of the work is told, and kinds that are not read are counted', { skip }, async () => {
  await visit('Activity');
  await screen('activity')
    .getByText(/12 added, 1 could not be read$/)
    .waitFor();
  await screen('activity').getByText('1 HEIC').waitFor();
  await screen('activity').getByText('Up to date').waitFor();
  await assertNoFaults();
});

test(
  'a broken photo is listed with its reason, shown in its folder, and gone once it is mended',
  { skip },
  async () => {
    await visit('Problems');
    const row = screen('problems').getByRole('listitem').filter({ hasText: 'broken.jpg' });
    await row.getByText(/^This file /).waitFor();
    await assertNoFaults();
    await row.getByRole('button', { name: 'Show in folder' }).click();
    await paint(join(holidays, 'broken.jpg'), 40);
    await row.getByRole('button', { name: 'Try again' }).click();
    await row.waitFor({ state: 'detached' });
    await screen('problems').getByText('phone.heic').waitFor();
    assert.deepEqual(app.revealed, [join(holidays, 'broken.jpg')]);
  },
);

test('removing a folder asks first, says that its photos stay, and can be taken back', { skip }, async () => {
  await visit('Folders');
  await button('Remove “Holidays”…').click();
  await page.getByText('Its 13 photos stay on the disk.', { exact: false }).waitFor();
  await assertNoFaults();
  await page.keyboard.press('Escape');
  await page.locator('[aria-label="Remove “Holidays”…"]:focus').waitFor();
  await button('Remove “Holidays”…').click();
  await button('Remove folder').click();
  await page.getByText('No folders yet').waitFor();
  await button('Undo').click();
  await screen('folders').getByText('13 photos').waitFor();
});

test('a path that leads nowhere is refused in place, and the list stays where it was', { skip }, async () => {
  await button('Add folder…').click();
  await button('Type a path').click();
  await page.keyboard.type(join(app.home, 'Nowhere'));
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('does not exist', { exact: false }).waitFor();
  await page.getByRole('option', { name: 'Albums' }).waitFor();
  await button('Cancel').click();
});

test('a setting has its effect at once and is kept', { skip }, async () => {
  await visit('Settings');
  await page.getByRole('radio', { name: 'Dark', exact: true }).focus();
  await page.keyboard.press('Space');
  await page.locator('html[data-theme=dark]').waitFor();
  await page.getByRole('radio', { name: 'Compact' }).focus();
  await page.keyboard.press('Space');
  await page.locator('html[data-density=compact]').waitFor();
  await page.getByText('Apache-2.0').first().waitFor();
  await assertNoFaults();
  const other = await app.open();
  await other.locator('html[data-theme=dark][data-density=compact]').waitFor();
  await other.close();
});

test('the sheet of keys opens with ?, finds a key, and gives the focus back', { skip }, async () => {
  await page.getByRole('switch', { name: 'Dark viewer' }).focus();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('Select all').waitFor();
  await assertNoFaults();
  await page.keyboard.type('similar');
  await sheet.getByText('Select all').waitFor({ state: 'detached' });
  await sheet.getByText('Similar photos').waitFor();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await sheet.waitFor({ state: 'detached' });
  await page.locator('[aria-label="Dark viewer"]:focus').waitFor();
});

test('a screen that cannot be read says why, and another try brings it back', { skip }, async () => {
  const error = { code: 'internal', message: 'The library is resting.', hint: 'Try again.' };
  await page.route('**/api/{status,problems}', (route) => route.fulfill({ status: 500, json: { error } }));
  for (const section of ['folders', 'activity', 'problems']) {
    await page.goto(new URL(`#/${section}`, page.url()).href);
    await page.reload();
    await screen(section).getByRole('heading', { name: 'The library is resting.' }).waitFor();
  }
  // Mended by the very click: were it mended before, the window might read anew by itself and take the button away.
  await page.evaluate(`addEventListener('click', () => (window.tried = true), { capture: true })`);
  await page.route('**/api/{status,problems}', async (route) => {
    const tried = await page.evaluate<boolean>(`'tried' in window`);
    return tried ? route.continue() : route.fulfill({ status: 500, json: { error } });
  });
  await screen('problems').getByRole('button', { name: 'Try again' }).click();
  await screen('problems').getByText('phone.heic').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('nothing on the welcome moves while its suggestions come', { skip }, async () => {
  const other = await app.open();
  await other.route('**/api/folders.suggest', async (route) => {
    const response = await route.fetch();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.fulfill({ response });
  });
  await other.goto(new URL('#/welcome', other.url()).href);
  await other.reload();
  await other.getByText(/Pictures · 1 picture$/).waitFor();
  // A buffered observer tells what was before it too; it comes with the next task at the latest.
  const shifts = await other.evaluate<string[]>(`new Promise((resolve) => {
    const told = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries())
        told.push(value + ': ' + sources.map(({ node }) => node?.parentElement?.className + ' ' + node?.textContent));
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(told), 100);
  })`);
  assert.deepEqual(shifts, []);
  await other.close();
});
