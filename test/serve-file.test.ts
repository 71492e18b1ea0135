import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { fileResponse, insidePath, sendFile, typeOf } from '../src-main/serve-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-files-'));
const root = join(folder, 'dist');
mkdirSync(join(root, 'assets'), { recursive: true });
mkdirSync(join(root, 'empty'));
const secret = 'the secret beside the window';
writeFileSync(join(folder, 'secret.txt'), secret);
writeFileSync(join(root, 'index.html'), '<h1>window</h1>');
writeFileSync(join(root, 'assets/index-B3f_9zQ1.js'), 'export {};');
writeFileSync(join(root, 'a name.txt'), 'spaced');
writeFileSync(join(root, 'nothing.txt'), '');
writeFileSync(join(root, 'big.bin'), Buffer.alloc(600_000, 7));
symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
symlinkSync(folder, join(root, 'up'));
after(() => rmSync(folder, { recursive: true }));

const get = (pathname: string, headers: Record<string, string> = {}, method = 'GET') =>
  fileResponse(root, pathname, new Request('http://127.0.0.1/', { method, headers }));

test('the root is index.html, asked for anew each time', async () => {
  const response = await get('/');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'no-cache');
  assert.equal(await response.text(), '<h1>window</h1>');
});

test('a file named after its content is kept for good', async () => {
  const response = await get('/assets/index-B3f_9zQ1.js');
  assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
});

test('percent-encoded names are decoded once', async () => {
  assert.equal(await (await get('/a%20name.txt')).text(), 'spaced');
  assert.equal((await get('/a%2520name.txt')).status, 404);
});

test('what is not there is a 404, a folder without index.html too', async () => {
  for (const path of ['/nope', '/assets', '/empty/', '/index.html/x', '/%ff', '/%00'])
    assert.equal((await get(path)).status, 404, path);
});

test('paths that leave the root are a 404, links out of it as well', async () => {
  const paths = [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/../../secret.txt',
    '//secret.txt',
    '/c:/secret.txt',
    '/link.txt',
    '/up/secret.txt',
    `${folder}/secret.txt`,
  ];
  for (const path of paths) assert.equal((await get(path)).status, 404, path);
});

test('no path whatever leaves the root', async () => {
  const part = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2E.',
      '..%2f',
      '..%5c',
      '\\',
      '/',
      '%2f',
      'up',
      'link.txt',
      'assets',
    ),
    fc.constantFrom('secret.txt', 'index.html', '%00', '%252e%252e', 'C:', '~', ''),
    fc.string({ maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), fc.constantFrom('/', ''), async (parts, slash) => {
      const response = await get(`/${parts.join(slash)}`);
      assert.ok([200, 404].includes(response.status));
      assert.ok(!(await response.text()).includes(secret));
    }),
    { numRuns: 1500 },
  );
});

test('an inside path never holds a step up, a drive or a backslash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const inside = insidePath(text);
      if (inside === null) return;
      assert.ok(!inside.startsWith('/') && !/[\\:\0]/.test(inside));
      assert.ok(inside.split('/').every((name) => name !== '..' && name !== '.'));
    }),
    { numRuns: 2000 },
  );
});

test('one byte range answers 206 with exactly those bytes', async () => {
  const cases: [range: string, status: number, length: number, contentRange: string | null][] = [
    ['bytes=0-9', 206, 10, 'bytes 0-9/600000'],
    ['bytes=599990-', 206, 10, 'bytes 599990-599999/600000'],
    ['bytes=-5', 206, 5, 'bytes 599995-599999/600000'],
    ['bytes=0-9999999', 206, 600_000, 'bytes 0-599999/600000'],
    ['bytes=600000-', 416, 0, 'bytes */600000'],
    ['bytes=-0', 416, 0, 'bytes */600000'],
    ['bytes=9-1', 200, 600_000, null],
    ['bytes=0-1,4-5', 200, 600_000, null],
    ['photos=1-2', 200, 600_000, null],
  ];
  for (const [range, status, length, contentRange] of cases) {
    const response = await get('/big.bin', { range });
    assert.equal(response.status, status, range);
    assert.equal(response.headers.get('content-range'), contentRange, range);
    assert.equal((await response.arrayBuffer()).byteLength, length, range);
  }
});

test('ranges cut a file exactly as slice does', async () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256));
  const path = join(root, 'count.bin');
  writeFileSync(path, bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(320), fc.nat(320), async (start, end) => {
      const request = new Request('http://x/', { headers: { range: `bytes=${start}-${end}` } });
      const response = await sendFile(path, request, { cache: 'no-store' });
      if (end < start) return assert.equal(response.status, 200);
      if (start >= bytes.length) return assert.equal(response.status, 416);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes.subarray(start, end + 1));
    }),
    { numRuns: 200 },
  );
});

test('an unchanged file is not sent twice, and a range of a changed one is not mixed with the old', async () => {
  const etag = (await get('/big.bin')).headers.get('etag')!;
  assert.equal((await get('/big.bin', { 'if-none-match': etag })).status, 304);
  assert.equal((await get('/big.bin', { range: 'bytes=0-1', 'if-range': etag })).status, 206);
  assert.equal((await get('/big.bin', { range: 'bytes=0-1', 'if-range': '"older"' })).status, 200);
});

test('HEAD tells the length and sends nothing; other methods are refused', async () => {
  const head = await get('/big.bin', {}, 'HEAD');
  assert.equal(head.headers.get('content-length'), '600000');
  assert.equal((await head.arrayBuffer()).byteLength, 0);
  assert.equal((await get('/big.bin', {}, 'POST')).status, 405);
});

test('an empty file is sent as such', async () => {
  const response = await get('/nothing.txt');
  assert.deepEqual([response.status, await response.text()], [200, '']);
});

test('an unknown kind of file is bytes, never something a browser would run', () => {
  assert.equal(typeOf('/x/photo.JPG'), 'image/jpeg');
  assert.equal(typeOf('/x/script.xhtml'), 'application/octet-stream');
});
