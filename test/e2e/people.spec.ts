/** People through the whole application, by mouse and by keys: turned on, named, told apart, split, merged, moved, marked, taken back. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { faults } from './axe.ts';
import { tabTo } from './keyboard-focus.ts';
import { screen, tiles, waitUntilIndexed } from './main-path.ts';
import { paint, serveApp, type ServedApp } from './served-app.ts';
import { until } from './settle.ts';

const skip = await noBrowser();
/** Who is on it stands in the name, as test/people/faces-engine.ts reads it: 2 is on four, 1 and 3 on three, 4 on two. */
const photos = [
  'beach 1.jpg',
  'beach 1 2.jpg',
  'garden 2 3.jpg',
  'party 1 2 3.jpg',
  'hill 3.jpg',
  'house 2.jpg',
  'lake 4.jpg',
  'pond 4.jpg',
  'sea.jpg',
];
let app: ServedApp;
let page: Page;
let folder: string;

before(async () => {
  if (skip) return;
  app = await serveApp({
    engineEntry: join(import.meta.dirname, '../people/faces-engine.ts'),
    faceModel: { id: 'faces-by-name', dir: '/model' },
  });
  folder = join(app.home, 'Pictures');
  mkdirSync(folder);
  for (const [seed, name] of photos.entries()) await paint(join(folder, name), seed + 1);
  page = await app.open();
  await call('folders.add', { paths: [folder] });
  await page.goto(`${app.origin}/#/photos`);
  await waitUntilIndexed(page, photos.length);
});
after(() => app?.close());

/** A command, asked from the window. */
function call<Answer>(name: string, input: object = {}): Promise<Answer> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  };
  return page.evaluate<Answer>(
    `fetch('/api/${name}', ${JSON.stringify(request)}).then((answer) => answer.json())`,
  );
}
interface Listed {
  readonly people: readonly { readonly id: string; readonly name: string | null; readonly photos: number }[];
  readonly groups: readonly { readonly id: string }[];
}
async function idOf(name: string): Promise<string> {
  const { people } = await call<Listed>('people.list', { hidden: true });
  return people.find((one) => one.name === name)!.id;
}

const button = (name: string | RegExp) => page.getByRole('button', { name });
const card = (name: string) => page.getByRole('link', { name: new RegExp(`^${name}, \\d+ photos?$`) });
const fields = () => page.getByRole('combobox', { name: /^Who is this, on/ });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const says = (text: string | RegExp) => page.getByRole('status').getByText(text).last();
const faces = (of: string) => page.getByRole('listbox', { name: of, exact: true }).getByRole('option');
/** Waits until a list of faces has so many. */
const facesAre = (of: string, count: number) =>
  until(
    page,
    `document.querySelectorAll(
  '[role=listbox][aria-label=${JSON.stringify(of)}] [role=option]').length === ${count}`,
  );
/** The message with the way back. */
async function undoByMouse(what: string | RegExp): Promise<void> {
  const toast = page
    .getByRole('status')
    .filter({ hasText: what })
    .filter({ has: button('Undo') });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await says(/^Taken back: /).waitFor();
}
async function visit(place: string): Promise<void> {
  await page.goto(`${app.origin}/#/${place}`);
  await page.reload();
}
/** By its key, which is there as soon as the window knows that faces are looked for. */
async function showFaces(): Promise<void> {
  await button(/^Faces$/).waitFor();
  await page.keyboard.press('f');
}
/** In one theme: people-screens.spec.ts looks at both. */
async function noFaults(): Promise<void> {
  assert.deepEqual(await faults(page), []);
}

test('off: what faces are is told first; one key turns them on, and groups come', { skip }, async () => {
  await visit('people');
  await heading('Find the people in your photos').waitFor();
  await noFaults();
  await tabTo(page, 'Look for faces');
  await page.keyboard.press('Enter');
  await fields().nth(3).waitFor();
  assert.equal(await fields().count(), 4);
  // The stand-in engine writes no pictures: here are some.
  const crops = join(app.dir, 'library', 'faces');
  for (const [seed, name] of readdirSync(crops).entries()) await paint(join(crops, name), seed + 20);
  await visit('people');
  await fields().nth(3).waitFor();
  await noFaults();
});

test(
  'a row of groups is named by keys alone; a name that is there is offered, and joins',
  { skip },
  async () => {
    await tabTo(page, /^Who is this, on 4 photos\?$/);
    for (const name of ['Ben', 'Ana', 'Rose']) {
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await card(name).waitFor();
    }
    await until(page, `document.activeElement.ariaLabel === 'Who is this, on 2 photos?'`);
    await page.keyboard.type('be');
    const offered = page.getByRole('option', { name: /^Ben/ });
    await offered.waitFor();
    await noFaults();
    await page.keyboard.press('ArrowDown');
    await until(page, `document.querySelector('[role=option][aria-selected=true]') !== null`);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Ben, 6 photos' }).waitFor();
    await undoByMouse('Joined with Ben');
    await page.getByRole('link', { name: 'Ben, 4 photos' }).waitFor();
    await fields().first().click();
    await page.keyboard.type('BEN');
    await page.getByText('There is Ben already: they become one person.').waitFor();
    await page.keyboard.press('Escape');
    await fields().first().fill('Dora');
    await page.keyboard.press('Enter');
    await card('Dora').waitFor();
  },
);

