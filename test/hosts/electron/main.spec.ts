/** The built main.mjs and preload.cjs, as they ship, with a stand-in for Electron and a real page. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import type { Status } from '../../../src-main/contract/api.ts';
import { openLibrary } from '../../../src-main/store/open.ts';
import { noBrowser } from '../../browser.ts';
import { app, becomeReady, exposedBy, nativeTheme, record, world } from './electron-stand-in.ts';

const root = join(import.meta.dirname, '../../..');
const built = join(root, 'dist-main/main.mjs');
const skip = (await noBrowser()) || (existsSync(built) ? false : 'not built: npm run build');

const folder = mkdtempSync(join(tmpdir(), 'likeness-electron-'));
const library = join(folder, 'library');
const pictures = join(folder, 'pictures');
mkdirSync(pictures);
for (const [name, background] of [
  ['red', '#c00'],
  ['blue', '#00c'],
] as const)
  await sharp({ create: { width: 320, height: 200, channels: 3, background } })
    .jpeg()
    .toFile(join(pictures, `${name}.jpg`));
const readyFile = join(folder, 'ready');
after(() => rmSync(folder, { recursive: true, force: true }));

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: pathToFileURL(join(import.meta.dirname, 'electron-stand-in.ts')).href, shortCircuit: true }
      : next(specifier, context),
});

async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain until ${what}`);
}

if (!skip) {
  process.argv = [process.execPath, root, '--library', library, pictures];
  process.env['LIKENESS_READY_FILE'] = readyFile;
  // A host that awaited `ready` at its top level would hang here, as it does in Electron.
  await import(pathToFileURL(built).href);
  becomeReady();
  await until('the window is drawn', () => existsSync(readyFile));
}
const [window] = world.windows;
const page = window?.page;

/** A command as the page itself asks it. */
async function call<T>(name: string, input: object = {}): Promise<T> {
  const answer = await page!.evaluate(
    `fetch('/api/${name}', { method: 'POST', body: ${JSON.stringify(JSON.stringify(input))} }).then((response) => response.json())`,
  );
  return answer as T;
}

test('what must come before ready comes before, in an order that Electron accepts', { skip }, () => {
  const order = [
    'app.enableSandbox',
    'app.setPath userData',
    'protocol.registerSchemesAsPrivileged',
    'app.requestSingleInstanceLock',
    'setPermissionRequestHandler',
    'protocol.handle app',
    'new BrowserWindow',
    'loadURL app://likeness/',
  ];
  assert.deepEqual(
    record.filter((what) => order.includes(what)),
    order,
  );
  assert.equal(world.userData, join(library, 'window'));
});

test('the window is isolated, sandboxed and of our own frame', { skip }, () => {
  const { webPreferences, ...options } = window!.options;
  const { preload, ...preferences } = webPreferences;
  assert.deepEqual(preferences, {
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  });
  assert.equal(preload, join(root, 'dist-main/preload.cjs'));
  assert.deepEqual([options['minWidth'], options['minHeight'], options['show']], [900, 600, false]);
  assert.equal(window!.shown, true);
});

test('the preload exposes one function and nothing of Electron', { skip }, () => {
  const { name, api } = exposedBy(join(root, 'dist-main/preload.cjs'));
  assert.deepEqual([name, Object.keys(api)], ['likeness', ['pathOf']]);
  assert.equal(api['pathOf']?.({ path: '/x/y.jpg' }), '/x/y.jpg');
});

test('the page shows the application, under its policy', { skip }, async () => {
  await page!.locator('#app > *').first().waitFor();
  const policy = await page!.evaluate(
    `fetch('/').then((response) => response.headers.get('content-security-policy'))`,
  );
  assert.match(String(policy), /default-src 'none'/);
  const status = await call<Status>('status');
  assert.deepEqual([status.host, status.library], ['electron', library]);
});

test(
  'the folder that Likeness was started with is indexed by the engine’s own process',
  { skip },
  async () => {
    await until('both photos are encoded', async () => (await call<Status>('status')).encoded === 2);
    assert.ok(record.includes('utilityProcess.fork Likeness engine'));
  },
);

