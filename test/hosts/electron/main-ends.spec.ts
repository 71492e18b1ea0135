/** Starts of the built main.mjs that end without a window: a second one, and one on a library that is in use. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openLibrary } from '../../../src-main/store/open.ts';
import { becomeReady, record, world } from './electron-stand-in.ts';

const root = join(import.meta.dirname, '../../..');
const built = join(root, 'dist-main/main.mjs');
const skip = existsSync(built) ? false : 'not built: npm run build';
const folder = mkdtempSync(join(tmpdir(), 'likeness-electron-'));
after(() => rmSync(folder, { recursive: true, force: true }));

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: pathToFileURL(join(import.meta.dirname, 'electron-stand-in.ts')).href, shortCircuit: true }
      : next(specifier, context),
});

/** @param name  of this start: each is a module of its own. */
async function start(name: string): Promise<string> {
  const readyFile = join(folder, name);
  process.argv = [process.execPath, root, '--library', join(folder, 'library')];
  process.env['LIKENESS_READY_FILE'] = readyFile;
  await import(`${pathToFileURL(built).href}?${name}`);
  return readyFile;
}

test(
  'a second start hands over and ends, and the launcher does not turn to the browser',
  { skip },
  async () => {
    world.hasLock = false;
    const readyFile = await start('second');
    assert.ok(existsSync(readyFile));
    assert.equal(world.quit, true);
    assert.ok(!record.includes('new BrowserWindow'));
  },
);

test('a library that is in use is said in the system’s own dialog', { skip }, async () => {
  world.hasLock = true;
  const store = openLibrary(join(folder, 'library'));
  const readyFile = await start('in-use');
  becomeReady();
  for (let i = 0; i < 200 && world.errors.length === 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 25));
  assert.match(world.errors[0]?.title ?? '', /open in another Likeness/);
  assert.match(world.errors[0]?.content ?? '', /Close that one first/);
  assert.ok(record.includes('app.exit 1') && existsSync(readyFile));
  store.close();
});
