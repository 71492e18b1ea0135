import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fetchElectron, findElectron } from '../../scripts/electron-binary.ts';
import {
  electronEnvironment,
  folderProblem,
  isStale,
  readArguments,
  shallFetch,
  windowObstacle,
} from '../../scripts/launch.ts';
import { bundledNode, isNewEnough } from '../../scripts/node-version.mjs';

const folder = mkdtempSync(join(tmpdir(), 'likeness-launch-'));
after(() => rmSync(folder, { recursive: true }));

test('Node is new enough from 22.18 on', () => {
  for (const version of ['22.18.0', '22.20.1', '24.0.0', '100.1.0']) assert.ok(isNewEnough(version), version);
  for (const version of ['20.20.2', '22.17.9', '21.99.0', '9.1.0']) assert.ok(!isNewEnough(version), version);
});

test('the Node that came by npm is found, and none is where there is none', () => {
  const skip = process.platform === 'darwin' ? null : bundledNode();
  if (process.platform !== 'darwin') assert.match(String(skip), /node(\.exe)?$/);
  assert.equal(bundledNode(folder), null);
});

test('folders are made absolute from where the person stood', () => {
  const asked = readArguments(['Pictures', '/scans', '--library', 'lib'], '/home/ana');
  assert.deepEqual(asked.folders, ['/home/ana/Pictures', '/scans']);
  assert.equal(asked.library, '/home/ana/lib');
  assert.deepEqual([asked.web, asked.open, asked.json, asked.port], [false, true, false, 0]);
});

test('a port, or an address that is only printed, is the web host’s', () => {
  assert.equal(readArguments(['--no-open'], '/').web, true);
  assert.deepEqual(readArguments(['--port', '8080'], '/').port, 8080);
  assert.equal(readArguments(['--port', '8080'], '/').web, true);
});

test('a wrong option is a sentence', () => {
  assert.throws(() => readArguments(['--wbe'], '/'), {
    code: 'bad-input',
    message: /Unknown option '--wbe'\.$/,
  });
  for (const port of ['x', '-1', '70000', '1.5'])
    assert.throws(() => readArguments([`--port=${port}`], '/'), /port cannot be/);
});

test('a folder that cannot be indexed is named before anything starts', () => {
  const file = join(folder, 'file.txt');
  writeFileSync(file, '');
  assert.equal(folderProblem([folder]), null);
  assert.equal(folderProblem([folder, file])?.message, `“${file}” is not a folder.`);
  const codes = [file, join(folder, 'nope'), `/${'x'.repeat(300)}`].map(
    (path) => folderProblem([path])?.code,
  );
  assert.deepEqual(codes, ['not-a-folder', 'not-found', 'path-too-long']);
});

test('the build is stale when a file is missing, when a source is newer, and when one was removed', () => {
  const root = join(folder, 'project');
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  const files = { built: ['dist/index.html'], sources: ['src', 'not-there', 'lock.json'] };
  const at = (path: string, seconds: number) => utimesSync(join(root, path), seconds, seconds);
  writeFileSync(join(root, 'src/deep/a.ts'), '');
  writeFileSync(join(root, 'lock.json'), '');
  assert.equal(isStale(root, files), true, 'nothing built');
  writeFileSync(join(root, 'dist/index.html'), '');
  const settle = () => {
    for (const path of ['src/deep/a.ts', 'src/deep', 'src', 'lock.json']) at(path, 1000);
    at('dist/index.html', 2000);
  };
  settle();
  assert.equal(isStale(root, files), false, 'fresh');
  at('src/deep/a.ts', 3000);
  assert.equal(isStale(root, files), true, 'edited');
  settle();
  rmSync(join(root, 'src/deep/a.ts'));
  assert.equal(isStale(root, files), true, 'removed');
});