test(
  'F2 renames, Ctrl+Z takes it back; the menu hides, and the hidden are a step away',
  { skip },
  async () => {
    await card('Rose').focus();
    await page.keyboard.press('F2');
    const field = page.getByRole('combobox', { name: 'Name of Rose' });
    await field.waitFor();
    await page.keyboard.type('Rosa');
    await page.keyboard.press('Enter');
    await card('Rosa').waitFor();
    await page.keyboard.press('Control+z');
    await card('Rose').waitFor();

    await card('Rose').hover();
    await button('More on Rose').click();
    await page.getByRole('menuitem', { name: 'Hide' }).click();
    await card('Rose').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Hidden person 1' }).click();
    await card('Rose').hover();
    await button('More on Rose').click();
    await page.getByRole('menuitem', { name: 'Show again' }).click();
    await page.getByText('Nobody is hidden').waitFor();
    await button('To People').click();
    await card('Rose').waitFor();
  },
);

test('two are merged on the grid, and are two again', { skip }, async () => {
  await button('Merge').click();
  await button('Choose Dora').click();
  await button('Choose Ana').click();
  await page.getByRole('toolbar', { name: '2 people chosen' }).waitFor();
  await noFaults();
  await button('Merge 2 into one').click();
  await page.getByRole('link', { name: 'Ana, 5 photos' }).waitFor();
  await page.keyboard.press('Control+z');
  await card('Dora').waitFor();
  await page.getByRole('link', { name: 'Ana, 3 photos' }).waitFor();
});

test(
  'a page has photos and faces; a face that is not them leaves by a key, and comes back',
  { skip },
  async () => {
    await card('Ben').click();
    await heading('Ben').waitFor();
    await until(page, `document.querySelectorAll('[role=listbox] [role=option][data-id]').length === 4`);
    await noFaults();
    await page.getByText('Faces', { exact: true }).click();
    await facesAre('Faces of Ben', 4);
    await faces('Faces of Ben').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('toolbar', { name: '2 faces selected' }).waitFor();
    await noFaults();
    await page.keyboard.press('n');
    await facesAre('Faces of Ben', 2);
    await page.keyboard.press('Control+z');
    await facesAre('Faces of Ben', 4);
  },
);

test('faces are moved to somebody by mouse, and to a new name by keys', { skip }, async () => {
  await faces('Faces of Ben').nth(0).click();
  await button('Move to…').click();
  const sheet = page.getByRole('dialog', { name: 'Who is this face?' });
  await sheet.getByRole('option', { name: /^Dora/ }).click();
  await facesAre('Faces of Ben', 3);
  await undoByMouse('1 face moved to Dora');
  await facesAre('Faces of Ben', 4);

  await faces('Faces of Ben').nth(0).focus();
  await page.keyboard.press('x');
  await button('Move to…').focus();
  await page.keyboard.press('Enter');
  await sheet.waitFor();
  await noFaults();
  await page.keyboard.type('Eva');
  await sheet.getByRole('option', { name: '“Eva”' }).waitFor();
  await page.keyboard.press('Enter');
  await facesAre('Faces of Ben', 3);
  await until(
    page,
    `fetch('/api/people.list', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    .then((answer) => answer.json()).then(({ people }) => people.some(({ name }) => name === 'Eva'))`,
  );
  // The name, then the move.
  await page.keyboard.press('Control+z');
  await says('Taken back: Named Eva').waitFor();
  await page.keyboard.press('Control+z');
  await facesAre('Faces of Ben', 4);
});

test(
  'one is split in two after a look at the halves, by keys; the way back makes one of them',
  { skip },
  async () => {
    await button('More').and(page.locator('[aria-haspopup=menu]')).first().click();
    await page.getByRole('menuitem', { name: 'Split in two…' }).click();
    const sheet = page.getByRole('dialog', { name: 'Split Ben in two' });
    const leaving = sheet.getByRole('button', { name: /let it stay$/ });
    await leaving.first().waitFor();
    await noFaults();
    // One alone leaves, whatever the halves were.
    while ((await leaving.count()) > 1) await leaving.last().press('Enter');
    await sheet.getByRole('button', { name: 'Split off 1 face' }).focus();
    await page.keyboard.press('Enter');
    await facesAre('Faces of this person', 1);
    await page.keyboard.press('Alt+ArrowLeft');
    await facesAre('Faces of Ben', 3);
    await page.keyboard.press('Control+z');
    await facesAre('Faces of Ben', 4);
  },
);

test('merging from a page, by keys', { skip }, async () => {
  await button('Merge…').focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Who is the same person as Ben?' });
  await sheet.waitFor();
  await page.keyboard.type('dor');
  await sheet.getByRole('option', { name: /^Dora/ }).waitFor();
  await page.keyboard.press('Enter');
  await facesAre('Faces of Ben', 6);
  await page.keyboard.press('Control+z');
  await facesAre('Faces of Ben', 4);
});

