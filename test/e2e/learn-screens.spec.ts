/** Every face of learning, on a real window and real photos with runs that are given: what axe finds, what is cut off or covered, keys. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { RunPhoto } from '../../src-main/contract/learn.ts';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { focusOf, tabTo } from './keyboard-focus.ts';
import { layoutFaults } from './layout-faults.ts';
import { answerLearning, job, learned, looks, run, unsure, worse, type Given } from './learn-answers.ts';
import { addFolder, idsOf, screen, tiles, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, settle, until } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;
let photos: RunPhoto[];

before(async () => {
  if (skip) return;
  app = await serveApp();
  await drawAlbum(join(app.home, 'Pictures'));
  page = await app.open();
  await addFolder(page, ['Pictures']);
  await waitUntilIndexed(page, drawings.length);
  await photosDrawn(page);
  // Each drawing is in one place only: photo and content were numbered together.
  photos = (await idsOf(tiles(page, 'Photos'))).map((id) => ({ id, contentId: id }));
});
after(() => app?.close());

const wide = { width: 1440, height: 900 };
const sizes = [wide, { width: 1024, height: 700 }, { width: 720, height: 450 }];

async function visit(place: string, given: Given): Promise<void> {
  await page.unrouteAll({ behavior: 'wait' });
  await answerLearning(page, { photos, ...given });
  await page.goto(`${app.origin}/#/${place}`);
  await page.reload();
  await page.getByTestId(/^learn/).waitFor();
}

/** Looks at the present screen in both themes and three sizes, the last one as 1440 x 900 at 200 %. Takes seconds: once for each face. */
async function look(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], `axe, ${colorScheme}`);
  }
  try {
    for (const size of sizes) {
      await page.setViewportSize(size);
      assert.deepEqual(await layoutFaults(page), [], `layout, ${size.width} x ${size.height}`);
    }
  } finally {
    await page.setViewportSize(wide);
  }
}

