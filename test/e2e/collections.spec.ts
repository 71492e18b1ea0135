/** Collections: events, trips and this day in other years, from the cards to the photos, by mouse and by keyboard. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { layoutFaults } from './layout-faults.ts';
import { addFolder, screen, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;
const today = new Date();
const lisbon = { lat: '38/1 43/1 0/1', lon: '9/1 8/1 0/1' };
const lagos = { lat: '37/1 6/1 0/1', lon: '8/1 40/1 0/1' };
const two = (value: number) => String(value).padStart(2, '0');
const colours = ['#c8553d', '#588157', '#3a6ea5', '#b08968', '#6d597a', '#2a9d8f'];
let drawn = 0;

/** Photos of an afternoon, five minutes apart. @param day  `2023:06:14`. */
async function afternoon(dir: string, day: string, count: number, at: typeof lisbon): Promise<void> {
  for (let i = 0; i < count; i++, drawn++) {
    const taken = `${day} 14:${two(5 * i)}:00`;
    const background = colours[drawn % colours.length]!;
    const sun = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320"><circle cx="${60 + 50 * i}" cy="90" r="40" fill="#fff3c4"/><rect y="220" width="480" height="100" fill="#00000055"/></svg>`,
    );
    await sharp({ create: { width: 480, height: 320, channels: 3, background } })
      .composite([{ input: sun }])
      .withExif({
        IFD2: { DateTimeOriginal: taken },
        IFD3: { GPSLatitude: at.lat, GPSLatitudeRef: 'N', GPSLongitude: at.lon, GPSLongitudeRef: 'W' },
      })
      .jpeg()
      .toFile(join(dir, `${day.replaceAll(':', '-')} ${two(i)}.jpg`));
  }
}

before(async () => {
  if (skip) return;
  app = await serveApp();
  const dir = join(app.home, 'Years');
  mkdirSync(dir);
  for (const day of ['2021:03:06', '2021:04:10', '2021:05:01', '2021:09:18'])
    await afternoon(dir, day, 6, lisbon);
  for (const day of ['2021:07:20', '2021:07:21', '2021:07:22']) await afternoon(dir, day, 5, lagos);
  await afternoon(
    dir,
    `${today.getFullYear() - 2}:${two(today.getMonth() + 1)}:${two(today.getDate())}`,
    2,
    lisbon,
  );
  page = await app.open();
  await addFolder(page, ['Years']);
  await waitUntilIndexed(page, drawn);
});
after(() => app?.close());

const part = (name: string) => page.getByRole('region', { name, exact: true });
async function look(name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], colorScheme);
    const folder = process.env['LIKENESS_SCREENSHOTS'];
    if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
  for (const size of [
    { width: 1024, height: 700 },
    { width: 720, height: 450 },
    { width: 1440, height: 900 },
  ]) {
    await page.setViewportSize(size);
    assert.deepEqual(await layoutFaults(page), [], `${size.width}`);
  }
}

test('events, a trip and this day are there with their days and photos', { skip }, async () => {
  await page.keyboard.press('Alt+5');
  await screen(page, 'collections').waitFor();
  await part('Trips').getByRole('link').waitFor();
  assert.match(
    await part('Trips').getByRole('link').innerText(),
    /July 20 – 22, 2021\s+15 photos, 18\d km from home/,
  );
  assert.equal(await part('Events').getByRole('link').count(), 4);
  assert.match(await part('Events').getByRole('link').first().innerText(), /September 18, 2021\s+6 photos/);
  assert.match(await part('On this day').getByRole('link').innerText(), /2 years ago\s+\d{4}, 2 photos/);
  // Two photos are no event of their own.
  await page.getByText('One moment of fewer than 4 photos is left out here; it stands in Photos.').waitFor();
  await page.waitForFunction(
    `[...document.images].every((image) => image.complete && image.naturalWidth > 0)`,
  );
  await look('collections');
});

