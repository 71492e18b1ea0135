/** The whole way with the real engine and real faces: found, grouped, shown, named, told apart. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { sharedPhotos } from './shared-faces.ts';
import { until } from './settle.ts';

const who = ['Angelina_Jolie', 'David_Beckham', 'Gerhard_Schroeder'];
const each = 4;
const source = sharedPhotos();
const skip =
  (await noBrowser()) ||
  (source !== null && who.every((one) => existsSync(join(source, one)))
    ? false
    : 'the photos of people do not lie beside the project');
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip || source === null) return;
  app = await serveApp();
  const folder = join(app.home, 'Pictures');
  mkdirSync(folder);
  for (const one of who)
    for (const file of readdirSync(join(source, one)).slice(0, each))
      copyFileSync(join(source, one, file), join(folder, file));
  page = await app.open();
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ paths: [folder] }),
  };
  await page.evaluate(`fetch('/api/folders.add', ${JSON.stringify(request)})`);
  await page.goto(`${app.origin}/#/people`);
  await waitUntilIndexed(page, who.length * each);
});
after(() => app?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name });

test('three people are found as three groups, with pictures of their faces', { skip }, async () => {
  await button('Look for faces').click();
  const groups = page.getByRole('combobox', { name: /^Who is this, on [34] photos\?$/ });
  await groups.nth(who.length - 1).waitFor();
  await until(
    page,
    `[...document.querySelectorAll('[data-person] img')].every((one) => one.complete && one.naturalWidth >= 64)`,
  );
});

test('a name holds all of them, and their box lies on the face', { skip }, async () => {
  const first = page.getByRole('combobox', { name: /^Who is this, on [34] photos\?$/ }).first();
  await first.fill('Somebody');
  await first.press('Enter');
  await page.getByRole('link', { name: /^Somebody, [34] photos$/ }).click();
  await page.getByRole('listbox', { name: 'Photos of Somebody' }).getByRole('option').first().dblclick();
  await page.getByTestId('viewer').waitFor();
  // The key is there as soon as the window knows that faces are looked for.
  await page.getByRole('button', { name: 'Faces', exact: true }).waitFor();
  await page.keyboard.press('f');
  const box = (await button('Somebody, open or change').boundingBox())!;
  const photo = (await page.getByTestId('viewer').getByRole('img').first().boundingBox())!;
  // The photos of this set have the face in their middle.
  const off = Math.abs(box.x + box.width / 2 - (photo.x + photo.width / 2)) / box.width;
  assert.ok(off < 0.5, `the box lies ${off.toFixed(2)} of its width beside the middle`);
  await page.keyboard.press('Escape');
});

test('split in two by how the faces look, and made one again', { skip }, async () => {
  await page.getByRole('heading', { name: 'Somebody' }).waitFor();
  await button('More').and(page.locator('[aria-haspopup=menu]')).first().click();
  await page.getByRole('menuitem', { name: 'Split in two…' }).click();
  await button(/^Split off \d faces?$/).click();
  await page.getByRole('listbox', { name: 'Faces of this person' }).waitFor();
  await page.keyboard.press('Control+z');
  await page
    .getByRole('status')
    .getByText(/^Taken back: /)
    .waitFor();
  await page.getByRole('link', { name: /^People/ }).click();
  await page.getByRole('link', { name: /^Somebody, [34] photos$/ }).waitFor();
  assert.deepEqual(app.complaints, []);
});
