/** The whole application without a window: a folder goes in, photos come out, by the same requests that a host passes on. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createApp, type App } from '../src-main/app.ts';
import type { AppEvent, CommandName } from '../src-main/contract/api.ts';
import type { IndexReport } from '../src-main/contract/jobs.ts';
import { decodeTimeline } from '../src-main/contract/timeline.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';

let dir: string;
let photos: string;
let app: App;
const revealed: string[] = [];

const native = {
  host: 'cli',
  pickFolders: async () => null,
  reveal: async (path: string) => revealed.push(path) > 0,
} as const;

/** A picture that is like no other: a coloured square on a coloured ground. */
async function paint(path: string, [ground, square]: readonly [string, string], quality = 90): Promise<void> {
  const inner = await sharp({ create: { width: 120, height: 120, channels: 3, background: square } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 320, height: 200, channels: 3, background: ground } })
    .composite([{ input: inner, left: 100, top: 40 }])
    .jpeg({ quality })
    .toFile(path);
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-app-'));
  photos = join(dir, 'photos');
  mkdirSync(join(photos, 'Beach holiday'), { recursive: true });
  await paint(join(photos, 'Beach holiday', 'sea.jpg'), ['#2255cc', '#f0e0a0']);
  await paint(join(photos, 'Beach holiday', 'sea again.jpg'), ['#2255cc', '#f0e0a0'], 60);
  await paint(join(photos, 'forest.jpg'), ['#116622', '#664411']);
  await paint(join(photos, 'night.jpg'), ['#050510', '#ffffcc']);
  copyFileSync(join(photos, 'night.jpg'), join(photos, 'night copy.jpg'));
  writeFileSync(join(photos, 'broken.jpg'), 'this is no picture');
  writeFileSync(join(photos, 'phone.heic'), 'not looked into');
  app = open();
});
after(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

function open(): App {
  return createApp({
    library: join(dir, 'library'),
    native,
    startChild: forkChild,
    built: join(dir, 'built'),
  });
}

async function post(
  name: string,
  body: unknown,
): Promise<{
  status: number;
  json: Record<string, never> & { error?: { code: string; message: string; hint: string } };
}> {
  const response = await app.fetch(
    new Request(`app://likeness/api/${name}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
  return { status: response.status, json: (await response.json()) as never };
}
const get = (path: string) => app.fetch(new Request(`app://likeness${path}`));

async function index(): Promise<IndexReport> {
  const { job } = await app.call('folders.add', { paths: [photos] });
  return app.indexed(job.id);
}

test('a folder is indexed: readable photos are added, the broken one has its reason, other kinds are counted', async () => {
  const events: AppEvent[] = [];
  const stop = app.onEvent((event) => events.push(event));
  const report = await index();
  stop();
  assert.equal(report.added, 5);
  assert.equal(report.photos, 5);
  assert.deepEqual(report.unsupported, { HEIC: 1 });
  assert.equal(report.failed.length, 1);
  assert.equal(report.failed[0]!.path, join(photos, 'broken.jpg'));
  assert.match(report.failed[0]!.reason, /holds no picture/);
  assert.ok(events.some((event) => event.type === 'indexed' && event.report.photos === 5));
});

test('the second look costs no reading: everything is unchanged', async () => {
  const report = await index();
  assert.deepEqual(
    { ...report, seconds: 0, failed: report.failed.length },
    {
      added: 0,
      updated: 0,
      unchanged: 5,
      missing: 0,
      failed: 1,
      unsupported: { HEIC: 1 },
      photos: 5,
      seconds: 0,
      photosPerSecond: 0,
    },
  );
});

test('the timeline knows every photo before a picture is loaded; equal bytes share their content', async () => {
  const timeline = decodeTimeline(await (await get('/api/timeline')).arrayBuffer());
  assert.equal(timeline.length, 5);
  assert.equal(new Set(timeline.contentId).size, 4);
  for (const aspect of timeline.aspect) assert.equal(Math.round(aspect * 100), 160);
  const later = decodeTimeline(await (await get(`/api/timeline?since=${timeline.version}`)).arrayBuffer());
  assert.equal(later.length, 0);
});

test('thumbnails and photos come as pictures; a thumbnail that was dropped is made again', async () => {
  const timeline = decodeTimeline(await (await get('/api/timeline')).arrayBuffer());
  for (const side of [256, 496]) {
    const response = await get(`/thumbnails/${timeline.contentId[0]}/${side}`);
    assert.equal(response.headers.get('content-type'), 'image/jpeg');
    assert.match(response.headers.get('cache-control')!, /immutable/);
    const { width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    assert.equal(width, Math.min(side, 320));
  }
  rmSync(join(dir, 'library', 'thumbnails'), { recursive: true });
  assert.equal((await get(`/thumbnails/${timeline.contentId[0]}/256`)).status, 200);
  assert.equal((await get(`/photos/${timeline.id[0]}`)).headers.get('content-type'), 'image/jpeg');
  for (const path of [
    '/thumbnails/999/256',
    `/thumbnails/${timeline.contentId[0]}/300`,
    '/photos/999',
    '/thumbnails/x/y',
  ])
    assert.equal((await get(path)).status, 404, path);
});

test('the most similar photo is the other one of the same scene; a copy of the bytes is a match too', async () => {
  const sea = await app.call('similar', { path: join(photos, 'Beach holiday', 'sea.jpg') });
  assert.equal(sea.results[0]!.path, join(photos, 'Beach holiday', 'sea again.jpg'));
  assert.ok(sea.results.every(({ path }) => path !== join(photos, 'Beach holiday', 'sea.jpg')));
  const night = await app.call('similar', { path: join(photos, 'night.jpg') });
  assert.equal(night.results[0]!.path, join(photos, 'night copy.jpg'));
  assert.ok(night.results[0]!.score > 0.999);
});

test('a photo from outside the library, and one that was dropped in, find their like', async () => {
  const outside = join(dir, 'outside.jpg');
  await paint(outside, ['#116622', '#664411'], 70);
  const byPath = await app.call('similar', { path: outside });
  assert.equal(byPath.results[0]!.path, join(photos, 'forest.jpg'));
  const uploaded = await app.fetch(
    new Request('app://likeness/api/upload', {
      method: 'POST',
      body: (await sharp(outside).png().toBuffer()) as never,
    }),
  );
  const { upload } = (await uploaded.json()) as { upload: string };
  const byUpload = await app.call('similar', { upload });
  assert.equal(byUpload.results[0]!.path, join(photos, 'forest.jpg'));
});

test('words of a name or folder raise a photo; the order is the same every time', async () => {
  const first = await app.call('search', { query: 'holiday' });
  const second = await app.call('search', { query: 'holiday' });
  assert.deepEqual(first.results, second.results);
  assert.deepEqual(
    first.results.slice(0, 2).map(({ path }) => path.includes('Beach holiday')),
    [true, true],
  );
  assert.equal(first.total, 5);
  assert.equal(
    first.histogram.reduce((sum, count) => sum + count, 0),
    5,
  );
});

test('a photo describes itself, in the library and outside it', async () => {
  const inside = await app.call('photo', { path: join(photos, 'night.jpg') });
  assert.deepEqual([inside.width, inside.height, inside.format, inside.state], [320, 200, 'jpeg', 'ready']);
  assert.deepEqual(inside.copies, [join(photos, 'night copy.jpg')]);
  assert.equal(inside.takenFrom, 'file');
  const outside = await app.call('photo', { path: join(dir, 'outside.jpg') });
  assert.equal(outside.id, null);
  assert.equal(outside.width, 320);
});

test('bad input is refused with a sentence and the right status', async () => {
  const cases: [CommandName | string, unknown, number, string, RegExp][] = [
    ['search', { query: '   ' }, 400, 'bad-input', /query of search is empty/],
    ['search', { query: 'a', limit: -1 }, 400, 'bad-input', /limit of search must be 1 or more/],
    ['search', 'no json', 400, 'bad-input', /not JSON/],
    ['similar', {}, 400, 'bad-input', /exactly one/],
    ['similar', { path: join(dir, 'nowhere.jpg') }, 404, 'not-found', /does not exist/],
    ['similar', { upload: '../library.db' }, 404, 'not-found', /no longer here/],
    ['similar', { photoId: 999 }, 404, 'photo-gone', /no longer in the library/],
    ['photo', { id: 999 }, 404, 'photo-gone', /no longer/],
    ['photo', { path: join(photos, 'broken.jpg') }, 200, '', /./],
    ['folders.add', { paths: [join(dir, 'nowhere')] }, 404, 'not-found', /does not exist/],
    ['folders.add', { paths: [join(photos, 'night.jpg')] }, 400, 'not-a-folder', /is not a folder/],
    ['folders.add', { paths: [`/${'long'.repeat(75)}`] }, 400, 'path-too-long', /longer than/],
    ['folders.remove', { id: 999 }, 404, 'not-found', /not in the library/],
    ['jobs.pause', { id: 999 }, 404, 'not-found', /no job 999/],
    ['nonsense', {}, 404, 'not-found', /no command/],
    ['toString', {}, 404, 'not-found', /no command/],
  ];
  for (const [name, body, status, code, message] of cases) {
    const answer = await post(name, body);
    assert.equal(answer.status, status, `${name} ${JSON.stringify(body)}: ${JSON.stringify(answer.json)}`);
    if (status === 200) continue;
    assert.equal(answer.json.error?.code, code);
    assert.match(answer.json.error!.message, message);
    assert.match(answer.json.error!.hint, /\.$/);
  }
  assert.equal((await app.call('status', {})).photos, 5);
});

test('every answer carries the guards of a page that trusts only itself', async () => {
  for (const path of ['/', '/api/timeline', '/thumbnails/1/256', '/nowhere']) {
    const { headers } = await get(path);
    assert.match(headers.get('content-security-policy')!, /default-src 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
});

test('a moved file keeps its row, a changed one is looked at again, a deleted one is missing', async () => {
  const moved = join(photos, 'Beach holiday', 'forest at last.jpg');
  const { id } = await app.call('photo', { path: join(photos, 'forest.jpg') });
  renameSync(join(photos, 'forest.jpg'), moved);
  await paint(join(photos, 'Beach holiday', 'sea again.jpg'), ['#aa1122', '#f0e0a0']);
  unlinkSync(join(photos, 'night copy.jpg'));
  const report = await index();
  assert.deepEqual([report.added, report.updated, report.unchanged, report.missing], [0, 2, 2, 1]);
  assert.equal((await app.call('photo', { path: moved })).id, id);
  const { problems } = await app.call('problems', {});
  assert.deepEqual(problems.map(({ kind }) => kind).sort(), ['failed', 'missing', 'unsupported']);
});

test('a photo that was mended is read when it is tried again', async () => {
  await paint(join(photos, 'broken.jpg'), ['#999999', '#333333']);
  const { job } = await app.call('problems.retry', {});
  const report = await app.indexed(job.id);
  assert.equal(report.failed.length, 0);
});

test('a second program on the same library is refused; the first one goes on', async () => {
  const script = join(import.meta.dirname, '../scripts/likeness.mjs');
  let answer = '';
  try {
    execFileSync(process.execPath, [script, '--library', join(dir, 'library'), '--json', 'status'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (thrown) {
    answer = String((thrown as { stdout: string }).stdout);
  }
  assert.equal((JSON.parse(answer) as { error: { code: string } }).error.code, 'library-in-use');
  assert.ok((await app.call('status', {})).photos > 0);
});

test(
  'a folder that may not be read is refused by name',
  { skip: process.getuid?.() === 0 ? 'root may read everything' : false },
  async () => {
    const closed = join(dir, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0);
    assert.equal((await post('folders.add', { paths: [closed] })).json.error?.code, 'no-permission');
  },
);

test('a removed folder takes its photos out of the library and leaves the files alone', async () => {
  const [folder] = (await app.call('status', {})).folders;
  assert.deepEqual(await app.call('folders.remove', { id: folder!.id }), { removed: true });
  const status = await app.call('status', {});
  assert.equal(status.photos, 0);
  assert.ok(existsSync(join(photos, 'night.jpg')));
  const made = () =>
    readdirSync(join(dir, 'library', 'thumbnails'), { recursive: true }).filter((name) =>
      String(name).endsWith('.jpg'),
    );
  for (const untilMs = Date.now() + 10_000; made().length > 0 && Date.now() < untilMs;)
    await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual(made(), []);
  assert.equal((await app.call('search', { query: 'night' })).total, 0);
});
