/**
 * electron-builder on a hollow Electron: the real one is fetched from outside, but all that is ours (what goes into the archive,
 * what is unpacked beside it, the fuses) can be checked on files of the same names with nothing in them.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { drawPictures } from './training/drawn-pictures.ts';

const root = join(import.meta.dirname, '..');
const skip =
  process.platform !== 'linux'
    ? 'the hollow Electron is a Linux one'
    : existsSync(join(root, 'dist-main/main.mjs'))
      ? false
      : 'not built: npm run build';

const folder = mkdtempSync(join(tmpdir(), 'likeness-package-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const hollow = join(folder, 'electron');
const output = join(folder, 'release');
const resources = join(output, 'linux-unpacked/resources');
const archive = join(resources, 'app.asar');
const unpacked = join(folder, 'unpacked');

/** Before the fuses in every Electron binary; @electron/fuses looks for it. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

function makeHollowElectron(): void {
  mkdirSync(join(hollow, 'locales'), { recursive: true });
  mkdirSync(join(hollow, 'resources'));
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  writeFileSync(join(hollow, 'version'), version);
  for (const name of [
    'LICENSE',
    'LICENSES.chromium.html',
    'locales/en-US.pak',
    'chrome_100_percent.pak',
    'resources.pak',
    'icudtl.dat',
  ])
    writeFileSync(join(hollow, name), '');
  // Version 1, nine fuses, all as Electron ships them: 1 on, 0 off.
  const fuses = Buffer.concat([Buffer.from(fuseSentinel), Buffer.from([1, 9]), Buffer.from('101001011')]);
  writeFileSync(join(hollow, 'electron'), Buffer.concat([Buffer.alloc(4096), fuses, Buffer.alloc(4096)]), {
    mode: 0o755,
  });
}

if (!skip) {
  makeHollowElectron();
  const builder = join(root, 'node_modules/electron-builder/cli.js');
  const options = [`-c.electronDist=${hollow}`, `-c.directories.output=${output}`];
  await promisify(execFile)(process.execPath, [builder, '--linux', 'dir', '--publish', 'never', ...options], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  extractAll(archive, unpacked);
}
const names = skip ? [] : listPackage(archive, { isPack: false });
const has = (pattern: RegExp) => names.some((name) => pattern.test(name));

test(
  'the archive holds the window, the desktop host, the engine, the trainer and the encoder',
  { skip },
  () => {
    for (const name of [
      '/dist/index.html',
      '/dist-main/main.mjs',
      '/dist-main/engine.mjs',
      '/dist-main/trainer.mjs',
      '/dist-main/probe-child.mjs',
      '/dist-main/preload.cjs',
    ])
      assert.ok(names.includes(name), name);
    assert.ok(names.includes('/models/built-in/encoder.json'));
    const { main } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as { main: string };
    assert.ok(names.includes(`/${main}`), main);
  },
);

test('nothing goes along that is not needed', { skip }, () => {
  for (const pattern of [
    /\/node_modules\/node-(linux|win)-/,
    /\/node_modules\/electron\//,
    /\/node_modules\/(vite|svelte|typescript|playwright-core|electron-builder)\//,
    /\/node_modules\/(@tensorflow|@mapbox|core-js|google-protobuf|yargs|chalk|rimraf)\//,
    /^\/(src-main|src-renderer|test|bench|docs|shared|\.cache)\//,
    /\.map$/,
    /better-sqlite3\/(deps|src)\//,
    process.arch === 'x64'
      ? /napi-v6\/(win32|darwin|linux\/arm64)\//
      : /napi-v6\/(win32|darwin|linux\/x64)\//,
    /prebuilds\/(win32|darwin|linuxmusl)-/,
  ])
    assert.ok(!has(pattern), String(pattern));
  const bytes = statSync(archive).size + folderBytes(`${archive}.unpacked`);
  assert.ok(bytes < 200e6, `${Math.round(bytes / 1e6)} MB without Electron`);
});

test('what the system loads by its path lies beside the archive', { skip }, () => {
  const natives = names.filter((name) => /\.(node|dll|dylib|so)(\.[\d.]+)?$/.test(name));
  assert.ok(natives.length >= 5, natives.join());
  for (const name of natives) assert.ok(existsSync(join(`${archive}.unpacked`, name)), name);
  for (const path of globSync('models/built-in/*', { cwd: root }))
    assert.ok(existsSync(join(`${archive}.unpacked`, path)), basename(path));
});

test('every package that the program asks for loads from the package', { skip }, () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const require = createRequire(join(unpacked, 'package.json'));
  for (const name of Object.keys(dependencies)) {
    assert.ok(require.resolve(name).startsWith(unpacked), name);
    execFileSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(name)})`], {
      cwd: unpacked,
    });
  }
});

test('the packaged engine decodes and encodes a photo', { skip }, () => {
  const script = `
    import { fork } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import sharp from 'sharp';
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#08f' } }).png().toFile('photo.png');
    const engine = fork('dist-main/engine.mjs', [], { serialization: 'advanced', execArgv: [] });
    engine.send({ type: 'start', start: { role: 'looking', library: '.', threads: 1, decodes: 1 } });
    engine.send({ type: 'call', id: 1, name: 'embed', input: { encoder: 'models/built-in', output: 'embedding', paths: ['photo.png'] } });
    engine.on('message', (message) => {
      if (message.type === 'error') throw new Error(message.error.message);
      if (message.type !== 'result') return;
      const [{ vector }] = message.output;
      process.stdout.write(String(vector.reduce((sum, x) => sum + x * x, 0)));
      engine.kill();
    });`;
  const length = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: unpacked,
    encoding: 'utf8',
  });
  assert.ok(Math.abs(Number(length) - 1) < 1e-3, `the vector’s squared length is ${length}`);
});

test('the packaged trainer trains', { skip }, async () => {
  await drawPictures(join(unpacked, 'pictures'), 12);
  const script = `
    import { fork } from 'node:child_process';
    const trainer = fork('dist-main/trainer.mjs', [], { serialization: 'advanced', execArgv: [] });
    const chosen = { method: 'simclr', engine: 'cpu', preset: 'smoke', seed: 0, kind: 'photos', threads: 1 };
    const left = { captions: null, epochs: null, net: null, side: null, batch: 8, micro: null, rate: null };
    const request = { ...chosen, ...left, data: 'pictures', out: 'run' };
    trainer.send({ kind: 'task', task: { kind: 'train', request } });
    trainer.on('message', (report) => {
      if (report.kind === 'failed') throw new Error(report.error.message);
      if (report.kind === 'trained') process.stdout.write(String(report.result.steps));
    });`;
  const steps = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: unpacked,
    encoding: 'utf8',
  });
  assert.ok(Number(steps) > 0, steps);
});

test('the fuses are set: no plain Node, no inspector, only our own verified archive', { skip }, async () => {
  const wire = await getCurrentFuseWire(join(output, 'linux-unpacked/likeness'));
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ];
  const on = [
    FuseV1Options.EnableCookieEncryption,
    FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    FuseV1Options.OnlyLoadAppFromAsar,
  ];
  for (const fuse of off) assert.equal(wire[fuse], FuseState.DISABLE, FuseV1Options[fuse]);
  for (const fuse of on) assert.equal(wire[fuse], FuseState.ENABLE, FuseV1Options[fuse]);
});

function folderBytes(path: string): number {
  return globSync('**/*', { cwd: path }).reduce((sum, name) => {
    const found = statSync(join(path, name));
    return sum + (found.isFile() ? found.size : 0);
  }, 0);
}
