/** A first visit with 300 real photos: from the welcome through the work to results, a like one, the viewer, and back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import {
  addFolder,
  answerTo,
  assertRanked,
  idsOf,
  queryField,
  screen,
  tiles,
  tray,
  waitUntilIndexed,
} from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, settle, until } from './settle.ts';

const archive = join(import.meta.dirname, '../../../shared/photos/imagenet-sample/photos.tar');
const skip = existsSync(archive) ? await noBrowser() : 'no ../shared/photos/imagenet-sample here';
/** Enough work to see it move, to pause it and to scroll its outcome; the first 300 of the sample are animals. */
const count = 300;
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  app = await serveApp();
  unpack(join(app.home, 'Albums', 'Animals'));
  page = await app.open({ reducedMotion: 'no-preference' });
});
after(() => app?.close());

/** Six photos a day, noon by noon back from 1 June 2024: a timeline of fifty days. */
function unpack(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const names = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).split('\n').slice(0, count);
  execFileSync('tar', ['-xf', archive, '-C', dir, ...names]);
  for (const [index, name] of names.entries()) {
    const seconds = Date.UTC(2024, 5, 1, 12) / 1000 - Math.floor(index / 6) * 86_400 - (index % 6) * 60;
    utimesSync(join(dir, name), seconds, seconds);
  }
}

/** WordNet's numbers of breeds of dogs, with which the names of the sample begin. */
const isDog = (name: string) => name >= 'n02085620' && name < 'n02114000';

/** “n01443537_goldfish.JPEG” */
async function nameOf(id: number): Promise<string> {
  const ask = `fetch('/api/photo', { method: 'POST', body: '{"id":${id}}' }).then((one) => one.json())`;
  return basename((await page.evaluate<{ path: string }>(ask)).path);
}

const beforeTheEnd = (counts: readonly number[]) => counts.filter((one) => one > 0 && one < count);

/** Goes on with paused work, and waits for its end. */
async function finishWork(): Promise<void> {
  const resume = page.getByRole('button', { name: 'Resume' }).first();
  if (await resume.isVisible()) await resume.click();
  await waitUntilIndexed(page, count);
}

/** Frogs found by words, best first. */
async function showFrogs(): Promise<void> {
  await page.goto(`${app.origin}/#/search?q=frog`);
  await tiles(page, 'Matches').first().waitFor();
}

/** The photo at the upper edge of the view, and where it stands. */
function whereTheViewStands(): Promise<{ readonly id: number; readonly topPx: number }> {
  return page.evaluate(`(() => {
    const tiles = [...document.querySelectorAll('[role=option][data-id]')];
    const boxes = tiles.map((tile) => ({ id: Number(tile.dataset.id), box: tile.getBoundingClientRect() }));
    const first = boxes
      .filter(({ box }) => box.top >= 120)
      .sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)[0];
    return { id: first.id, topPx: Math.round(first.box.top) };
  })()`);
}

/** Follows what the window says of the work: every count it showed, in order. */
async function followCounts(): Promise<() => Promise<{ done: number[]; photos: number[] }>> {
  await page.evaluate(`(() => {
    const seen = (globalThis.seen = { done: [], photos: [] });
    const keep = (list, text) => {
      const count = Number(text?.replace(/\\D/g, ''));
      if (text && list.at(-1) !== count) list.push(count);
    };
    new MutationObserver(() => {
      const label = document.querySelector('button[aria-label^="Open activity"]')?.getAttribute('aria-label');
      keep(seen.done, /([\\d,]+) of 300/.exec(label ?? '')?.[1]);
      keep(seen.photos, document.querySelector('a[href="#/photos"] b')?.textContent);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  })()`);
  return () => page.evaluate('seen');
}

test(
  'photos show up while they are looked at, and paused work stands still until it goes on',
  { skip, timeout: 300_000 },
  async () => {
    await screen(page, 'welcome').waitFor();
    const counts = await followCounts();
    await addFolder(page, ['Albums', 'Animals']);
    await tiles(page, 'Photos').first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: /^Open activity: Paused, [\d,]+ of 300$/ }).waitFor();
    const paused = await tray(page).getAttribute('aria-label');
    assert.ok((await photosDrawn(page)) > 0);

    // What is there can be searched meanwhile, and the screen says that it is not all, found or not.
    for (const [question, heading] of [
      ['q=shark', /good match/],
      ['q=shark&from=0&to=1', 'No good match'],
    ] as const) {
      await page.goto(`${app.origin}/#/search?${question}`);
      await page.getByRole('heading', { name: heading }).waitFor();
      await screen(page, 'search')
        .getByText(/^Likeness has looked at \d+ of 300 photos/)
        .waitFor();
    }
    await page.getByRole('link', { name: 'Activity' }).click();
    await screen(page, 'activity').getByText('1 paused').waitFor();
    assert.equal(await tray(page).getAttribute('aria-label'), paused);

    await finishWork();
    const { done, photos } = await counts();
    assert.ok(beforeTheEnd(done).length >= 3, `progress moved: ${done.join(' ')}`);
    assert.ok(beforeTheEnd(photos).length >= 2, `photos came: ${photos.join(' ')}`);
    for (const list of [done, photos])
      assert.deepEqual(
        list,
        list.toSorted((a, b) => a - b),
        'no count ran backwards',
      );
    await screen(page, 'activity')
      .getByText(/300 added$/)
      .waitFor();
  },
);

