/** Who is refused by the real web host with the real application behind it, and what a page of ours never does. */
import assert from 'node:assert/strict';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser } from '../browser.ts';
import { drawAlbum, drawings } from './drawn-album.ts';
import { addFolder, queryField, screen, tiles, waitUntilIndexed } from './main-path.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { photosDrawn, until } from './settle.ts';

const skip = await noBrowser();
let app: ServedApp;
let page: Page;
/** Another site on this computer. */
let elsewhere: Server;
let elsewhereOrigin: string;

before(async () => {
  if (skip) return;
  app = await serveApp();
  await drawAlbum(join(app.home, 'Secret holiday'));
  page = await app.open();
  elsewhere = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Elsewhere</title><p>Elsewhere</p>'),
  );
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  elsewhereOrigin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
after(async () => {
  await app?.close();
  elsewhere?.closeAllConnections();
  elsewhere?.close();
});

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** As any program of this computer can ask: fetch would not let it choose its Host. */
function ask({ path, method = 'GET', headers = {} }: Asked): Promise<{
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}> {
  const { hostname, port, host } = new URL(app.origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: { host, ...headers } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

/** Every kind of thing that the application gives out. */
const doors: readonly Asked[] = [
  { path: '/' },
  { path: '/index.html' },
  { path: '/theme.js' },
  { path: '/api/status', method: 'POST' },
  { path: '/api/folders.browse', method: 'POST' },
  { path: '/api/timeline' },
  { path: '/api/events' },
  { path: '/api/upload', method: 'POST' },
  { path: '/thumbnails/1/256' },
  { path: '/photos/1' },
  { path: '/launch' },
  { path: '/launch?token=guess' },
];

async function cookie(): Promise<string> {
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

test('with the photos in, the window holds a cookie that no script can read', { skip }, async () => {
  await addFolder(page, ['Secret holiday']);
  await waitUntilIndexed(page, drawings.length);
  await photosDrawn(page);
  const held = await page.context().cookies();
  const own = held.find(({ name }) => /^likeness\d+$/.test(name));
  assert.deepEqual([own?.httpOnly, own?.sameSite], [true, 'Strict']);
  assert.doesNotMatch(await page.evaluate<string>('document.cookie'), /likeness\d+=/);
});

test('on its whole path the window speaks to its own host only, without an error', { skip }, async () => {
  for (const place of ['photos', 'folders', 'activity', 'problems', 'settings', 'search', 'search?q=boat']) {
    await page.goto(`${app.origin}/#/${place}`);
    await screen(page, place.replace(/\?.*/, '')).waitFor();
  }
  await photosDrawn(page);
  await tiles(page, 'Matches').first().dblclick();
  await screen(page, 'viewer').waitFor();
  await page.keyboard.press('i');
  await page.keyboard.press('s');
  await page.getByRole('complementary', { name: 'Photos like this one' }).waitFor();
  await photosDrawn(page);
  await queryField(page).fill('qwzx');
  await page.getByRole('heading', { name: 'No good match' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(app.complaints, []);
});

test(
  'without the token there is a 401 at every door, with a sentence and nothing else',
  { skip },
  async () => {
    for (const door of doors)
      for (const headers of [{}, { cookie: (await cookie()).replace(/=[^;]{4}/g, '=AAAA') }]) {
        const answer = await ask({ ...door, headers });
        assert.equal(answer.status, 401, `${door.path} ${JSON.stringify(headers)}`);
        assert.match(answer.body, /This address has been used already, or is not complete\./);
        assert.doesNotMatch(answer.body, /Secret|photos|\/assets\//);
        assert.equal(answer.headers['set-cookie'], undefined);
      }
  },
);

test('under another name, or from another page, even the cookie opens nothing', { skip }, async () => {
  const port = new URL(app.origin).port;
  const known = { cookie: await cookie() };
  assert.equal((await ask({ path: '/api/status', method: 'POST', headers: known })).status, 200);
  for (const door of doors) {
    for (const host of [`localhost:${port}`, 'evil.example', `evil.example:${port}`, '127.0.0.1'])
      assert.equal((await ask({ ...door, headers: { ...known, host } })).status, 421, `${door.path} ${host}`);
    for (const origin of ['https://evil.example', 'null', elsewhereOrigin, `https://127.0.0.1:${port}`])
      assert.equal((await ask({ ...door, headers: { ...known, origin } })).status, 403, door.path);
    if (door.path.startsWith('/launch')) continue;
    for (const site of ['cross-site', 'same-site'])
      assert.equal((await ask({ ...door, headers: { ...known, 'sec-fetch-site': site } })).status, 403);
  }
});

test('a browser without the token sees why, and asks for nothing more', { skip }, async () => {
  const stranger = await page.context().browser()!.newPage();
  const asked: string[] = [];
  stranger.on('request', (one) => asked.push(new URL(one.url()).pathname));
  const answer = await stranger.goto(app.origin);
  assert.equal(answer?.status(), 401);
  await stranger.getByRole('heading', { name: /^This address has been used already/ }).waitFor();
  assert.deepEqual(
    asked.filter((path) => path !== '/favicon.ico'),
    ['/'],
  );
  await stranger.close();
});

test('another site open in the same browser can neither read nor do anything', { skip }, async () => {
  // On the same host, so that even the strict cookie goes along.
  const other = await app.open();
  await other.goto(elsewhereOrigin);
  const tried = await other.evaluate<Record<string, unknown>>(`(async () => {
    const own = ${JSON.stringify(app.origin)};
    const refused = (work) => work.then(() => 'let in', () => 'refused');
    const loaded = (element, attribute, path) => new Promise((resolve) => {
      element.onload = () => resolve('let in');
      element.onerror = () => resolve('refused');
      element[attribute] = own + path;
      document.body.append(element);
    });
    const blind = { mode: 'no-cors', credentials: 'include', method: 'POST', body: '{"paths":["/etc"]}' };
    await fetch(own + '/api/folders.add', blind).catch(() => {});
    return {
      read: await refused(fetch(own + '/api/timeline', { credentials: 'include' })),
      write: await refused(fetch(own + '/api/settings.set', { ...blind, mode: 'cors' })),
      picture: await loaded(new Image(), 'src', '/photos/1'),
      script: await loaded(document.createElement('script'), 'src', '/theme.js'),
      events: await new Promise((resolve) => {
        const source = new EventSource(own + '/api/events', { withCredentials: true });
        source.onopen = () => resolve('let in');
        source.onerror = () => resolve('refused');
      }),
    };
  })()`);
  assert.deepEqual([...new Set(Object.values(tried))], ['refused'], JSON.stringify(tried));
  await other.setContent(`<iframe src="${app.origin}/"></iframe>`);
  const frame = other.frameLocator('iframe');
  assert.equal(await frame.getByRole('main').count(), 0);
  await other.close();
  await page.goto(`${app.origin}/#/folders`);
  await screen(page, 'folders').getByText('1 watched').waitFor();
});

test('a launch address opens one browser, once', { skip }, async () => {
  const address = app.launchAddress();
  const browser = page.context().browser()!;
  const [first, second] = [await browser.newPage(), await browser.newPage()];
  await first.goto(address);
  await screen(first, 'photos').waitFor();
  // Neither the address bar nor the history keeps the token.
  assert.equal(new URL(first.url()).search, '');
  assert.equal((await second.goto(address))?.status(), 401);
  await first.close();
  await second.close();
});

test('a page of ours that tried to speak elsewhere would be stopped, and heard', { skip }, async () => {
  const other = await app.open();
  await other.evaluate(`globalThis.heard = [];
    document.addEventListener('securitypolicyviolation', (event) => heard.push(event.effectiveDirective));
    fetch(${JSON.stringify(elsewhereOrigin)}).catch(() => {});
    new Image().src = ${JSON.stringify(elsewhereOrigin)} + '/pixel.gif';
    document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' }))`);
  for (const directive of ['connect-src', 'img-src', 'script-src'])
    await until(other, `heard.some((one) => one.startsWith('${directive}'))`);
  assert.equal(await other.evaluate('globalThis.ran'), undefined);
  assert.match(app.complaints.join('\n'), /^console error: policy: connect-src/m);
  await other.close();
});