test('a refused way back says why', { skip }, async () => {
  const ben = await idOf('Ben');
  await faces('Faces of Ben').nth(0).click();
  await page.keyboard.press('n');
  await facesAre('Faces of Ben', 3);
  // Another window decides about the same meanwhile.
  await call('people.name', { id: ben, name: 'Benjamin' });
  await heading('Benjamin').waitFor();
  const { faces: unknown } = await call<{ faces: { id: number }[] }>('people.faces', { of: 'unknown' });
  if (unknown.length > 0) await call('faces.move', { faces: [unknown[0]!.id], to: ben });
  await page.keyboard.press('Control+z');
  await page.getByRole('alert').waitFor();
  assert.ok((await page.getByRole('alert').innerText()).length > 20);
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  await call('people.name', { id: ben, name: 'Ben' });
  await heading('Ben').waitFor();
  // The browser tells of every answer that is not a success.
  assert.deepEqual(
    app.complaints.splice(0).filter((line) => !/status of 40[049]/.test(line)),
    [],
  );
});

test('from a page to a search with them', { skip }, async () => {
  await button('Search with Ben').click();
  await screen(page, 'search').waitFor();
  await button(/^Person Ben/).waitFor();
  await until(page, `document.querySelectorAll('[role=option][data-id]').length >= 4`);
});

test(
  'faces stand on the photo; one that was missed is marked by keys, another by dragging',
  { skip },
  async () => {
    const { faces: of } = await call<{ faces: { photo: number }[] }>('people.faces', {
      of: await idOf('Dora'),
    });
    await visit(`photos?viewing=${of[0]!.photo}`);
    await screen(page, 'viewer').waitFor();
    await showFaces();
    await button('Dora, open or change').waitFor();
    await noFaults();
    await page.keyboard.press('d');
    await until(page, `document.activeElement.ariaLabel?.startsWith('Box around a face')`);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Enter');
    const field = page.getByRole('combobox', { name: 'Who is this?' });
    await field.waitFor();
    await page.keyboard.type('Gus');
    await page.keyboard.press('Enter');
    await button('Gus, open or change').waitFor();
    await page.keyboard.press('Control+z');
    await button('Gus, open or change').waitFor({ state: 'detached' });

    await button('Mark a missed face').click();
    const box = (await button(/^Box around a face/).boundingBox())!;
    await page.mouse.move(box.x + 10, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 110, { steps: 4 });
    await page.mouse.up();
    await field.waitFor();
    await noFaults();
    await button('Mark without a name').click();
    await button('Unknown face, say who it is').waitFor();
    await page.keyboard.press('i');
    await page.getByRole('complementary', { name: 'Info' }).getByRole('button', { name: 'Dora' }).waitFor();
  },
);

test('a guess on a new photo is confirmed with Y', { skip }, async () => {
  await paint(join(folder, 'late 1.jpg'), 77);
  await call('folders.rescan', {});
  await page.getByRole('link', { name: `Photos ${photos.length + 1}` }).waitFor({ state: 'attached' });
  const ana = await idOf('Ana');
  await until(
    page,
    `fetch('/api/people.faces', { method: 'POST', headers: { 'content-type': 'application/json' },
    body: '{"of":"${ana}"}' }).then((answer) => answer.json()).then(({ total }) => total === 4)`,
  );
  const { faces: of } = await call<{ faces: { photo: number; confirmed: boolean }[] }>('people.faces', {
    of: ana,
  });
  await visit(`photos?viewing=${of.find(({ confirmed }) => !confirmed)!.photo}`);
  await screen(page, 'viewer').waitFor();
  await showFaces();
  await button('Ana? Confirm with Y or reject with N').waitFor();
  await noFaults();
  await page.keyboard.press('y');
  await button('Ana, open or change').waitFor();
  await page.keyboard.press('Escape');
  await screen(page, 'viewer').waitFor({ state: 'detached' });
  await tiles(page, 'Photos').first().waitFor();
});

test('the settings remove it all, after saying what is lost', { skip }, async () => {
  await visit('settings');
  const on = page.getByRole('switch', { name: 'Look for faces' });
  const sheet = page.getByRole('dialog', { name: 'Remove all face data?' });
  // Off is the same question; kept, the switch is on as before.
  await on.click();
  await sheet.getByText(/^You lose \d+ faces, \d+ people, and everything you decided/).waitFor();
  await noFaults();
  await until(page, `document.activeElement.textContent.trim() === 'Keep it'`);
  await page.keyboard.press('Enter');
  await sheet.waitFor({ state: 'hidden' });
  assert.ok(await on.isChecked());
  await button('Remove all face data…').click();
  await sheet.getByRole('button', { name: 'Remove it all' }).click();
  await says('All face data is removed').waitFor();
  await page.getByRole('link', { name: 'People' }).click();
  await heading('Find the people in your photos').waitFor();
});

test('nothing went wrong on the way', { skip }, () => {
  assert.deepEqual(app.complaints, []);
});
