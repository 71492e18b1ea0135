import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { serve } from '../../../src-main/hosts/web/serve.ts';

/** A stand-in application that tells what it was asked. */
const aborted: string[] = [];
let events: ReadableStreamDefaultController<Uint8Array> | undefined;
const text = new TextEncoder();

async function application(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  request.signal.addEventListener('abort', () => aborted.push(pathname));
  if (pathname === '/api/events') {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        events = controller;
      },
      cancel: () => {
        aborted.push('stream cancelled');
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }
  if (pathname === '/api/large') {
    const chunk = new Uint8Array(64 * 1024).fill(5);
    let left = 32;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    });
    return new Response(body, { headers: { 'content-length': String(32 * chunk.length) } });
  }
  if (pathname === '/api/fault') throw new Error('a fault');
  if (pathname === '/api/refuse') {
    await request.body?.cancel();
    return new Response('too large', { status: 413 });
  }
  if (pathname === '/api/slow') await delay(400);
  return Response.json({ url: request.url, method: request.method, body: await request.text() });
}

const served = await serve(application);
after(() => served.close());
const own = `127.0.0.1:${served.port}`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: served.port,
      path,
      method,
      headers: { host: own, ...headers },
    };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}

const launchPath = () => served.launchAddress().slice(`http://${own}`.length);
const launch = await ask(launchPath());
const cookie = launch.headers['set-cookie']?.[0]?.split(';')[0] ?? '';

test('the launch address gives a cookie bound to the port, by 200 and a refresh', () => {
  assert.equal(launch.status, 200);
  const header = launch.headers['set-cookie']?.[0] ?? '';
  assert.match(header, new RegExp(`^likeness${served.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
  assert.match(launch.body, /http-equiv="refresh" content="0; url=\/"/);
  assert.equal(launch.headers['cache-control'], 'no-store');
  assert.equal(launch.headers['referrer-policy'], 'no-referrer');
});

test('a browser that holds the cookie reaches the application', async () => {
  const answer = await ask('/api/status?x=1', { cookie: `other=1; ${cookie}` });
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body), { url: `http://${own}/api/status?x=1`, method: 'GET', body: '' });
});

test('a launch address works once; opened again by the same browser it just goes on', async () => {
  const path = launchPath();
  assert.equal((await ask(path)).status, 200);
  const again = await ask(path);
  assert.equal(again.status, 401);
  assert.match(again.body, /<h1>This address has been used already/);
  assert.equal((await ask(path, { cookie })).status, 200);
});

test('opening another address does not use up the first', async () => {
  const [first, second] = [launchPath(), launchPath()];
  assert.equal((await ask(second)).status, 200);
  assert.equal((await ask('/launch?token=guess')).status, 401);
  assert.equal((await ask(first)).status, 200);
});

test('the launch address may be opened from another page, as a forwarding file is', async () => {
  assert.equal((await ask(launchPath(), { 'sec-fetch-site': 'cross-site' })).status, 200);
  assert.equal((await ask(launchPath(), {}, 'POST')).status, 401);
});

test('without a cookie, or with a wrong one: 401, a page for people and JSON for programs', async () => {
  const wrong = `likeness${served.port}=${'A'.repeat(43)}`;
  const otherPort = cookie.replace(/^likeness\d+/, 'likeness1');
  for (const header of ['', wrong, otherPort, `${cookie}x`, cookie.slice(0, -1)])
    assert.equal((await ask('/', header ? { cookie: header } : {})).status, 401, header);
  const page = await ask('/');
  assert.match(page.headers['content-type'] ?? '', /^text\/html/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  const { error } = JSON.parse((await ask('/api/status')).body) as { error: { code: string; hint: string } };
  assert.equal(error.code, 'forbidden');
  assert.match(error.hint, /Press Enter/);
});

test('a Host that is not ours is 421, whatever else the request holds', async () => {
  for (const host of [
    'localhost',
    `localhost:${served.port}`,
    'evil.example',
    '127.0.0.1',
    `127.0.0.1:1`,
    `${own}.`,
  ])
    assert.equal((await ask('/', { host, cookie })).status, 421, host);
});

test('an Origin that is not ours is 403', async () => {
  for (const origin of ['http://evil.example', 'null', `https://${own}`, `http://localhost:${served.port}`])
    assert.equal((await ask('/api/status', { origin, cookie })).status, 403, origin);
  assert.equal((await ask('/api/status', { origin: `http://${own}`, cookie })).status, 200);
});

test('a request that another site began is 403', async () => {
  for (const site of ['cross-site', 'same-site', 'nonsense'])
    assert.equal((await ask('/', { 'sec-fetch-site': site, cookie })).status, 403, site);
  for (const site of ['same-origin', 'none'])
    assert.equal((await ask('/', { 'sec-fetch-site': site, cookie })).status, 200, site);
});

test('no request without the cookie reaches the application, whatever its path and headers', async () => {
  const headers = fc.record(
    {
      origin: fc.constantFrom(`http://${own}`, 'null', 'http://evil.example'),
      'sec-fetch-site': fc.constantFrom('same-origin', 'none', 'cross-site'),
      cookie: fc.stringMatching(/^(likeness\d{0,5}=[\w-]{0,43}(; )?){0,3}$/),
    },
    { requiredKeys: [] },
  );
  const path = fc.stringMatching(/^\/[\w/.%?=&-]{0,30}$/);
  await fc.assert(
    fc.asyncProperty(path, headers, fc.constantFrom('GET', 'POST', 'HEAD'), async (target, sent, method) => {
      const { status } = await ask(target, sent, method);
      assert.ok([401, 403].includes(status), `${method} ${target} gave ${status}`);
    }),
    { numRuns: 300 },
  );
});

test('an absolute or empty request target never becomes another address', async () => {
  const wire = (line: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(served.port, '127.0.0.1', () =>
        socket.end(`${line}\r\nHost: ${own}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`),
      );
      let got = '';
      socket.on('data', (chunk) => (got += chunk.toString()));
      socket.once('close', () => resolve(got));
      socket.once('error', reject);
    });
  for (const line of [
    'GET http://evil.example/api HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET //evil.example/x HTTP/1.1',
  ]) {
    const { url } = JSON.parse((await wire(line)).split('\r\n\r\n')[1] ?? '') as { url: string };
    assert.equal(new URL(url).host, own, line);
  }
});

test('a body goes in and comes back unchanged', async () => {
  const body = Buffer.alloc(3_000_000, 'likeness ');
  const answer = await ask('/api/echo', { cookie }, 'POST', body);
  assert.equal((JSON.parse(answer.body) as { body: string }).body, body.toString());
  assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.body)));
});