test('a card opens its photos by day; Escape and the section’s key lead back', { skip }, async () => {
  await part('Trips').getByRole('link').focus();
  await page.keyboard.press('Enter');
  await screen(page, 'collection').waitFor();
  await page.getByRole('heading', { name: 'July 20 – 22, 2021' }).waitFor();
  await page.getByRole('heading', { name: 'Thursday, July 22, 2021' }).waitFor();
  await photosDrawn(page);
  await look('collection');
  await page.keyboard.press('Escape');
  await screen(page, 'collections').waitFor();

  await part('On this day').getByRole('link').click();
  await screen(page, 'collection').waitFor();
  await photosDrawn(page);
  // The viewer walks these photos alone.
  await page.getByRole('option').first().dblclick();
  await screen(page, 'viewer').waitFor();
  assert.equal(await screen(page, 'viewer').locator('.film').getByRole('option').count(), 2);
  await page.keyboard.press('Escape');
  await screen(page, 'viewer').waitFor({ state: 'detached' });
  await page.keyboard.press('Alt+5');
  await screen(page, 'collections').waitFor();
});

test('photos fall into groups by look when asked, and a group opens as a grid', { skip }, async () => {
  const looks = part('By look');
  await looks.getByRole('button', { name: 'Group by look' }).focus();
  await page.keyboard.press('Enter');
  await looks.getByRole('link').first().waitFor();
  const told = await looks.getByRole('link').allInnerTexts();
  const counts = told.map((text) => Number(/(\d+) photos/.exec(text)?.[1]));
  assert.ok(
    counts.every((count) => count >= 4),
    told.join(' | '),
  );
  assert.ok(counts.reduce((sum, count) => sum + count, 0) <= drawn);
  await looks.getByRole('link').first().scrollIntoViewIfNeeded();
  await page.waitForFunction(
    `[...document.images].every((image) => image.complete && image.naturalWidth > 0)`,
  );
  await look('collections-looks');
  await looks.getByRole('link').first().click();
  await screen(page, 'collection').waitFor();
  await photosDrawn(page);
  await page.getByText(`${counts[0]} photos`, { exact: true }).first().waitFor();
  await look('collection-look');
  // Its address alone is enough: the groups are made again, and are the same.
  await page.reload();
  await screen(page, 'collection').waitFor();
  await photosDrawn(page);
  await page.getByText(`${counts[0]} photos`, { exact: true }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.route('**/api/clusters.photos', (route) =>
    route.fulfill({
      status: 500,
      json: { error: { code: 'internal', message: 'It broke.', hint: 'Look again.' } },
    }),
  );
  await looks.getByRole('button', { name: 'Group again' }).click();
  await looks.getByText('It broke.').waitFor();
  // Those of before stay.
  assert.equal(await looks.getByRole('link').count(), told.length);
  await look('collections-looks-failed');
  await page.unrouteAll({ behavior: 'wait' });
  await looks.getByRole('button', { name: 'Try again' }).click();
  await looks.getByText('It broke.').waitFor({ state: 'detached' });
  await looks.getByRole('button', { name: 'Group again' }).waitFor();
});

test('events that cannot be read say why, on their screen and on the page of one', { skip }, async () => {
  await page.route('**/api/events.photos', (route) =>
    route.fulfill({
      status: 500,
      json: { error: { code: 'internal', message: 'It broke.', hint: 'Look again.' } },
    }),
  );
  for (const place of ['collections', 'collections?event=0123456789abcdef']) {
    await page.goto(`${app.origin}/#/${place}`);
    await page.reload();
    await page.getByText('It broke.').waitFor();
    await look(`collections-failed-${place.length}`);
  }
  await page.unrouteAll({ behavior: 'wait' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('This event is not there any more').waitFor();
});

test('an address of an event that is gone says so, and leads to the others', { skip }, async () => {
  await page.goto(`${app.origin}/#/collections?event=0000000000000000`);
  await page.getByText('This event is not there any more').waitFor();
  await page.getByRole('button', { name: 'All collections' }).click();
  await part('Events').waitFor();
  // The browser itself complains of the two answers that were made to fail.
  assert.deepEqual(
    app.complaints.filter((text) => !text.includes('500')),
    [],
  );
});
