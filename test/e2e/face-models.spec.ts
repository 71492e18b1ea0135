/** Another model for faces, from People's settings: installed, used, and back. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { openFileHost, type FileHost } from '../encode/file-host.ts';
import { smallFaceModel } from '../people/families/small-networks.ts';
import { faults } from './axe.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { layoutFaults } from './layout-faults.ts';
import { addFolder, screen, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';

const skip = await noBrowser();
const small = smallFaceModel();
let host: FileHost;
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  host = await openFileHost(small.files);
  app = await serveApp({ hub: host.origin, faceCatalog: [small.entry] });
  await drawAlbum(join(app.home, 'Album'));
  page = await app.open();
  await addFolder(page, ['Album']);
  await waitUntilIndexed(page, drawings.length);
});
after(async () => {
  await app?.close();
  await host?.close();
});

async function look(name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], colorScheme);
    const folder = process.env['LIKENESS_SCREENSHOTS'];
    if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
  assert.deepEqual(await layoutFaults(page), []);
}

test('a model for faces is installed and used in the settings, by keyboard too', { skip }, async () => {
  await page.goto(`${app.origin}/#/settings`);
  await screen(page, 'settings').waitFor();
  const models = page.getByLabel('Model that finds faces');
  assert.equal(await models.count(), 0, 'nothing of it while faces are not looked for');
  await page.getByRole('switch', { name: 'Look for faces' }).click();
  const row = (name: string) => models.locator('li', { hasText: name });
  await row('Faces, built in').getByText('In use').waitFor();
  assert.deepEqual(host.asked, []);
  await row('Small faces').scrollIntoViewIfNeeded();
  await look('face-models-offered');

  await row('Small faces').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await row('Small faces').getByRole('button', { name: /^Use/ }).waitFor();
  await row('Small faces').getByRole('button', { name: /^Use/ }).click();
  await row('Small faces').getByText('In use').waitFor();
  await row('Small faces').scrollIntoViewIfNeeded();
  await look('face-models-used');
  await row('Faces, built in').getByRole('button', { name: /^Use/ }).click();
  await row('Faces, built in').getByText('In use').waitFor();
  assert.deepEqual(app.complaints, []);
});
