/** The steps of a first visit, as a person with a mouse takes them. Each waits for what it leads to. */
import assert from 'node:assert/strict';
import type { Locator, Page, Response } from 'playwright-core';

export const screen = (page: Page, name: string): Locator => page.getByTestId(name);
export const tiles = (page: Page, label: string): Locator =>
  page.getByRole('listbox', { name: label, exact: true }).getByRole('option');
export const queryField = (page: Page): Locator => page.getByRole('combobox', { name: 'Search your photos' });
/** The line on the work under way; not there without any. */
export const tray = (page: Page): Locator => page.getByRole('button', { name: /^Open activity: / });

/** From the welcome, through the folders of the home folder, each by its name. */
export async function addFolder(page: Page, way: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Add folder…' }).click();
  const list = page.getByRole('listbox', { name: 'Folders in here' });
  for (const name of way) await list.getByRole('option', { name, exact: true }).click();
  await page.getByRole('button', { name: `Add “${way.at(-1)}”` }).click();
  await screen(page, 'photos').waitFor();
}

/** Photos are looked at by the dozen a second; on a machine with other work by the handful. */
const workMs = 240_000;

/** The work is done: the sidebar counts `photos`, and the tray has gone. */
export async function waitUntilIndexed(page: Page, photos: number): Promise<void> {
  await page.getByRole('link', { name: new RegExp(`^Photos ${photos}$`) }).waitFor({ timeout: workMs });
  await tray(page).waitFor({ state: 'detached' });
}

/** A command, asked from the window; one that is refused fails the test. */
export async function callCommand<Answer>(page: Page, name: string, input: object): Promise<Answer> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  };
  const answer = await page.evaluate<Answer & { error?: { message: string } }>(
    `fetch('/api/${name}', ${JSON.stringify(request)}).then((answer) => answer.json())`,
  );
  assert.equal(answer.error?.message, undefined, name);
  return answer;
}

export interface Asked {
  readonly results: readonly { readonly id: number; readonly score: number; readonly relevance: number }[];
  readonly relevant: number;
  readonly total: number;
}

/** Does something that asks the library, and returns what it answered. */
export async function answerTo(
  page: Page,
  { command, question }: { command: 'search' | 'similar'; question?: string },
  ask: () => Promise<void>,
): Promise<Asked> {
  const isIt = (response: Response) =>
    response.url().endsWith(`/api/${command}`) &&
    (question === undefined || response.request().postData()?.includes(JSON.stringify(question)) === true);
  const [response] = await Promise.all([page.waitForResponse(isIt), ask()]);
  return (await response.json()) as Asked;
}

/** Ids of the tiles, in the order they stand in. */
export function idsOf(photos: Locator): Promise<number[]> {
  return photos.evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-id'))));
}

/** Best first, and each with a likelihood. */
export function assertRanked(results: Asked['results']): void {
  assert.ok(results.length > 0, 'there are results');
  assert.ok(results.every(({ relevance }) => relevance >= 0 && relevance <= 1));
  const scores = results.map(({ score }) => score);
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  );
}
