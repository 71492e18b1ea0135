import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasDisplay, openBrowser, openerOf, snapFolder } from '../../../src-main/hosts/web/open-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-open-'));
after(() => rmSync(folder, { recursive: true }));
const skip = process.platform === 'linux' ? false : 'xdg-open is Linux’s';
const address = 'http://127.0.0.1:1/launch?token=secret-token';

/** Puts an xdg-open of our own first in PATH for the length of `run`. */
async function withOpener(script: string, run: () => Promise<void>): Promise<void> {
  const opener = join(folder, 'xdg-open');
  writeFileSync(opener, `#!/bin/sh\n${script}\n`);
  chmodSync(opener, 0o755);
  const before = process.env.PATH;
  process.env.PATH = folder + delimiter + before;
  await run().finally(() => (process.env.PATH = before));
}

test(
  'a browser is started with a file that only this account can read and that forwards',
  { skip },
  async () => {
    const seen = join(folder, 'seen');
    await withOpener(`echo "$1" > '${seen}'`, async () => {
      const forget = await openBrowser(address);
      assert.ok(forget);
      const argument = readFileSync(seen, 'utf8').trim();
      assert.ok(!argument.includes('secret-token'), 'the token stays out of the process list');
      const file = fileURLToPath(argument);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.ok(readFileSync(file, 'utf8').includes(`content="0; url=${address}"`));
      await forget();
      assert.throws(() => statSync(file), { code: 'ENOENT' });
    });
  },
);

test('where no browser can be started the answer says so', { skip }, async () => {
  await withOpener('exit 3', async () => assert.equal(await openBrowser(address), null));
});

test('each system has its own way to open a file', () => {
  assert.deepEqual(openerOf('linux', 'file:///x'), ['xdg-open', ['file:///x']]);
  assert.deepEqual(openerOf('darwin', 'file:///x'), ['open', ['file:///x']]);
  assert.deepEqual(openerOf('win32', 'file:///x'), [
    'rundll32.exe',
    ['url.dll,FileProtocolHandler', 'file:///x'],
  ]);
});

test('Linux has a display when X11 or Wayland says so', () => {
  assert.equal(hasDisplay('linux', {}), false);
  assert.equal(hasDisplay('linux', { DISPLAY: ':0' }), true);
  assert.equal(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' }), true);
  assert.equal(hasDisplay('win32', {}), true);
});

test('a browser that is a snap gets the file where it can read it', () => {
  assert.equal(snapFolder('firefox_firefox.desktop'), join(homedir(), 'snap/firefox/common'));
  assert.equal(snapFolder('firefox-esr.desktop'), null);
  assert.equal(snapFolder('../../etc_x.desktop'), null);
});
