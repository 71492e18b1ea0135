/** Every face of People, on a real window with answers that are given: what axe finds, what is cut off or covered, keys. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Job } from '../../src-main/contract/jobs.ts';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { layoutFaults } from './layout-faults.ts';
import { addFolder, screen, waitUntilIndexed } from './main-path.ts';
import { answerPeople, card, face, longName, people, questions, type Given } from './people-answers.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, until } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;

before(async () => {
  if (skip) return;
  app = await serveApp();
  await drawAlbum(join(app.home, 'Pictures'));
  page = await app.open();
  await addFolder(page, ['Pictures']);
  await waitUntilIndexed(page, drawings.length);
  await photosDrawn(page);
});
after(() => app?.close());

const wide = { width: 1440, height: 900 };
const sizes = [wide, { width: 1024, height: 700 }, { width: 720, height: 450 }];
const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });

async function visit(place: string, given: Given): Promise<void> {
  await page.unrouteAll({ behavior: 'wait' });
  await answerPeople(page, given);
  await page.goto(`${app.origin}/#/${place}`);
  await page.reload();
}
/** Every picture in sight has come. */
const pictures = () =>
  until(
    page,
    `[...document.querySelectorAll('img')].every((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return bottom < 0 || top > innerHeight || !one.src || (one.complete && one.naturalWidth > 0);
  })`,
  );
/** Pictures of the screens, for eyes, where the environment names a folder for them. */
async function keep(name: string): Promise<void> {
  const folder = process.env['LIKENESS_SCREENSHOTS'];
  if (!folder) return;
  await pictures();
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
/**
 * Looks at the present screen in both themes and three sizes, the last one as 1440 x 900 at 200 %. Takes seconds: `quick` is for
 * what differs from another screen in few things.
 */
async function look(name: string, { quick = false } = {}): Promise<void> {
  for (const colorScheme of quick ? (['light'] as const) : (['dark', 'light'] as const)) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], `axe, ${colorScheme}`);
    await keep(`${name}-${colorScheme}`);
  }
  try {
    for (const size of quick ? sizes.slice(2) : sizes) {
      await page.setViewportSize(size);
      assert.deepEqual(await layoutFaults(page), [], `layout, ${size.width} x ${size.height}`);
      await keep(`${name}-${size.width}`);
    }
  } finally {
    await page.setViewportSize(wide);
  }
}

const job: Job = {
  id: 40,
  kind: 'people',
  state: 'running',
  folders: [],
  phase: 'looking',
  done: 1240,
  total: 4112,
  failed: 0,
  photosPerSecond: 12,
  secondsLeft: 300,
  startedAtMs: 0,
  endedAtMs: null,
  reason: null,
};

test('off', { skip }, async () => {
  await visit('people', { on: false });
  await heading('Find the people in your photos').waitFor();
  await look('off');
});

test('while faces are looked for, the screen and the tray say how far', { skip }, async () => {
  const state = { looked: 1240, waiting: 2872, faces: 0, people: 0 };
  const list = { people: [], groups: [], hidden: 0, unknown: 0, ignored: 0, questions: 0 };
  await visit('people', { jobs: [job], state, list });
  await page.getByText('Likeness has looked at 1,240 of 4,112 photos.').waitFor();
  await heading('The first faces are on their way').waitFor();
  await button(/^Open activity: Looking for faces, 1,240 of 4,112 · 5 min left/).waitFor();
  await look('looking', { quick: true });
  await visit('people', { jobs: [{ ...job, phase: 'grouping', done: 0, total: 0 }], state, list });
  await page.getByText('Putting like faces together').first().waitFor();
  await visit('activity', { jobs: [job] });
  await page.getByText('Looking for faces').first().waitFor();
});

test('no face anywhere', { skip }, async () => {
  const list = { people: [], groups: [], hidden: 0, unknown: 0, ignored: 0, questions: 0 };
  await visit('people', { list });
  await heading('No faces yet').waitFor();
});

test('everybody: long names, other scripts, groups and the ways to the shelves', { skip }, async () => {
  await visit('people', {});
  await page.getByText('9 named, 5 waiting').waitFor();
  await page.getByText('4 pairs look like the same person').waitFor();
  await look('grid');
  await page.getByText('Name', { exact: true }).click();
  await until(page, `document.querySelector('[data-person] a').ariaLabel.startsWith('Ana')`);
  await page.getByRole('link', { name: 'Unknown faces 318' }).waitFor();
  await page.getByRole('link', { name: 'Ignored faces 12' }).waitFor();
});

test('one card or none named says where names go', { skip }, async () => {
  await visit('people', { list: { people: [], questions: 0 }, questions: [] });
  await page.getByText('Nobody has a name yet.').waitFor();
  await look('nobody-named', { quick: true });
});