test('words find photos by name and by looks, best first', { skip }, async () => {
  await finishWork();
  await page.getByRole('link', { name: /^Photos/ }).click();
  const byName = await answerTo(page, { command: 'search', question: 'goldfish' }, async () => {
    await queryField(page).fill('goldfish');
    await queryField(page).press('Enter');
  });
  assertRanked(byName.results);
  assert.equal(await nameOf(byName.results[0]!.id), 'n01443537_goldfish.JPEG');
  assert.match(page.url(), /#\/search\?q=goldfish$/);
  assert.ok((await photosDrawn(page)) > 0);
  const shown = await idsOf(tiles(page, 'Matches'));
  assert.deepEqual(
    shown,
    byName.results.slice(0, shown.length).map(({ id }) => id),
  );

  // No file is called so: only their looks can bring dogs up. Of the library two in five are dogs.
  const byLooks = await answerTo(page, { command: 'search', question: 'puppies' }, async () => {
    await queryField(page).fill('puppies');
    await queryField(page).press('Enter');
  });
  assertRanked(byLooks.results);
  const names = await Promise.all(byLooks.results.slice(0, 10).map(({ id }) => nameOf(id)));
  assert.ok(names.filter(isDog).length >= 8, names.join(' '));
});

test('going back brings the timeline where it was, going forward the search', { skip }, async () => {
  await page.getByRole('link', { name: /^Photos/ }).click();
  await screen(page, 'photos').waitFor();
  await page.mouse.move(700, 500);
  await page.mouse.wheel(0, 14_000);
  await page.getByRole('heading', { name: 'April 2024' }).waitFor();
  await photosDrawn(page);
  const left = await whereTheViewStands();
  await queryField(page).fill('frog');
  await queryField(page).press('Enter');
  await tiles(page, 'Matches').first().waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await screen(page, 'photos').waitFor();
  await photosDrawn(page);
  assert.deepEqual(await whereTheViewStands(), left);
  await page.goForward();
  await tiles(page, 'Matches').first().waitFor();
  assert.equal(await queryField(page).inputValue(), 'frog');
});

test('the like of a photo are found from its tile, without itself', { skip }, async () => {
  await showFrogs();
  const source = tiles(page, 'Matches').first();
  const id = Number(await source.getAttribute('data-id'));
  await source.hover();
  const found = await answerTo(page, { command: 'similar' }, () =>
    source.getByTitle('Similar photos').click(),
  );
  await page.getByRole('complementary', { name: 'Photos like this one' }).waitFor();
  assertRanked(found.results);
  assert.ok(found.results.every((result) => result.id !== id));
  assert.ok((await photosDrawn(page)) > 0);
});

test('a photo dropped on the window finds itself first', { skip }, async () => {
  await showFrogs();
  const [id] = await idsOf(tiles(page, 'Matches'));
  const found = await answerTo(page, { command: 'similar' }, () =>
    page.evaluate<undefined>(`(async () => {
      const bytes = await (await fetch('/photos/${id}')).blob();
      const carried = new DataTransfer();
      carried.items.add(new File([bytes], 'from elsewhere.jpg', { type: 'image/jpeg' }));
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
    })()`),
  );
  assert.equal(found.results[0]?.id, id);
  await screen(page, 'similar').getByText('from elsewhere.jpg').waitFor();
});

test('the viewer steps through the results and leads back to the tile seen last', { skip }, async () => {
  await showFrogs();
  await photosDrawn(page);
  const [first, second, third] = await idsOf(tiles(page, 'Matches'));
  await tiles(page, 'Matches').first().dblclick();
  const viewer = screen(page, 'viewer');
  await viewer.waitFor();
  assert.match(page.url(), new RegExp(`viewing=${first}$`));
  await viewer.getByRole('button', { name: 'Info' }).click();
  const info = viewer.getByRole('complementary', { name: 'Info' });
  await info.getByText(await nameOf(first!)).waitFor();
  await info.getByText('by the date of the file', { exact: false }).waitFor();
  for (const [step, id] of [
    ['Next', second],
    ['Next', third],
    ['Previous', second],
  ] as const) {
    await viewer.getByRole('button', { name: step, exact: true }).click();
    await info.getByText(await nameOf(id!)).waitFor();
    // The large picture, not only the thumbnail that stands in for it.
    await until(
      page,
      `[...document.querySelectorAll('[data-testid=viewer] [role=img] img')]
        .some(({ src, naturalWidth }) => src.endsWith('/photos/${id}') && naturalWidth > 0)`,
    );
  }
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  await settle(page);
  const focused = await page.evaluate<string>('document.activeElement.dataset.id');
  assert.equal(Number(focused), second);
});

test(
  'the whole path went without an error, a breach of the policy, or a word to another host',
  { skip },
  () => {
    assert.deepEqual(app.complaints, []);
  },
);