test('a refusal reaches a client that is still sending', async () => {
  const answer = await ask('/api/refuse', { cookie }, 'POST', Buffer.alloc(5_000_000));
  assert.deepEqual([answer.status, answer.body], [413, 'too large']);
});

test('a large body is streamed whole', async () => {
  const answer = await ask('/api/large', { cookie });
  assert.equal(answer.body.length, 32 * 64 * 1024);
});

test('HEAD sends the headers alone', async () => {
  const answer = await ask('/api/large', { cookie }, 'HEAD');
  assert.deepEqual([answer.status, answer.body], [200, '']);
  assert.equal(answer.headers['content-length'], String(32 * 64 * 1024));
});

test('a fault of the application is a 500 and the server lives on', async () => {
  assert.equal((await ask('/api/fault', { cookie })).status, 500);
  assert.equal((await ask('/', { cookie })).status, 200);
});

test('events arrive one by one as they happen, and a window that closes ends its stream', async () => {
  const abort = new AbortController();
  const response = await fetch(`http://${own}/api/events`, { headers: { cookie }, signal: abort.signal });
  // The headers came before the first event: EventSource fires `open` now.
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (const word of ['one', 'two', 'three']) {
    events!.enqueue(text.encode(`data: ${word}\n\n`));
    assert.deepEqual(await reader.read(), { done: false, value: `data: ${word}\n\n` });
  }
  abort.abort();
  for (let i = 0; i < 100 && !aborted.includes('stream cancelled'); i++) await delay(10);
  assert.ok(aborted.includes('stream cancelled') && aborted.includes('/api/events'));
});

test('closing ends open event streams instead of waiting for them', async () => {
  const other = await serve(application);
  const token = new URL(other.launchAddress());
  const first = await fetch(token);
  const own = first.headers.getSetCookie()[0]!.split(';')[0]!;
  const stream = await fetch(`${other.origin}/api/events`, { headers: { cookie: own } });
  const ended = stream.text().catch(() => 'cut');
  await other.close();
  assert.equal(await ended, 'cut');
  await assert.rejects(fetch(other.origin));
});

test('a port that is taken is the system’s own error', async () => {
  await assert.rejects(serve(application, { port: served.port }), { code: 'EADDRINUSE' });
});
