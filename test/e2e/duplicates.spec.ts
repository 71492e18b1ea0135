/** Duplicates in a real window on a real library: found, compared, kept, thrown away and brought back, by mouse and by keys. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { drawnPicture, settled } from '../duplicates/pictures.ts';
import { faults } from './axe.ts';
import { layoutFaults } from './layout-faults.ts';
import { addFolder, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, until } from './settle.ts';

const linux = process.platform === 'linux' ? false : 'only Linux lets a test have a bin of its own';
const skip = (await noBrowser()) || linux;
let app: ServedApp;
let page: Page;
let photos: string;
const bytesOf = new Map<string, Buffer>();

before(async () => {
  if (skip) return;
  app = await serveApp();
  // The bin of this test, not that of whoever runs it.
  process.env['XDG_DATA_HOME'] = join(app.dir, 'data');
  photos = join(app.home, 'Pictures');
  mkdirSync(photos);
  const file = (name: string) => join(photos, name);
  for (const [seed, name] of [
    [1, 'lake'],
    [2, 'hill'],
    [3, 'garden'],
  ] as const) {
    const drawn = await settled(drawnPicture(seed));
    await drawn
      .clone()
      .jpeg({ quality: 95 })
      .toFile(file(`${name}.jpg`));
    copyFileSync(file(`${name}.jpg`), file(`${name} (1).jpg`));
    await drawn
      .clone()
      .resize(240)
      .jpeg({ quality: 70 })
      .toFile(file(`${name} from a chat.jpg`));
    await drawn
      .clone()
      .flop()
      .jpeg({ quality: 90 })
      .toFile(file(`${name} mirrored.jpg`));
    for (const one of [`${name}.jpg`, `${name} (1).jpg`, `${name} from a chat.jpg`])
      bytesOf.set(one, readFileSync(file(one)));
  }
  page = await app.open();
  await addFolder(page, ['Pictures']);
  await waitUntilIndexed(page, 12);
  await photosDrawn(page);
});
after(() => app?.close());

const wide = { width: 1440, height: 900 };
const there = (name: string) => existsSync(join(photos, name));
const button = (name: string | RegExp) => page.getByRole('button', { name });
const tab = (name: string) => page.getByRole('tab', { name });
const rows = () => page.getByRole('option');
const keeperName = () => page.getByTestId('keeper').locator('.name').innerText();
const keptIs = (name: string) =>
  page.getByTestId('keeper').locator('.name').filter({ hasText: name }).waitFor();
const groupsAre = (count: number) =>
  until(page, `document.querySelectorAll('[role=option]').length === ${count}`);
const toast = (text: string | RegExp) => page.getByText(text).first().waitFor();

async function look(name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], `axe, ${colorScheme}`);
    await keep(`${name}-${colorScheme}`);
  }
  for (const size of [wide, { width: 1024, height: 700 }, { width: 720, height: 450 }]) {
    await page.setViewportSize(size);
    assert.deepEqual(await layoutFaults(page), [], `layout, ${size.width} x ${size.height}`);
    await keep(`${name}-${size.width}`);
  }
  await page.setViewportSize(wide);
}
async function keep(name: string): Promise<void> {
  const folder = process.env['LIKENESS_SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

test(
  'before the first search the screen says what it would do; then groups appear by kind',
  { skip },
  async () => {
    await page.getByRole('link', { name: 'Duplicates' }).click();
    await page.getByRole('heading', { name: 'Find photos that you have twice' }).waitFor();
    await look('duplicates-first');
    await button('Find duplicates').click();
    await tab('Identical files 3').waitFor();
    await tab('Same picture 3').click();
    await groupsAre(3);
    await page.getByText('It has the most pixels').waitFor();
    await look('duplicates');
  },
);

test('the arrows choose the keeper, and the choice stays', { skip }, async () => {
  const first = await keeperName();
  await page.keyboard.press('ArrowRight');
  await page.getByText('You chose it.').waitFor();
  assert.notEqual(await keeperName(), first);
  await page.reload();
  await page.getByText('You chose it.').waitFor();
  await page.keyboard.press('ArrowLeft');
  await keptIs(first);
});

test('Space flips the two, Z enlarges both at one place', { skip }, async () => {
  const shown = () => page.getByTestId('keeper').getByRole('img').getAttribute('aria-label');
  const before_ = await shown();
  await page.keyboard.press('Space');
  assert.notEqual(await shown(), before_);
  await page.keyboard.press('Space');
  assert.equal(await shown(), before_);
  await page.keyboard.press('z');
  const scales = await page
    .locator('.picture')
    .evaluateAll((all) => all.map((one) => one.getAttribute('style') ?? ''));
  assert.equal(scales.length, 2);
  assert.ok(scales.every((scale) => !scale.includes('scale(1)')));
  await keep('duplicates-zoomed');
  await page.keyboard.press('z');
});

test('Enter bins the others and keeps one; Undo brings them back byte for byte', { skip }, async () => {
  await tab('Identical files').click();
  await groupsAre(3);
  const kept = await keeperName();
  const gone = kept.replace('.jpg', ' (1).jpg');
  await page.keyboard.press('Enter');
  await toast('1 photo moved to the bin');
  await groupsAre(2);
  assert.ok(!there(gone) && there(kept));
  await button('Undo').first().click();
  await toast('1 photo brought back');
  assert.deepEqual(readFileSync(join(photos, gone)), bytesOf.get(gone));
  await groupsAre(3);
});

test('N says that these are no duplicates: they do not return, but by Undo', { skip }, async () => {
  const [name] = await page.getByRole('option', { selected: true }).locator('.name').allInnerTexts();
  await page.keyboard.press('n');
  await toast('These are no duplicates any more');
  await groupsAre(2);
  await page.reload();
  await groupsAre(2);
  assert.ok(!(await rows().locator('.name').allInnerTexts()).includes(name!));
});

test('in what was edited nothing goes unless it is marked', { skip }, async () => {
  await tab('Edited or cropped').click();
  await rows().first().waitFor();
  await page.keyboard.press('Enter');
  await toast('Nothing is marked');
  await page.keyboard.press('x');
  await button(/^Bin 1, keep/).waitFor();
  await look('duplicates-edited');
  await page.keyboard.press('x');
  await button('Mark what may go').waitFor();
});

test(
  'accepting all says first what goes; it is brought back from the journal after the window was opened anew',
  { skip },
  async () => {
    await tab('Identical files').click();
    await button(/^Accept all 2 suggestions/).click();
    const dialog = page.getByTestId('accept-all');
    await dialog.getByRole('heading', { name: 'Move 2 photos to the bin?' }).waitFor();
    await look('duplicates-accept');
    await page.keyboard.press('Escape');
    assert.ok(there('lake (1).jpg') && there('hill (1).jpg') && there('garden (1).jpg'));
    await button(/^Accept all 2 suggestions/).click();
    await button('Move to the bin').click();
    await toast('2 photos moved to the bin');
    assert.equal(['lake', 'hill', 'garden'].filter((name) => there(`${name} (1).jpg`)).length, 1);
    for (const name of ['lake', 'hill', 'garden']) assert.ok(there(`${name}.jpg`));
    await page.reload();
    await button('What went to the bin').click();
    await look('duplicates-bin');
    await button('Bring back').first().click();
    await button('Bring back').waitFor({ state: 'detached' });
    for (const [name, bytes] of bytesOf) assert.deepEqual(readFileSync(join(photos, name)), bytes, name);
    await page.keyboard.press('Escape');
  },
);

test('nothing was complained of', { skip }, () => {
  assert.deepEqual(app.complaints, []);
});