test('a bad address of the scheme is a 404', { skip }, async () => {
  const handler = world.handlers.get('app')!;
  assert.equal((await handler(new Request('app://elsewhere/'))).status, 404);
  assert.equal((await handler(new Request('app://likeness/..%2f..%2fpackage.json'))).status, 404);
});

test(
  'pages may not navigate, open windows, host web views, ask for anything or reach the network',
  { skip },
  () => {
    const { webContents } = window!;
    for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
      let prevented = false;
      webContents.emit(event, { preventDefault: () => (prevented = true) });
      assert.ok(prevented, event);
    }
    assert.deepEqual(webContents.windowOpen({ url: 'https://example.com/' }), { action: 'deny' });
    const granted: boolean[] = [];
    world.permissions!.request(webContents, 'geolocation', (answer) => granted.push(answer));
    assert.deepEqual([granted, world.permissions!.check()], [[false], false]);
    for (const scheme of ['http', 'https', 'ws', 'wss', 'file'])
      assert.ok(world.blocked.includes(`${scheme}://*/*`), scheme);
  },
);

test('the page’s request for folders opens the system’s dialog', { skip }, async () => {
  world.picked = ['/chosen/one', '/chosen/two'];
  assert.deepEqual(await call('folders.pick'), { paths: world.picked, available: true });
  assert.ok(
    record.some((what) => what.startsWith('dialog.showOpenDialog') && what.includes('multiSelections')),
  );
  world.picked = [];
  assert.deepEqual(await call('folders.pick'), { paths: [], available: true });
});

test('a menu item leads to a place without loading the page anew', { skip }, async () => {
  await page!.evaluate('globalThis.mark = 1');
  const settings = world.menu
    .flatMap(({ submenu }) => submenu ?? [])
    .find(({ label }) => label === 'Settings…');
  settings!.click!();
  await page!.waitForURL(/#\/settings$/);
  assert.equal(await page!.evaluate('globalThis.mark'), 1);
  await page!.goBack();
  assert.equal(await page!.evaluate('globalThis.mark'), 1);
});

test('a second start brings the window to the front and hands over its folders', { skip }, async () => {
  const before = window!.focused;
  window!.minimized = true;
  const other = join(folder, 'other');
  mkdirSync(other);
  app.emit('second-instance', {}, [], '/', { folders: [other] });
  await until('the folder is there', async () =>
    (await call<Status>('status')).folders.some(({ path }) => path === other),
  );
  assert.ok(window!.focused > before && !window!.minimized);
  assert.equal(world.windows.length, 1);
});

test('a folder that cannot be added is said in a dialog', { skip }, async () => {
  app.emit('open-file', { preventDefault: () => {} }, join(folder, 'not-there'));
  const error = await until('the dialog is shown', () => world.errors[0]);
  assert.match(error.title, /does not exist/);
});

test('the theme of the settings is the theme of the window’s frame', { skip }, async () => {
  assert.equal(nativeTheme.themeSource, 'system');
  await call('settings.set', { theme: 'dark' });
  assert.equal(nativeTheme.themeSource, 'dark');
  nativeTheme.shouldUseDarkColors = true;
  nativeTheme.emit('updated');
  if (process.platform !== 'darwin')
    assert.deepEqual(window!.overlay, { color: '#131315', symbolColor: '#ececef', height: 52 });
});

test('a page that died is loaded again, but not for ever', { skip }, () => {
  const { webContents } = window!;
  webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
  assert.equal(webContents.reloads, 0);
  for (let i = 0; i < 6; i++) webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  assert.equal(webContents.reloads, 3);
});

test(
  'quitting keeps the window’s place and closes the library before the process ends',
  { skip },
  async () => {
    const [drawn] = world.windows;
    app.quit();
    assert.equal(world.quit, false, 'the end waits for the library');
    await until('the process may end', () => world.quit);
    assert.deepEqual(JSON.parse(readFileSync(join(library, 'window/window.json'), 'utf8')), {
      bounds: { x: 40, y: 50, width: 1200, height: 800 },
      maximized: false,
    });
    openLibrary(library).close();
    await drawn!.dispose();
  },
);
