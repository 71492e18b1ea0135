/** A better encoder from the quiet line on the search screen to its use, and every stop on the way. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { openFileHost, type FileHost } from '../encode/file-host.ts';
import { smallEncoder } from '../encode/small-encoders.ts';
import { faults } from './axe.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { addFolder, queryField, screen, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';

const skip = await noBrowser();
const [siglip, clip] = [smallEncoder('siglip2', { spareBytes: 400_000 }), smallEncoder('clip')];
/** Some quarter of a second's speed to be seen, then as good as no progress: a busy machine takes its time to look. */
const slowly = { slow: { bytes: 20_000, ms: 80 }, trickleFrom: 250_000 };
let host: FileHost;
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  host = await openFileHost({ ...siglip.files, ...clip.files });
  app = await serveApp({ hub: host.origin, catalog: [siglip.entry, clip.entry] });
  await drawAlbum(join(app.home, 'Album'));
  page = await app.open();
  await addFolder(page, ['Album']);
  await waitUntilIndexed(page, drawings.length);
});
after(async () => {
  await app?.close();
  await host?.close();
});
const line = (of: Page = page) => of.getByTestId('encoder-line');
const press = (name: string, within: Locator = line()) => within.getByRole('button', { name }).click();
async function toSearch(): Promise<void> {
  await page.goto(`${app.origin}/#/search`);
  await screen(page, 'search').waitFor();
}
async function assertSound(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], colorScheme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

test(
  'whoever has the built-in encoder alone is offered a better one: its size, and where it comes from',
  { skip },
  async () => {
    await toSearch();
    await line()
      .getByText('Searching by words is basic with the built-in encoder; Small SigLIP finds more.')
      .waitFor();
    await line()
      .getByText(/^4\d\d kB from 127\.0\.0\.1:\d+$/)
      .waitFor();
    assert.deepEqual(host.asked, [], 'nothing is asked of the network before the person asks');
    await assertSound();
  },
);

test('where nothing good is found, the offer stands below', { skip }, async () => {
  await queryField(page).fill('qwzx');
  await queryField(page).press('Enter');
  await page.getByRole('heading', { name: 'No good match' }).waitFor();
  await line().getByRole('button', { name: 'Install Small SigLIP' }).waitFor();
  await assertSound();
});

test('the download shows how far it is, and can be stopped and gone on with', { skip }, async () => {
  host.behaviour = slowly;
  await toSearch();
  await press('Install');
  await line().getByRole('progressbar', { name: 'Downloading Small SigLIP' }).waitFor();
  await line()
    .getByText(/kB of 4\d\d kB · \d+ kB\/s · under a minute left/)
    .waitFor();
  await assertSound();
  await press('Cancel');
  await line()
    .getByText(/stopped at \d+ kB of 4\d\d kB; what has come is kept/)
    .waitFor();
  await assertSound();
});

test('an error says what happened and what to do, and is tried again', { skip }, async () => {
  host.behaviour = { status: 404 };
  await press('Go on');
  await line()
    .getByRole('alert')
    .getByText(/no longer has the file “vision_model.onnx”/)
    .waitFor();
  await line().getByText('Update Likeness, or choose another encoder.').waitFor();
  await assertSound();
  host.behaviour = { trickleFrom: 0 };
  await press('Try again');
  await line().getByRole('progressbar').waitFor();
});

test('a window that is opened meanwhile shows the same, also in the settings', { skip }, async () => {
  const other = await app.open();
  await other.goto(`${app.origin}/#/settings`);
  await other.getByRole('progressbar', { name: 'Downloading Small SigLIP' }).waitFor();
  await other.getByRole('button', { name: 'Cancel' }).waitFor();
  await other.getByRole('button', { name: 'Install', exact: true }).waitFor();
  assert.deepEqual(await faults(other), []);
  await other.close();
});

test(
  'installed, it is put to use when the person says so, and then nothing is offered any more',
  { skip },
  async () => {
    host.behaviour = {};
    await line().getByText('Small SigLIP is installed.').waitFor();
    await line().getByText('To use it, your 12 photos are looked at once more, in the background.').waitFor();
    await assertSound();
    await press('Use it');
    await line().waitFor({ state: 'detached' });
    await page.goto(`${app.origin}/#/settings`);
    await screen(page, 'settings').getByText('In use').waitFor();
    const rows = page.getByRole('list', { name: 'Encoder' }).getByRole('listitem');
    await rows.filter({ hasText: 'Small SigLIP' }).getByText('In use').waitFor();
    await rows.filter({ hasText: 'Likeness built-in' }).getByRole('button', { name: 'Use it' }).waitFor();
    await assertSound();
  },
);

test('another encoder is installed from the settings', { skip }, async () => {
  const row = page
    .getByRole('list', { name: 'Encoder' })
    .getByRole('listitem')
    .filter({ hasText: 'Small CLIP' });
  await row.getByText(/Licence: MIT\. \d+ kB from 127/).waitFor();
  await press('Install', row);
  await row.getByRole('button', { name: 'Use it' }).waitFor();
});

test('«Not now» is remembered, and throws away what has come', { skip }, async () => {
  const fresh = await serveApp({ hub: host.origin, catalog: [siglip.entry] });
  try {
    await drawAlbum(join(fresh.home, 'Album'));
    const window = await fresh.open();
    await addFolder(window, ['Album']);
    host.behaviour = slowly;
    await window.goto(`${fresh.origin}/#/search`);
    await press('Install', line(window));
    await line(window).getByText(/kB of/).waitFor();
    await press('Cancel', line(window));
    await press('Not now', line(window));
    await line(window).waitFor({ state: 'detached' });
    await window.reload();
    await window.getByRole('heading', { name: 'Search by what is in the photo' }).waitFor();
    assert.equal(await line(window).count(), 0);
    const { models } = await window.evaluate<{ models: { recommended: boolean; download: unknown }[] }>(
      `fetch('/api/models.list', { method: 'POST' }).then((answer) => answer.json())`,
    );
    assert.equal(models.find(({ recommended }) => recommended)!.download, null);
    assert.deepEqual(fresh.complaints, []);
  } finally {
    await fresh.close();
  }
});

test('nothing of it was a fault to the browser', { skip }, () => {
  assert.deepEqual(app.complaints, []);
});
