/** The grid in a real browser: what stays where it is, what has the focus, what is an element. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { encodeTimeline, type Timeline } from '../../src-main/contract/timeline.ts';
import { noBrowser } from '../browser.ts';
import { settle } from '../e2e/settle.ts';

interface ServedApp {
  readonly home: string;
  readonly origin: string;
  readonly complaints: readonly string[];
  open(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}
/** By name and not by type: this file is checked against the DOM, which main must not be. */
const servedApp: string = '../e2e/served-app.ts';
const { serveApp } = (await import(servedApp)) as { serveApp(): Promise<ServedApp> };

const skip = await noBrowser();
const shapes = [
  [300, 200],
  [200, 300],
  [240, 240],
  [320, 180],
  [400, 40],
  [60, 240],
] as const;
let app: ServedApp;
let page: Page;
let album: string;

/** A photo of its own colour and shape, taken some days before New Year 2024. */
async function take(name: string, { seed, daysBefore }: { seed: number; daysBefore: number }): Promise<void> {
  const [width, height] = shapes[seed % shapes.length]!;
  const background = { r: (seed * 67) % 256, g: (seed * 131) % 256, b: (seed * 29) % 256 };
  const taken = new Date(Date.UTC(2024, 0, 1, 12, 0, seed % 60) - daysBefore * 86_400_000);
  const text = taken.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  await sharp({ create: { width, height, channels: 3, background } })
    .withExif({ IFD2: { DateTimeOriginal: text } })
    .jpeg()
    .toFile(join(album, `${name}.jpg`));
}

before(async () => {
  if (skip) return;
  app = await serveApp();
  album = join(app.home, 'Album');
  mkdirSync(album);
  for (let seed = 0; seed < 90; seed += 1)
    await take(`photo ${seed}`, { seed, daysBefore: Math.floor(seed / 7) * 11 });
  page = await app.open();
  await ask('folders.add', { paths: [album] });
  await page.getByRole('link', { name: /^Photos 90$/ }).waitFor();
});
after(() => app?.close());

