/** Every screen in both themes and three sizes: what axe finds, what is cut off or covered, what moves while it loads. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { layoutFaults } from './layout-faults.ts';
import { addFolder, queryField, screen, tiles, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, until } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  app = await serveApp();
  const album = join(app.home, 'Pictures');
  await drawAlbum(album);
  writeFileSync(join(album, 'broken.jpg'), 'this is no picture');
  writeFileSync(join(album, 'phone.heic'), 'not looked into');
  page = await app.open();
});
after(() => app?.close());

const wide = { width: 1440, height: 900 };
/** 1440 x 900 at 200 %, and the smallest window. */
const narrow = [
  { width: 720, height: 450 },
  { width: 900, height: 600 },
];

/** Looks at the present screen in all ways. It must stand in a wide window. */
async function look(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], `axe, ${colorScheme}`);
  }
  assert.deepEqual(await layoutFaults(page), [], 'layout, 1440 x 900');
  try {
    for (const size of narrow) {
      await page.setViewportSize(size);
      assert.deepEqual(await layoutFaults(page), [], `layout, ${size.width} x ${size.height}`);
    }
  } finally {
    await page.setViewportSize(wide);
  }
}

/** A window that keeps in `shifts` whatever moves without the person's doing while a place is loaded. */
async function openWatched(): Promise<Page> {
  const other = await app.open({ reducedMotion: 'no-preference' });
  await other.addInitScript(`globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries())
        if (!hadRecentInput)
          shifts.push(value + ' ' + sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName).join());
    }).observe({ type: 'layout-shift', buffered: true });`);
  return other;
}
async function load(other: Page, place: string): Promise<void> {
  await other.goto(`${app.origin}/#/${place}`);
  await other.reload();
  await other.getByRole('main').waitFor();
}

async function visit(place: string): Promise<void> {
  await page.goto(`${app.origin}/#/${place}`);
}

test('welcome', { skip }, async () => {
  await page.getByText(/Pictures · 14 pictures$/).waitFor();
  await look();
});

test('choosing a folder', { skip }, async () => {
  await page.getByRole('button', { name: 'Add folder…' }).click();
  await page.getByRole('option', { name: 'Pictures' }).waitFor();
  await look();
});

test('a folder is added, and its photos are looked at', { skip }, async () => {
  await page.reload();
  await addFolder(page, ['Pictures']);
  await waitUntilIndexed(page, drawings.length);
});

test('timeline', { skip }, async () => {
  await photosDrawn(page);
  await look();
});

test('timeline with photos selected', { skip }, async () => {
  await tiles(page, 'Photos').first().click();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('toolbar', { name: '2 photos selected' }).waitFor();
  await look();
  await page.keyboard.press('Escape');
});

test('search before anything is asked', { skip }, async () => {
  await visit('search');
  await page.getByRole('heading', { name: 'Search by what is in the photo' }).waitFor();
  await photosDrawn(page);
  await look();
});

test('what could be meant by what is typed', { skip }, async () => {
  await queryField(page).fill('2023');
  await page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
  await look();
  await page.keyboard.press('Escape');
});

test('matches, and the weaker ones under the line', { skip }, async () => {
  await visit('search?q=boat+on+the+lake');
  await page.getByRole('heading', { name: /good match/ }).waitFor();
  await photosDrawn(page);
  await look();
  await page.getByRole('button', { name: 'Show them' }).click();
  await page.getByRole('group', { name: 'Weaker matches' }).getByRole('option').first().waitFor();
  await look();
});

test('no good match', { skip }, async () => {
  await visit('search?q=qwzx');
  await page.getByRole('heading', { name: 'No good match' }).waitFor();
  await photosDrawn(page);
  await look();
});

test('similar', { skip }, async () => {
  await visit('photos');
  const id = await tiles(page, 'Photos').first().getAttribute('data-id');
  await visit(`similar?photo=${id}`);
  await page.getByRole('complementary', { name: 'Photos like this one' }).waitFor();
  await photosDrawn(page);
  await look();
});

test('viewer, without and with what is known of the photo', { skip }, async () => {
  await visit('photos');
  await tiles(page, 'Photos').nth(2).dblclick();
  await screen(page, 'viewer').waitFor();
  await look();
  await page.keyboard.press('i');
  await screen(page, 'viewer').getByText('sunset over the harbour.jpg').waitFor();
  await look();
  await page.keyboard.press('Escape');
  await screen(page, 'viewer').waitFor({ state: 'detached' });
});

for (const [place, sign] of [
  ['folders', '12 photos'],
  ['activity', '12 added, 1 could not be read'],
  ['problems', 'broken.jpg'],
  ['settings', 'Pace of background work'],
] as const)
  test(place, { skip }, async () => {
    await visit(place);
    await screen(page, place).getByText(sign).first().waitFor();
    await look();
  });

test('the sheet of keys', { skip }, async () => {
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await look();
  await page.keyboard.press('Escape');
});

test('faults that were planted are found', { skip }, async () => {
  const other = await openWatched();
  await load(other, 'folders');
  await screen(other, 'folders').getByText('12 photos').waitFor();
  await other.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', \`
    <div style="position: absolute; inset: 200px auto auto 300px; width: 200px">
      <p style="color: #aaa; background: #fff">too faint</p>
      <p>lies below</p>
      <p style="margin-top: -12px">on top of it</p>
      <button style="width: 90px; overflow: hidden; white-space: nowrap">a name that is too long for it</button>
      <p style="position: absolute; left: 900px; white-space: nowrap">${'far out '.repeat(20)}</p>
      <button>covered</button><div style="height: 30px; margin-top: -30px; position: relative"></div>
    </div>\`)`);
  const found = (await layoutFaults(other)).join('\n');
  assert.match(found, /“lies below” overlaps p “on top of it”/);
  assert.match(found, /“a name that is too long for it” loses letters/);
  assert.match(found, /“far out .*” is cut off at the side/);
  assert.match(found, /“covered” lies under div/);
  assert.match((await faults(other)).join('\n'), /^serious color-contrast/m);
  await other.evaluate(`document.querySelector('h1').style.marginLeft = '50px'`);
  await until(other, 'shifts.length > 0');
  await other.close();
});

test('nothing moves while a screen and its photos load', { skip }, async () => {
  const other = await openWatched();
  for (const place of ['photos', 'search?q=boat', 'folders', 'settings']) {
    await load(other, place);
    if (/^photos|^search/.test(place)) await photosDrawn(other);
    await until(other, `document.fonts.status === 'loaded'`);
    assert.deepEqual(await other.evaluate('shifts'), [], place);
  }
  await other.close();
});
