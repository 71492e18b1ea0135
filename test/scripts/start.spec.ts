/** `npm start` as a program: what it refuses, the web host it ends in, and what it makes of an Electron that fails. */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import type { Status } from '../../src-main/contract/api.ts';
import { runElectron } from '../../scripts/start-likeness.ts';

const script = join(import.meta.dirname, '../../scripts/start.mjs');
const folder = mkdtempSync(join(tmpdir(), 'likeness-start-'));
const library = join(folder, 'library');
const pictures = join(folder, 'Bilder — 写真');
mkdirSync(pictures);
await sharp({ create: { width: 90, height: 60, channels: 3, background: '#a50' } })
  .jpeg()
  .toFile(join(pictures, 'a.jpg'));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(args: readonly string[]): {
  child: ChildProcess;
  ended: Promise<number | null>;
  stderr: Promise<string>;
  line: Promise<string>;
} {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const line = new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', () => resolve(''));
  });
  return {
    child,
    line,
    stderr: text(child.stderr),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}

test('a folder that is not there, or is none, is refused before anything opens', async () => {
  for (const [args, code, words] of [
    [[join(folder, 'nope')], 1, /does not exist\. Check the path/],
    [[join(pictures, 'a.jpg')], 1, /is not a folder/],
    [['--wbe'], 2, /Unknown option '--wbe'/],
  ] as const) {
    const { ended, stderr } = start(args);
    assert.equal(await ended, code);
    assert.match(await stderr, words);
  }
});

test('--web serves the window, indexes the folder, and ends cleanly', async () => {
  const { child, line, ended } = start(['--web', '--no-open', '--json', '--library', library, pictures]);
  const { host, address } = JSON.parse(await line) as { host: string; address: string };
  assert.equal(host, 'web');
  const launch = await fetch(address);
  const cookie = launch.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await fetch(new URL('/', address), { headers: { cookie } });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<div id="app">/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);

  const status = async () => {
    const response = await fetch(new URL('/api/status', address), {
      method: 'POST',
      body: '{}',
      headers: { cookie },
    });
    return (await response.json()) as Status;
  };
  const waitUntilMs = Date.now() + 60_000;
  let now = await status();
  while (now.encoded < 1 && Date.now() < waitUntilMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await status();
  }
  assert.deepEqual([now.encoded, now.folders[0]?.path, now.library], [1, pictures, library]);

  const second = start(['--web', '--no-open', '--library', library]);
  assert.equal(await second.ended, 1);
  assert.match(await second.stderr, /This library is open in another Likeness \(process \d+\)\./);

  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});

const skip = process.platform === 'win32' ? 'the stand-ins are shell scripts' : false;
const asked = { folders: [pictures], library, web: false, open: true, json: false, port: 0, help: false };

function electron(name: string, lines: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

test(
  'an Electron that ends before it has shown a window is a reason to use the browser',
  { skip },
  async () => {
    assert.equal(
      await runElectron(electron('fails', 'exit 127'), asked),
      'Electron ended before it had shown one (127)',
    );
    assert.match(String(await runElectron(electron('killed', 'kill -TRAP $$'), asked)), /\(SIGTRAP\)$/);
    assert.match(String(await runElectron(join(folder, 'not-there'), asked)), /ENOENT/);
  },
);

test('a Ctrl+C before the window is no reason to use the browser', { skip }, async () => {
  const slow = electron('slow', 'trap "exit 9" TERM; while :; do sleep 0.05; done');
  const ended = runElectron(slow, asked);
  process.emit('SIGINT');
  assert.equal(await ended, 0);
});

test('an Electron that has shown its window decides the exit code', { skip }, async () => {
  const seen = join(folder, 'seen');
  const shows = electron('shows', `printf '%s\\n' "$@" > '${seen}'; : > "$LIKENESS_READY_FILE"; exit 3`);
  assert.equal(await runElectron(shows, asked), 3);
  const { stdout } = await new Promise<{ stdout: string }>((resolve) =>
    execFile('cat', [seen], (_error, stdout) => resolve({ stdout })),
  );
  const args = stdout.trimEnd().split('\n');
  assert.deepEqual(args.slice(1), ['--library', library, pictures]);
});