test('a window needs a display, and another account than root', () => {
  const linux = { platform: 'linux' as const, uid: 1000 };
  assert.equal(windowObstacle({ ...linux, env: {} }), 'there is no display');
  assert.equal(windowObstacle({ ...linux, env: { DISPLAY: ':0' } }), null);
  assert.equal(windowObstacle({ ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } }), null);
  assert.match(String(windowObstacle({ ...linux, uid: 0, env: { DISPLAY: ':0' } })), /root/);
  assert.equal(windowObstacle({ platform: 'win32', uid: undefined, env: {} }), null);
  assert.equal(windowObstacle({ platform: 'darwin', uid: 0, env: {} }), null);
});

test('a failed download is tried again after a day, after an update, and when the clock was wrong', () => {
  const day = 86_400_000;
  const note = { version: '45.4.1', failedAtMs: 10 * day };
  assert.equal(shallFetch(note, '45.4.1', 10.5 * day), false);
  assert.equal(shallFetch(note, '45.4.1', 11.1 * day), true);
  assert.equal(shallFetch(note, '45.5.0', 10.5 * day), true);
  assert.equal(shallFetch(note, '45.4.1', 9 * day), true);
  assert.equal(shallFetch(null, '45.4.1', 0), true);
});

test('Electron is never started as plain Node', () => {
  const env = electronEnvironment({ ELECTRON_RUN_AS_NODE: '1', HOME: '/h' }, '/tmp/ready');
  assert.deepEqual(env, { HOME: '/h', LIKENESS_READY_FILE: '/tmp/ready' });
});

/** A project whose Electron package has an installer of ours. */
function project(name: string, installer: string): string {
  const root = join(folder, name);
  const electron = join(root, 'node_modules/electron');
  mkdirSync(electron, { recursive: true });
  writeFileSync(join(electron, 'package.json'), JSON.stringify({ version: '45.4.1' }));
  writeFileSync(join(electron, 'install.js'), installer);
  return root;
}

async function mirror(): Promise<{ url: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked, close: () => server.close() };
}

test('looking for Electron downloads nothing', () => {
  const root = project('found', 'throw new Error("must not run")');
  assert.equal(findElectron(root, {}), null);
  mkdirSync(join(root, 'node_modules/electron/dist'));
  writeFileSync(join(root, 'node_modules/electron/path.txt'), 'electron');
  assert.equal(findElectron(root, {}), null, 'the name alone is not the program');
  writeFileSync(join(root, 'node_modules/electron/dist/electron'), '');
  assert.equal(findElectron(root, {}), join(root, 'node_modules/electron/dist/electron'));
  assert.equal(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: '/opt/none' }), null);
});

test('a mirror out of reach is found out before the download, and remembered', async () => {
  const closed = await mirror();
  closed.close();
  const root = project('offline', 'throw new Error("must not run")');
  const env = { ELECTRON_MIRROR: closed.url };
  const first = await fetchElectron(root, { env, say: () => {}, nowMs: 1000 });
  assert.match(String(first), /download at 127\.0\.0\.1:\d+ is out of reach$/);
  const second = await fetchElectron(root, { env, say: () => {}, nowMs: 2000 });
  assert.match(String(second), /out of reach \(tried within the last day\)$/);
});

test('a download that fails is remembered, one that works is not', async () => {
  const { url, asked, close } = await mirror();
  const env = { ELECTRON_MIRROR: url };
  const failing = project('failing', 'process.exit(3)');
  assert.equal(await fetchElectron(failing, { env, say: () => {} }), 'Electron could not be downloaded');
  const note = JSON.parse(readFileSync(join(failing, '.cache/electron.json'), 'utf8')) as { version: string };
  assert.equal(note.version, '45.4.1');
  const working = project('working', '');
  assert.equal(await fetchElectron(working, { env, say: () => {} }), null);
  assert.deepEqual(asked, ['HEAD', 'HEAD']);
  assert.throws(() => readFileSync(join(working, '.cache/electron.json')), { code: 'ENOENT' });
  close();
});
