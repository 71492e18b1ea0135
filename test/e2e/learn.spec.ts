/** A run from its three questions to its use and back, by the real trainer on a real library. Takes a minute, most of it learning. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { noBrowser } from '../browser.ts';
import { addFolder, screen, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { until } from './settle.ts';

const skip = await noBrowser();
const photos = 40;
/** On a machine with other work the minute that is asked for becomes several. */
const learnMs = 600_000;
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  app = await serveApp();
  await drawMeadows(join(app.home, 'Pictures'));
  page = await app.open();
});
after(() => app?.close());

/** Photos that differ in sky, ground and a dozen flowers, so that each can be told from the others. */
async function drawMeadows(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (let seed = 0; seed < photos; seed++) {
    const at = (of: number, most: number) =>
      Math.floor((Math.abs(Math.sin(seed * 12.9898 + of * 78.233)) * 43_758.5) % most);
    const flowers = Array.from(
      { length: 12 },
      (_, of) =>
        `<circle cx="${at(of, 100)}" cy="${55 + at(of + 20, 45)}" r="${2 + at(of + 40, 7)}" fill="hsl(${at(of + 60, 360)} 80% 55%)"/>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240" viewBox="0 0 100 100" preserveAspectRatio="none">
<rect width="100" height="100" fill="hsl(${at(1, 360)} 60% 70%)"/><rect y="50" width="100" height="50" fill="hsl(${at(2, 360)} 45% 35%)"/>
<circle cx="${at(3, 100)}" cy="${at(4, 40)}" r="${4 + at(5, 9)}" fill="hsl(${at(6, 360)} 70% 80%)"/>${flowers.join('')}</svg>`;
    await sharp(Buffer.from(svg))
      .jpeg({ quality: 88 })
      .toFile(join(dir, `meadow ${seed}.jpg`));
  }
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const learnRun = () => screen(page, 'learn-run');
const rowOf = (name: string) =>
  page.getByRole('list', { name: 'Encoders' }).getByRole('listitem').filter({ hasText: name });
async function choose(run: string, item: string): Promise<void> {
  await button(`More on “${run}”`).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a minute is set by the expert, who sees two views of a photo', { skip, timeout: learnMs }, async () => {
  await addFolder(page, ['Pictures']);
  await waitUntilIndexed(page, photos);
  await page.getByRole('link', { name: 'Learn' }).click();
  await page.getByRole('heading', { name: 'Teach Likeness your photos' }).waitFor();
  await button('Expert settings').click();
  for (const view of ['View A', 'View B'])
    await page.getByRole('img', { name: `${view}: what the encoder is shown` }).waitFor();
  const first = await page.getByRole('img', { name: /^View A/ }).getAttribute('src');
  await button('Draw again').click();
  await until(
    page,
    `document.querySelector('[alt^="View A"]').getAttribute('src') !== ${JSON.stringify(first)}`,
  );
  await page.getByRole('slider', { name: 'Time' }).focus();
  await page.keyboard.press('Home');
  await button('Back').click();
  await page.getByText('About 1 min', { exact: true }).waitFor();
});

test('the run shows up, is paused, and is still so after a reload', { skip, timeout: learnMs }, async () => {
  await button('Start learning').click();
  await learnRun().getByRole('heading', { name: 'Likeness, all photos' }).waitFor();
  await button(/^Open learning: /).waitFor();
  await learnRun()
    .getByText(/of 40 photos/)
    .waitFor();
  await page.keyboard.press('p');
  await learnRun().getByRole('button', { name: 'Resume' }).waitFor();
  await page.reload();
  await learnRun().getByText('What was done so far is kept.', { exact: false }).waitFor();
  await learnRun().getByRole('button', { name: 'Resume' }).click();
  await learnRun().getByRole('button', { name: 'Pause' }).waitFor();
});

test(
  'it comes to a verdict with figures, curves, a map and neighbours',
  { skip, timeout: learnMs },
  async () => {
    await button(/^Use it/).waitFor({ timeout: learnMs });
    await page
      .getByRole('list', { name: 'Figures before and after' })
      .getByText('A photo found by half of itself')
      .waitFor();
    await learnRun()
      .getByText(/^Learned from \d+ photos in .*, and checked on \d+ that were held back/)
      .waitFor();
    await page.getByRole('img', { name: /^Finds the right photo first\. By photo: / }).waitFor();
    await page.getByRole('img', { name: /^A map of 40 photos/ }).waitFor();
    await page
      .getByRole('region', { name: 'More like this' })
      .getByRole('button', { name: 'Before, place 1' })
      .first()
      .waitFor();
    await button(/^Open learning: /).waitFor({ state: 'detached' });
  },
);

test(
  'used, it is prepared and answers; rolled back, the one before does at once',
  { skip, timeout: learnMs },
  async () => {
    await button(/^Use it/).click();
    await learnRun().getByText('In use', { exact: true }).waitFor({ timeout: learnMs });
    await page.getByRole('link', { name: 'Learn' }).click();
    await rowOf('Likeness, all photos').getByText('In use').waitFor();
    await rowOf('Likeness built-in').getByText('In use').waitFor({ state: 'detached' });
    await choose('Likeness, all photos', 'Roll back');
    await rowOf('Likeness built-in').getByText('In use').waitFor();
    await rowOf('Likeness, all photos').getByText('Rolled back').waitFor();
  },
);

test('it is renamed, exported, removed, and brought in again', { skip, timeout: learnMs }, async () => {
  await choose('Likeness, all photos', 'Rename');
  await page.getByRole('textbox', { name: 'Name' }).fill('Meadows');
  await page.keyboard.press('Enter');
  await rowOf('Meadows').waitFor();
  const file = join(app.dir, 'meadows.tar');
  await choose('Meadows', 'Export…');
  await page.getByRole('textbox', { name: 'File to write' }).fill(file);
  await button('Export').click();
  await page.getByText('Exported “Meadows”').waitFor();
  assert.ok(statSync(file).size > 100_000);
  await choose('Meadows', 'Remove…');
  await button('Remove').click();
  await rowOf('Meadows').waitFor({ state: 'detached' });
  await button('Bring in an encoder…').click();
  await page.getByRole('textbox', { name: 'File to bring in' }).fill(file);
  await page.keyboard.press('Enter');
  await rowOf('Meadows').getByText('Brought in', { exact: true }).waitFor();
  rmSync(file);
});

test('nothing of it was a fault to the browser', { skip }, () => {
  assert.deepEqual(app.complaints, []);
});
