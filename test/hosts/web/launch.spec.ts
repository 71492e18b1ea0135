/** The way from the launcher's file into the window, in a real browser: cookies and fetch metadata are the browser's own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { forwardPage } from '../../../src-main/hosts/web/pages.ts';
import { serve } from '../../../src-main/hosts/web/serve.ts';
import { noBrowser, openBrowserPage } from '../../browser.ts';

const skip = await noBrowser();
const folder = mkdtempSync(join(tmpdir(), 'likeness-forward-'));
/** What got past the guards. */
const reached: string[] = [];
const served = await serve(async (request) => {
  const { pathname } = new URL(request.url);
  reached.push(pathname);
  if (pathname === '/')
    return new Response('<h1>the window</h1>', { headers: { 'content-type': 'text/html' } });
  return Response.json({ asked: pathname, method: request.method, body: await request.text() });
});
const other = await serve(async () => new Response('another program'));
after(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([served.close(), other.close()]);
});

test('the file that forwards leads into the window, which may then ask for anything', { skip }, async () => {
  const { page, close } = await openBrowserPage();
  const file = join(folder, 'open.html');
  writeFileSync(file, forwardPage(served.launchAddress()));
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('heading', { name: 'the window' }).waitFor();
  assert.equal(page.url(), `${served.origin}/`, 'no token stays in the address');

  const post = `fetch('/api/echo', { method: 'POST', body: 'x' }).then((response) => response.json())`;
  assert.deepEqual(await page.evaluate(post), { asked: '/api/echo', method: 'POST', body: 'x' });
  assert.equal(await page.evaluate('document.cookie'), '', 'no script can read the cookie');
  await page.reload();
  await page.getByRole('heading', { name: 'the window' }).waitFor();
  await close();
});

test('a launch address that was used shows a page that says what to do', { skip }, async () => {
  const address = served.launchAddress();
  const first = await openBrowserPage();
  await first.page.goto(address);
  await first.page.getByRole('heading', { name: 'the window' }).waitFor();
  await first.page.goto(address);
  await first.page.getByRole('heading', { name: 'the window' }).waitFor();
  await first.close();

  const second = await openBrowserPage();
  const response = await second.page.goto(address);
  assert.equal(response?.status(), 401);
  await second.page.getByText('Press Enter in the terminal').waitFor();
  await second.close();
});

test('a page of another origin reaches nothing, though the browser holds the cookie', { skip }, async () => {
  const { page, close } = await openBrowserPage();
  await page.goto(served.launchAddress());
  await page.getByRole('heading', { name: 'the window' }).waitFor();
  // Another program of this computer, on another port: for cookies that is the same site.
  await page.goto(other.launchAddress());
  await page.getByText('another program').waitFor();
  const ask = (options: string) =>
    page.evaluate(
      `fetch('${served.origin}/api/secret', ${options}).then((response) => response.type, () => 'blocked')`,
    );
  assert.equal(await ask(`{ credentials: 'include' }`), 'blocked');
  await ask(`{ credentials: 'include', method: 'POST', mode: 'no-cors', body: '{}' }`);
  await ask(`{ credentials: 'include', mode: 'no-cors' }`);
  assert.ok(!reached.includes('/api/secret'));
  await close();
});
