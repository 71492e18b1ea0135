import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { find, noBrowser, openBrowserPage } from './browser.ts';

test(
  'the browser that was found draws text and can compute on WebGPU',
  { skip: await noBrowser() },
  async () => {
    const server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<span id="words">Likeness finds photos</span>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { page, close } = await openBrowserPage();
    // A secure context is needed for WebGPU; 127.0.0.1 is one.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const width = await page.locator('#words').evaluate((words) => words.getBoundingClientRect().width);
    assert.ok(width > 50, `the text is ${width} px wide: there are no fonts`);
    const adapter = await page.evaluate('navigator.gpu?.requestAdapter().then(Boolean)');
    assert.equal(adapter, true);
    await close();
    server.close();
  },
);

test('LIKENESS_BROWSER comes first, and a wrong one is said', async () => {
  assert.deepEqual(await find({ LIKENESS_BROWSER: process.execPath, PATH: '/usr/bin' }), {
    executable: process.execPath,
    env: { LIKENESS_BROWSER: process.execPath, PATH: '/usr/bin' },
  });
  assert.match(String(await find({ LIKENESS_BROWSER: '/no/such' })), /does not exist/);
});

const skip = process.platform === 'linux' ? false : 'looks along PATH on Linux alone';
test('the system’s browser is found along PATH', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-browser-'));
  writeFileSync(join(folder, 'chromium'), '');
  const browser = join(folder, 'google-chrome');
  writeFileSync(browser, '', { mode: 0o755 });
  const found = await find({ PATH: `/nowhere:${folder}` });
  assert.equal(
    typeof found === 'object' && found.executable,
    browser,
    'one that cannot be run is passed over',
  );
  rmSync(folder, { recursive: true });
});