/** Every photo in sight is drawn. */
async function photosDrawn(window: Page): Promise<void> {
  await window.waitForFunction(() => {
    const tiles = [...document.querySelectorAll('[role=option][data-id]')].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    return tiles.length > 0 && tiles.every((one) => (one.querySelector('img')?.naturalWidth ?? 0) > 0);
  });
}
async function ask(command: string, request: object): Promise<void> {
  const ok = await page.evaluate(
    async ([name, body]) =>
      (await fetch(`/api/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }))
        .ok,
    [command, JSON.stringify(request)] as const,
  );
  assert.ok(ok, command);
}
const tile = (id: number) => page.locator(`[data-id="${id}"]`);
const topOf = async (id: number) => (await tile(id).boundingBox())!.y;
const currentPosition = () =>
  page.evaluate(() => {
    const current = document.querySelector('[role=option][tabindex="0"]');
    return current === document.activeElement ? Number(current?.getAttribute('aria-posinset')) : null;
  });
const selectedPositions = () =>
  page
    .getByRole('option', { selected: true })
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute('aria-posinset'))));
/** A photo that lies wholly in the middle of the view. */
const inTheMiddle = () =>
  page.evaluate(() => {
    const middle = innerHeight / 2;
    const boxes = [...document.querySelectorAll<HTMLElement>('[role=option][data-id]')];
    const there = boxes.find((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top < middle && bottom > middle;
    });
    return Number(there?.dataset['id']);
  });
async function home(): Promise<void> {
  await page.goto(`${app.origin}/#/photos`);
  await page.reload();
  await photosDrawn(page);
}
async function wheel(px: number): Promise<void> {
  await page.mouse.move(700, 450);
  await page.mouse.wheel(0, px);
  // The view rests, and what it shows is drawn.
  await page.waitForTimeout(300);
  await settle(page);
}

test('nothing shifts while the window and its photos load', { skip }, async () => {
  const loading = await app.open({ viewport: { width: 1440, height: 900 } });
  await loading.addInitScript(() => {
    const sum = { shift: 0 };
    Object.assign(globalThis, { layoutShift: sum });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        sum.shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await loading.reload();
  await photosDrawn(loading);
  await settle(loading);
  const shift = await loading.evaluate(
    () => (globalThis as unknown as { layoutShift: { shift: number } }).layoutShift.shift,
  );
  assert.equal(shift, 0);
  await loading.close();
});

test(
  'Ctrl and the wheel change the size of photos, and the one under the pointer stays',
  { skip },
  async () => {
    await home();
    await wheel(900);
    const id = await inTheMiddle();
    const before = (await tile(id).boundingBox())!;
    const size = page.getByRole('slider', { name: 'Photo size' });
    const chosen = Number(await size.inputValue());
    const isNow = (value: number) =>
      page.waitForFunction(
        (wanted) => document.querySelector<HTMLInputElement>('[aria-label="Photo size"]')?.value === wanted,
        String(value),
      );
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await isNow(chosen + 1);
    assert.ok(Math.abs((await topOf(id)) - before.y) <= 1);
    await page.keyboard.press('-');
    await isNow(chosen);
  },
);

test('narrowing the window keeps the photo at the top in sight', { skip }, async () => {
  await home();
  await wheel(1100);
  const first = await page.evaluate(() => {
    const view = document.querySelector('.scroller')!.getBoundingClientRect();
    const boxes = [...document.querySelectorAll<HTMLElement>('[role=option][data-id]')];
    return Number(boxes.find((one) => one.getBoundingClientRect().bottom > view.top + 1)?.dataset['id']);
  });
  const before = await topOf(first);
  await page.setViewportSize({ width: 1024, height: 700 });
  await settle(page);
  assert.ok(Math.abs((await topOf(first)) - before) <= 60, 'its row is still the first one');
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('going to a photo and back finds the view and the focus where they were', { skip }, async () => {
  await home();
  await wheel(700);
  const id = await inTheMiddle();
  await tile(id).click();
  const before = await topOf(id);
  await page.keyboard.press('Enter');
  await page.getByTestId('viewer').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('viewer').waitFor({ state: 'detached' });
  assert.ok(Math.abs((await topOf(id)) - before) <= 1);
  await page.waitForFunction((one) => document.activeElement?.getAttribute('data-id') === String(one), id);
});

test('closing the viewer on another photo leads to that one’s tile', { skip }, async () => {
  await home();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByTestId('viewer').waitFor();
  for (let step = 0; step < 60; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await page.getByTestId('viewer').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-posinset') === '61');
  const box = (await page.locator('[aria-posinset="61"]').boundingBox())!;
  assert.ok(box.y >= 0 && box.y + box.height <= 900, 'it is in sight');
});

test('keys move, extend and clear, and the focus follows', { skip }, async () => {
  await home();
  await page.keyboard.press('ArrowRight');
  assert.equal(await currentPosition(), 1);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  assert.deepEqual(await selectedPositions(), [1, 2, 3]);
  await page.keyboard.press('Control+ArrowRight');
  assert.deepEqual(await selectedPositions(), [1, 2, 3]);
  assert.equal(await currentPosition(), 4);
  await page.keyboard.press('Space');
  assert.deepEqual(await selectedPositions(), [1, 2, 3, 4]);
  await page.getByRole('toolbar', { name: '4 photos selected' }).waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(await selectedPositions(), []);
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-posinset') === '90');
  await page.keyboard.press('Control+a');
  await page.getByRole('toolbar', { name: '90 photos selected' }).waitFor();
  // The grid is one stop of the Tab key, whatever it holds.
  const stops = await page.locator('[role=option][tabindex="0"]').count();
  assert.equal(stops, 1);
});

test('letters typed into the search field act on no photo', { skip }, async () => {
  await home();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('/');
  const field = page.getByRole('combobox', { name: 'Search your photos' });
  await field.pressSequentially('sxo');
  assert.equal(await field.inputValue(), 'sxo');
  assert.ok(!page.url().includes('similar'));
});

test('a band drawn over empty space selects what it touches', { skip }, async () => {
  await home();
  const first = (await page.locator('[aria-posinset="1"]').boundingBox())!;
  const second = (await page.locator('[aria-posinset="2"]').boundingBox())!;
  await page.mouse.move(first.x - 8, first.y + 20);
  await page.mouse.down();
  await page.mouse.move(second.x + 10, first.y + 60, { steps: 4 });
  await page.mouse.up();
  assert.deepEqual(await selectedPositions(), [1, 2]);
  await page.mouse.click(first.x - 8, first.y + 20);
  assert.deepEqual(await selectedPositions(), []);
});

test('new photos above the view do not push it, and a chip tells of them', { skip }, async () => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await home();
  await wheel(600);
  const id = await inTheMiddle();
  const before = await topOf(id);
  for (const seed of [200, 201, 202]) await take(`new ${seed}`, { seed, daysBefore: -3 });
  await ask('folders.rescan', {});
  const chip = page.getByRole('button', { name: '3 new' });
  await chip.waitFor();
  assert.ok(Math.abs((await topOf(id)) - before) <= 1);
  await chip.click();
  await page.locator('[aria-posinset="1"]').waitFor();
  await chip.waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('a photo dropped on the window is searched with, another file is not', { skip }, async () => {
  await home();
  const drop = (type: string, bytes: number[]) =>
    page.evaluate(
      ([kind, content]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(content)], 'dropped', { type: kind }));
        for (const event of ['dragenter', 'dragover', 'drop'])
          document.body.dispatchEvent(
            new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }),
          );
      },
      [type, bytes] as const,
    );
  await drop('text/plain', [1, 2, 3]);
  await page.getByText('This is not a photo').waitFor();
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  await drop('image/png', [...photo]);
  await page.getByTestId('similar').waitFor();
  await page.getByText('Not in your library').waitFor();
  await page.getByRole('listbox', { name: 'Similar photos' }).getByRole('option').first().waitFor();
});

test('at twice the size everything still fits the window', { skip }, async () => {
  const large = await app.open({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  await photosDrawn(large);
  for (const hash of ['#/photos', '#/search', '#/search?q=teal', '#/folders', '#/settings']) {
    await large.evaluate((to) => (location.hash = to), hash);
    await settle(large);
    const wide = await large.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${hash} is ${wide} px too wide`);
  }
  await large.close();
});

test('the chosen theme is there with the first frame, whatever the system says', { skip }, async () => {
  await ask('settings.set', { theme: 'dark' });
  await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
  const early = page
    .waitForEvent('domcontentloaded')
    .then(() =>
      page.evaluate(() => [
        document.documentElement.dataset['theme'],
        document.querySelector('#app')!.childElementCount,
      ]),
    );
  await page.reload({ waitUntil: 'commit' });
  const [theme] = await early;
  assert.equal(theme, 'dark');
  await ask('settings.set', { theme: 'system' });
  await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
});

/** A library far larger than a test can make. */
function many(length: number): Buffer {
  const every = <T>(make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
  const timeline: Timeline = {
    version: 1,
    generation: 1,
    length,
    takenAtMs: Float64Array.from(every((index) => 1.7e12 - index * 3_600_000)),
    id: Uint32Array.from(every((index) => length - index)),
    contentId: Uint32Array.from(every(() => 1)),
    folderId: Uint32Array.from(every(() => 1)),
    aspect: Float32Array.from(every((index) => shapes[index % 4]![0] / shapes[index % 4]![1])),
    colour: Uint32Array.from(every((index) => (index * 7919) & 0xffffff)),
    removed: new Uint32Array(0),
  };
  return Buffer.from(encodeTimeline(timeline));
}

for (const [photos, says] of [
  [100_000, '100,000 photos are some hundred elements, and the last one is a key away'],
  [1_500_000, 'a grid taller than an element may be is scrolled to its end'],
] as const)
  test(says, { skip }, async () => {
    const window = await app.open();
    const body = many(photos);
    await window.route('**/api/timeline*', (route) =>
      route.fulfill({ body, contentType: 'application/octet-stream' }),
    );
    await window.reload();
    await window.locator('[role=option][data-id]').first().waitFor();
    const elements = () => window.locator('[role=option][data-id]').count();
    assert.ok((await elements()) < 300);
    await window.keyboard.press('ArrowRight');
    await window.keyboard.press('End');
    await window.waitForFunction(
      (last) => document.activeElement?.getAttribute('aria-posinset') === String(last),
      photos,
    );
    const last = (await window.locator(`[aria-posinset="${photos}"]`).boundingBox())!;
    assert.ok(last.y >= 0 && last.y + last.height <= 900, `the last photo lies at ${last.y}`);
    assert.ok((await elements()) < 300);
    await window.close();
  });

test('no page complained', { skip }, () => assert.deepEqual(app.complaints, []));