test('same person? Y, N and the arrow answer; Ctrl+Z brings a question back', { skip }, async () => {
  const given: Given & { questions: typeof questions } = { questions };
  await visit('people?ask=1', given);
  const asked: unknown[] = [];
  let edit = 0;
  await page.route('**/api/people.answer', async (route) => {
    asked.push(route.request().postDataJSON());
    given.questions = questions.slice(asked.length);
    await route.fulfill({ json: { edit: ++edit, id: 'p1' } });
  });
  await page.route('**/api/people.undo', async (route) => {
    asked.pop();
    given.questions = questions.slice(asked.length);
    await route.fulfill({ json: { undone: true } });
  });
  await page.getByText('1 of 4', { exact: true }).waitFor();
  await look('ask');
  await page.keyboard.press('y');
  await page.getByText('2 of 4', { exact: true }).waitFor();
  await page.keyboard.press('n');
  await page.getByText('3 of 4', { exact: true }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByText('4 of 4', { exact: true }).waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('3 of 4', { exact: true }).waitFor();
  await button(/^No\b/).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('4 of 4', { exact: true }).waitFor();
  await button(/^Yes, same person/).click();
  await heading('All answered').waitFor();
  assert.deepEqual(
    asked.map((one) => (one as { answer: string }).answer),
    ['same', 'different', 'later', 'same'],
  );
  await button('To People').click();
  await page.getByText('9 named').waitFor();
});

test('a page with a question, in whatever language the name is', { skip }, async () => {
  await visit('people?who=p4', {});
  await heading(longName).waitFor();
  await photosDrawn(page);
  await look('person-long', { quick: true });
  await visit('people?who=p1', {});
  await page.getByText('3,681 photos, 2009 to 2024', { exact: true }).waitFor();
  await look('person');
  await button('More').and(page.locator('[aria-haspopup=menu]')).first().click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await until(page, `document.activeElement.value === 'Ana'`);
  await page.keyboard.press('Escape');
  await heading('Ana').waitFor();
});

const many = Array.from({ length: 30 }, (_, at) =>
  face(300 + at, at < 9 ? { confirmed: false, sure: 0.4 + at / 20, drawn: at === 2 } : {}),
);

test(
  'faces, the unsure ones first; several are chosen, and the bar says what can be done',
  { skip },
  async () => {
    await visit('people?who=p1&tab=faces', { faces: many, questions: [] });
    const options = page.getByRole('listbox', { name: 'Faces of Ana' }).getByRole('option');
    await options.nth(29).waitFor();
    await options.and(page.getByRole('option', { name: 'Face 3, not sure, drawn by hand' })).waitFor();
    await options.nth(1).click();
    await options.nth(3).click({ modifiers: ['Shift'] });
    await page.getByRole('toolbar', { name: '3 faces selected' }).waitFor();
    await look('faces');
    const asked: unknown[] = [];
    await page.route('**/api/faces.confirm', async (route) => {
      asked.push(route.request().postDataJSON());
      await route.fulfill({ json: { edit: 9, id: 'p1' } });
    });
    await page.keyboard.press('y');
    await page.getByRole('status').getByText('3 faces confirmed').waitFor();
    assert.deepEqual(asked, [{ faces: [301, 302, 303] }]);
    await options.nth(0).click();
    await button('More').and(page.locator('[aria-haspopup=menu]')).last().click();
    await page.getByRole('menuitem', { name: 'Choose as portrait' }).waitFor();
    await page.keyboard.press('Escape');
  },
);

test('the sheets: move, split, merge with the most alike first', { skip }, async () => {
  await visit('people?who=p1&tab=faces', { faces: many });
  await page.getByRole('option', { name: 'Face 1, not sure' }).click();
  await button('Move to…').click();
  await page.getByRole('dialog').getByRole('option', { name: 'Somebody new, named later' }).waitFor();
  await look('move', { quick: true });
  await page.keyboard.press('Escape');
  await button('More').and(page.locator('[aria-haspopup=menu]')).first().click();
  await page.getByRole('menuitem', { name: 'Split in two…' }).click();
  await button('Split off 3 faces').waitFor();
  await look('split');
  await page.keyboard.press('Escape');
  await button('Merge…').click();
  const first = page.getByRole('dialog').getByRole('option').first();
  await first.getByText('looks alike').waitFor();
  await look('merge', { quick: true });
  await page.keyboard.press('Escape');
});

test('the shelves: unknown faces, ignored ones, hidden people', { skip }, async () => {
  const unknown = many.map((one) => ({ ...one, who: null, name: null, confirmed: false }));
  await visit('people?who=unknown', { faces: unknown });
  await heading('Unknown faces').waitFor();
  await page.getByRole('option', { name: 'Face 1', exact: true }).click();
  await look('unknown', { quick: true });
  await visit('people?who=ignored', { faces: [] });
  await heading('Nothing is ignored').waitFor();
  await visit('people?hidden=1', { list: { people: [card('p3', { name: 'Mo', hidden: true }), ...people] } });
  await page.getByRole('link', { name: /^Mo, / }).waitFor();
  await look('hidden', { quick: true });
});

test('the viewer: a name, a guess, somebody unknown', { skip }, async () => {
  const onPhoto = [
    face(1, { box: [0.1, 0.2, 0.14, 0.22] }),
    face(2, { box: [0.4, 0.25, 0.14, 0.22], who: 'p2', name: 'Viktor', confirmed: false, sure: 0.6 }),
    face(3, { box: [0.7, 0.2, 0.14, 0.22], who: null, name: null, confirmed: false }),
  ];
  await visit('photos', { onPhoto });
  await photosDrawn(page);
  await page.getByRole('option').first().dblclick();
  await screen(page, 'viewer').waitFor();
  await button('Faces').click();
  await button('Viktor? Confirm with Y or reject with N').waitFor();
  await page.keyboard.press('i');
  await page.getByRole('complementary', { name: 'Info' }).getByRole('button', { name: 'Viktor?' }).waitFor();
  await look('viewer');
  await button('Unknown face, say who it is').click();
  await page.getByRole('combobox', { name: 'Who is this?' }).waitFor();
  await look('viewer-naming', { quick: true });
  await page.keyboard.press('Escape');
  await until(page, `document.activeElement.ariaLabel === 'Unknown face, say who it is'`);
  await page.keyboard.press('d');
  await page.getByText('Drag a box around the face.').waitFor();
  await look('viewer-draw', { quick: true });
  await page.keyboard.press('Escape');
  await button('Ana, open or change').waitFor();
});

test('the settings', { skip }, async () => {
  await visit('settings', {});
  await button('Remove all face data…').scrollIntoViewIfNeeded();
  await page.getByText('61,240 of 61,240 photos looked at: 9,120 faces, 9 people').waitFor();
  await look('settings', { quick: true });
  await button('Remove all face data…').click();
  await look('remove');
  await page.keyboard.press('Escape');
});

test('names are written beside photos after it was said how many', { skip }, async () => {
  await visit('settings', {});
  const failed = [{ path: '/photos/a.jpg', reason: 'There is no room left on the disk.' }];
  const answers = [
    { photos: 12, written: 0, unchanged: 12, failed: [] },
    { photos: 12, written: 8, unchanged: 4, failed: [] },
    { photos: 12, written: 7, unchanged: 4, failed },
    { photos: 12, written: 1, unchanged: 11, failed: [] },
    { photos: 12, written: 1, unchanged: 11, failed: [] },
  ];
  const asked: unknown[] = [];
  await page.route('**/api/people.writeNames', (route) => {
    asked.push(route.request().postDataJSON());
    return route.fulfill({ json: answers[asked.length - 1] });
  });
  await button('Write names…').click();
  await page.getByText('Every name is there already').waitFor();
  await button('Write names…').click();
  await page.getByRole('dialog', { name: 'Write names beside 8 photos?' }).waitFor();
  await look('write-names');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(asked, [{ preview: true }, { preview: true }], 'the way out has the focus');
  answers.splice(2, 0, answers[1]!);
  await button('Write names…').click();
  await button('Write')
    .and(page.getByText('Write', { exact: true }))
    .click();
  await page.getByText('1 file could not be written').waitFor();
  await page.getByText('There is no room left on the disk. Names were written into 7 files.').waitFor();
  await look('names-failed', { quick: true });
  await button('Write names…').click();
  // A key that comes before the question would go to the settings.
  await button('Write')
    .and(page.getByText('Write', { exact: true }))
    .waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Names written into 1 file').waitFor();
  assert.deepEqual(
    asked.slice(2),
    [true, false, true, false].map((preview) => ({ preview })),
  );
});

test('a failure is told where it is, and tried again', { skip }, async () => {
  await page.unrouteAll({ behavior: 'wait' });
  await answerPeople(page, {});
  let fails = true;
  await page.route('**/api/people.list', (route) =>
    fails
      ? route.fulfill({
          status: 500,
          json: { error: { code: 'internal', message: 'The library is busy.', hint: 'Try again.' } },
        })
      : route.fallback(),
  );
  await page.goto(`${app.origin}/#/people`);
  await page.reload();
  await heading('The library is busy.').waitFor();
  fails = false;
  await button('Try again').click();
  await page.getByText('9 named').waitFor();
  await page.route('**/api/people.show', (route) =>
    route.fulfill({
      status: 404,
      json: { error: { code: 'not-found', message: 'Not there.', hint: 'Look again.' } },
    }),
  );
  await page.goto(`${app.origin}/#/people?who=p99`);
  await heading('This person is not there any more').waitFor();
  assert.deepEqual(
    app.complaints.splice(0).filter((line) => !/status of (404|500)/.test(line)),
    [],
  );
});
