import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '../../../src-main/app.ts';
import type { AppEvent, Encoder } from '../../../src-main/contract/api.ts';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import { job, likeness } from './stand-ins.ts';

const tiny: Encoder = {
  id: 'tiny',
  name: 'Tiny',
  licence: 'Apache-2.0',
  bytes: 9_229_546,
  installed: true,
  active: true,
  recommended: false,
  from: null,
  download: null,
};
const offered: Encoder = {
  ...tiny,
  id: 'large-0123abcd',
  name: 'Large',
  licence: 'MIT',
  bytes: 503_840_830,
  installed: false,
  active: false,
  recommended: true,
  from: 'huggingface.co',
};
const plain = ({ id, name, licence, bytes, installed, active }: Encoder) => ({
  id,
  name,
  licence,
  bytes,
  installed,
  active,
});
const faces: Encoder = { ...tiny, id: 'faces', name: 'Faces, built in' };
const answers = { 'models.list': { models: [tiny, offered], faces: [faces] } };
const download = {
  state: 'downloading',
  doneBytes: 120_000_000,
  totalBytes: 503_840_830,
  bytesPerSecond: 8_000_000,
  secondsLeft: 48,
  failure: null,
} as const;

/** An application that tells one event as soon as it is listened to. */
const telling = (event: AppEvent): Partial<App> => ({
  onEvent: (listener) => {
    listener(event);
    return () => {};
  },
});

test('models list names those that can be had, and answers what every command about encoders does', async () => {
  const { stdout } = await likeness(['models', 'list'], { answers });
  assert.match(stdout, /large-0123abcd {2}Large {2}MIT +504 MB {2}not installed, recommended/);
  const json = await likeness(['--json', 'models', 'list'], { answers });
  assert.deepEqual(JSON.parse(json.stdout), { models: [plain(tiny), plain(offered)], faces: [plain(faces)] });
});

test('models verify looks at installed ones alone', async () => {
  const { code, stdout } = await likeness(['--json', 'models', 'verify'], { answers });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    models: [{ ...plain(tiny), ok: true, details: [] }],
    faces: [{ ...plain(faces), ok: true, details: [] }],
  });
});

test('models install says what comes from where, shows how far it is, and answers the encoders', async () => {
  const event = { type: 'models', models: [{ ...offered, download }], faces: [] } as const;
  for (const id of ['large', 'large-0123abcd']) {
    const { stdout, stderr, asked } = await likeness(['--json', 'models', 'install', id], {
      answers,
      tty: true,
      app: telling(event),
    });
    assert.match(stderr, /Large, MIT: 504 MB from huggingface\.co\./);
    assert.match(stderr, /Downloading: 120 MB of 504 MB \(8 MB\/s, 48 s left\)/);
    assert.deepEqual(asked[2], ['models.install', { id }]);
    assert.deepEqual(JSON.parse(stdout), { models: [plain(tiny), plain(offered)], faces: [plain(faces)] });
  }
});

test('what an installation failed of is the answer', async () => {
  const failure = new LikenessError(
    'no-network',
    'huggingface.co cannot be reached.',
    'Check your connection.',
  );
  const { code, stdout } = await likeness(['--json', 'models', 'install', 'large'], {
    answers,
    app: { installed: () => Promise.reject(failure) },
  });
  assert.equal(code, 1);
  assert.deepEqual(JSON.parse(stdout), { error: failure.toData() });
});

test('Ctrl+C stops the download', async () => {
  const stop = new AbortController();
  const { promise, reject } = Promise.withResolvers<void>();
  const ended = likeness(['--json', 'models', 'install', 'large'], {
    answers,
    signal: stop.signal,
    app: { installed: () => promise, onEvent: () => (stop.abort(), () => {}) },
  });
  setTimeout(() => reject(new LikenessError('cancelled', 'It was stopped.', 'Again.')), 20);
  const { code, asked } = await ended;
  assert.equal(code, 1);
  assert.ok(
    asked.some(([name]) => name === 'models.cancel'),
    JSON.stringify(asked),
  );
});

test('models use waits until every photo was looked at', async () => {
  const running = { ...job, kind: 'apply', done: 12, total: 94 } as const;
  const { stderr, asked, code } = await likeness(['models', 'use', 'large'], {
    tty: true,
    answers: { ...answers, 'models.use': { job: running } },
    app: telling({ type: 'jobs', jobs: [running] }),
  });
  assert.equal(code, 0);
  assert.match(stderr, /Looking at photos with the new encoder: 12 of 94/);
  assert.deepEqual(asked[1], ['models.use', { id: 'large' }]);
});

test('models use of the one in use answers at once', async () => {
  const given = {
    answers: { ...answers, 'models.use': { job: null } },
    app: { ended: () => Promise.reject(new Error('there is nothing to wait for')) },
  };
  assert.equal((await likeness(['models', 'use', 'tiny'], given)).code, 0);
});

test('Ctrl+C during the preparation says what is kept', async () => {
  const stop = new AbortController();
  const ended = likeness(['--json', 'models', 'use', 'large'], {
    answers: { ...answers, 'models.use': { job } },
    signal: stop.signal,
    app: { ended: () => new Promise(() => {}) },
  });
  setTimeout(() => stop.abort(), 20);
  const { code, stdout } = await ended;
  assert.equal(code, 1);
  assert.match(stdout, /the encoder in use stays/);
});