const heading = (name: string | RegExp) => page.getByRole('heading', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const learning = { runs: [run()], looks: looks(0.68), jobs: [job()] };

test('three questions: arrows choose, what cannot be had says why', { skip }, async () => {
  await visit('learn', {
    runs: [learned({ use: 'in-use' }), learned({ id: 6, name: 'Short try', result: worse })],
  });
  await heading('Teach Likeness your photos').waitFor();
  await page.getByText('A photo found by half of itself: 74 in 100').waitFor();
  await tabTo(page, /^All my photos/);
  await page.keyboard.press('ArrowDown');
  await page.getByText('Choose at least one folder.').first().waitFor();
  assert.ok(await button('Start learning').isDisabled());
  await page.getByRole('checkbox', { name: /Garden and birds/ }).check();
  await page.getByText('1 folder, 12,480 photos').waitFor();
  assert.ok(await button('Start learning').isEnabled());
  assert.ok(await page.getByRole('radio', { name: 'People' }).isDisabled());
  await page.getByText('Name some people first: there is nobody to learn from yet.').waitFor();
  await page.getByRole('switch', { name: 'Folders I sorted photos into are answers' }).check();
  await page.getByText(/photos of one folder belong together\. What it knew stays\.$/).waitFor();
  await look();
});

test('a range of dates that is turned is not started', { skip }, async () => {
  await visit('learn', { runs: [] });
  await page.getByRole('radio', { name: 'A range of dates' }).check();
  await page.getByText('May 1, 2009 to February 28, 2026').waitFor();
  await page.getByLabel('To', { exact: true }).fill('2009-01-01');
  await page.getByRole('status').getByText('The first day lies after the last.').waitFor();
  assert.ok(await button('Start learning').isDisabled());
});

test('what is asked of main is what was chosen', { skip }, async () => {
  await visit('learn', { runs: [] });
  await page.getByRole('radio', { name: 'Finding by words' }).check();
  await page.getByRole('radio', { name: 'An hour' }).check();
  let asked: unknown;
  await page.route('**/api/learn.start', async (route) => {
    asked = route.request().postDataJSON();
    await route.fulfill({
      status: 400,
      json: { error: { code: 'bad-input', message: 'There are too few photos.', hint: 'Add more.' } },
    });
  });
  await button('Start learning').click();
  await page.getByRole('alert').getByText('There are too few photos.').waitFor();
  await button('Close').click();
  assert.deepEqual(asked, {
    from: { kind: 'all' },
    goal: 'words',
    start: 'adapter',
    classes: false,
    minutes: 60,
    engine: 'auto',
    options: {},
  });
});

test('an empty library is told to add photos first', { skip }, async () => {
  await visit('learn', { runs: [], offer: { photos: 0, folders: [], taken: null } });
  await heading('Add photos first').waitFor();
});

test('the expert’s values: what was not touched is automatic, and goes back to that', { skip }, async () => {
  await visit('learn?expert=1', { runs: [] });
  const slider = page.getByRole('slider', { name: 'Temperature' });
  await slider.and(page.locator('[aria-valuetext="automatic"]')).waitFor();
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await slider.and(page.locator('[aria-valuetext="0.12"]')).waitFor();
  await page.getByRole('radio', { name: 'The encoder itself' }).check();
  await page.getByRole('combobox', { name: 'Learns by' }).selectOption('BYOL');
  await look();
  await button('Back to defaults').click();
  await slider.and(page.locator('[aria-valuetext="automatic"]')).waitFor();
  assert.ok(await page.getByRole('combobox', { name: 'Learns by' }).isDisabled());
});

test('while photos are looked at there are steps, no empty curves', { skip }, async () => {
  await visit('learn?run=7', {
    runs: [run()],
    jobs: [job({ phase: 'preparing', done: 4210, total: 12_000, photosPerSecond: 31, secondsLeft: 240 })],
  });
  await page.getByText('4,210 of 12,000 photos, 4 min left').waitFor();
  await page
    .getByRole('listitem')
    .and(page.locator('[aria-current=step]'))
    .getByText('Look at the photos')
    .waitFor();
  assert.equal(await page.getByRole('region', { name: 'Loss' }).count(), 0);
  await look();
});

test('curves and the map of a run, with a sentence for ears and a table', { skip }, async () => {
  await visit('learn?run=7', learning);
  await page
    .getByRole('img', { name: /^Finds the right photo first\. By photo: 58 in 100 at first, 72 in 100 now/ })
    .waitFor();
  await page.getByRole('img', { name: /^A map of 640 photos/ }).waitFor();
  await page.getByText('Pass 14 of 20', { exact: true }).waitFor();
  await look();
  // The pointer may lie on the curve, and reads it too.
  await page.mouse.move(0, 0);
  await page.getByRole('img', { name: /^Loss/ }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page
    .getByText(/^Pass 13: Learning \d\.\d\d, Held out \d\.\d\d$/)
    .first()
    .waitFor();
  await button('Loss as a table').click();
  await page.getByRole('columnheader', { name: 'Held out' }).waitFor();
  await page.getByRole('radio', { name: 'Before' }).check();
  await look();
});

test('P pauses and goes on, cancelling asks first, and Esc takes the question back', { skip }, async () => {
  const given = { ...learning, runs: [run()] };
  await visit('learn?run=7', given);
  const asked: string[] = [];
  await page.route(/\/api\/learn\.(pause|resume)$/, async (route) => {
    const name = route.request().url().split('.').at(-1)!;
    asked.push(name);
    given.runs = [run({ state: name === 'pause' ? 'paused' : 'running' })];
    await route.fulfill({ json: { run: given.runs[0] } });
  });
  await button('Stop and see result').waitFor();
  await page.keyboard.press('p');
  await button('Resume').first().waitFor();
  await page.keyboard.press('p');
  await page.getByText('Pass 14 of 20', { exact: true }).waitFor();
  assert.deepEqual(asked, ['pause', 'resume']);
  await button('More on this run').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await heading('Cancel this run?').waitFor();
  await until(page, `document.activeElement.textContent.trim() === 'Go on learning'`);
  await page.keyboard.press('Escape');
  await until(page, `document.activeElement.ariaLabel === 'More on this run'`);
});

test('a run may be watched from the questions and from the tray', { skip }, async () => {
  await visit('learn', learning);
  await button('Watch').click();
  await screen(page, 'learn-run').waitFor();
  await page
    .getByRole('link', { name: /^Photos/ })
    .first()
    .click();
  await button(/^Open learning: Learning from photos, .* 32 min left$/).click();
  await screen(page, 'learn-run').waitFor();
});

for (const [what, result, title, suggested] of [
  ['better', undefined, 'Better at seeing what is alike', 'Use it'],
  ['worse', worse, 'Worse at seeing what is alike', 'Keep the old one'],
  ['a doubt', unsure, 'Too few photos to tell', 'Keep the old one'],
] as const)
  test(`${what} is told in words and figures, and the suggested answer has the focus`, { skip }, async () => {
    await visit('learn?run=7', { runs: [learned(result ? { result } : {})], looks: looks(1) });
    await heading(title).waitFor();
    await settle(page);
    await until(page, `document.activeElement.textContent.trim() === ${JSON.stringify(suggested)}`);
    assert.equal((await focusOf(page)).name, suggested);
    await look();
  });

test(
  'while photos are prepared for it the old encoder answers, and a run in use is rolled back',
  { skip },
  async () => {
    const applies = job({ id: 41, kind: 'apply', phase: 'preparing', done: 23_100, total: 84_112 });
    await visit('learn?run=7', {
      runs: [learned({ use: 'preparing', job: 41 })],
      looks: looks(1),
      jobs: [applies],
    });
    await page.getByText('23,100 of 84,112 photos').waitFor();
    await look();
    await visit('learn?run=7', { runs: [learned({ use: 'in-use' })], looks: looks(1) });
    await button('Roll back').waitFor();
    await page.getByText('In use', { exact: true }).waitFor();
  },
);

test(
  'a run that failed gives its reason and two ways on; one that is gone leads to the others',
  { skip },
  async () => {
    await visit('learn?run=7', {
      runs: [run({ state: 'failed', job: null, reason: 'The graphics card ran out of memory.' })],
    });
    await page.getByText(/^The graphics card ran out of memory\. Nothing has changed/).waitFor();
    await button('Try again').waitFor();
    await look();
    await button('Choose again').click();
    await screen(page, 'learn').waitFor();
    await visit('learn?run=99', { runs: [] });
    await heading('This run is not there any more').waitFor();
    // The browser tells of every answer that is not a success.
    assert.deepEqual(
      app.complaints.splice(0).filter((line) => !/status of 40[04]/.test(line)),
      [],
    );
  },
);

test('the menu of a run walks with arrows; renaming and comparing happen in place', { skip }, async () => {
  const long = 'Garten, Vögel und Familienfeiern der Neunzigerjahre in ausgewählten Ordnern';
  await visit('learn', {
    runs: [learned({ name: long }), learned({ id: 6, name: 'Short try', result: worse })],
  });
  await button(`More on “${long}”`).focus();
  await page.keyboard.press('Enter');
  await until(page, `document.activeElement.textContent.trim() === 'See result'`);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const field = page.getByRole('textbox', { name: 'Name' });
  assert.equal(await field.inputValue(), long);
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  await button(`More on “${long}”`).click();
  await page.getByRole('menuitem', { name: 'Compare…' }).click();
  await page
    .getByRole('row', { name: /^Photos of the same class found not measured 48.8 → 44.1$/ })
    .waitFor();
  await look();
  assert.deepEqual(app.complaints, []);
});
