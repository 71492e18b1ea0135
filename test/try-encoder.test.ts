import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEncoderCard } from '../models/card.ts';
import { LikenessError } from '../src-main/contract/errors.ts';
import { photosAcross, tryEncoder, type TryEncoderOptions } from '../src-main/try-encoder.ts';
import { builtInEncoder } from './encode/drawn-photos.ts';
import { addPhotos, axis, temporaryFolder, temporaryLibrary } from './store/temporary-library.ts';

const folder = temporaryFolder();
const vector = (value: Float32Array) => ({ ok: true as const, vector: value });
const sound = [vector(axis(0)), vector(axis(1)), vector(axis(2))];

/** An engine that gives these answers. */
function engineOf(answers: { readonly embed: unknown; readonly fitLikeness?: unknown }) {
  const asked: (readonly [string, unknown])[] = [];
  const engine = {
    closed: 0,
    asked,
    call: async (name: string, input: unknown) => {
      asked.push([name, input]);
      const answer = answers[name as keyof typeof answers];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: () => void engine.closed++,
  };
  return engine as typeof engine & TryEncoderOptions['engine'];
}

function encoderFolder(): string {
  const dir = mkdtempSync(join(folder, 'encoder-'));
  cpSync(join(builtInEncoder, 'encoder.json'), join(dir, 'encoder.json'));
  return dir;
}

const { signal } = new AbortController();
const attempt = (dir: string, engine: TryEncoderOptions['engine']) =>
  tryEncoder(dir, { name: 'Large', engine, photos: ['/a.jpg'], signal });

test('what was fitted on the library stands in the card; all else stays as it was', async () => {
  const dir = encoderFolder();
  const before = readEncoderCard(dir);
  const engine = engineOf({ embed: sound, fitLikeness: { bias: -9, weight: 15 } });
  await attempt(dir, engine);
  const calibration = { ...before.calibration, likeness: { bias: -9, weight: 15 } };
  assert.deepEqual(readEncoderCard(dir), { ...before, calibration });
  assert.deepEqual(engine.asked[1], ['fitLikeness', { encoder: dir, paths: ['/a.jpg'], patienceMs: 60_000 }]);
  assert.ok(engine.closed > 0 && !existsSync(join(dir, 'try.png')));
});

test('without a fit the card stays, whether there are too few photos or one stops the engine', async () => {
  for (const fitLikeness of [null, new Error('the engine died')]) {
    const dir = encoderFolder();
    await attempt(dir, engineOf({ embed: sound, fitLikeness }));
    assert.deepEqual(readEncoderCard(dir), readEncoderCard(builtInEncoder));
  }
});

test('an encoder that fails, answers no numbers, or takes every text for the same is refused', async () => {
  const failed = { ok: false, error: { code: 'unreadable-photo', message: 'No picture.', hint: '' } };
  for (const embed of [
    new LikenessError('engine-failed', 'The engine stopped.', ''),
    [failed, vector(axis(0)), vector(axis(1))],
    [vector(axis(0)), vector(axis(1)), vector(axis(1))],
    [vector(new Float32Array([Number.NaN])), vector(axis(0)), vector(axis(1))],
  ]) {
    const engine = engineOf({ embed });
    await assert.rejects(
      attempt(encoderFolder(), engine),
      (thrown) =>
        thrown instanceof LikenessError &&
        thrown.code === 'encoder-broken' &&
        thrown.message.startsWith('Large was downloaded, but does not run on this computer: '),
    );
    assert.ok(engine.closed > 0);
    assert.equal(engine.asked.length, 1);
  }
});

test('aborted, its process is ended at once', async () => {
  const stop = new AbortController();
  const engine = engineOf({ embed: new Promise(() => {}) });
  void tryEncoder(encoderFolder(), { name: 'Large', engine, photos: [], signal: stop.signal });
  while (engine.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(engine.closed, 0);
  stop.abort();
  assert.equal(engine.closed, 1);
});

test('photos to fit on are spread over the library, 120 at most', () => {
  const store = temporaryLibrary();
  assert.deepEqual(photosAcross(store), []);
  const paths = Array.from({ length: 300 }, (_, at) => `/photos/${String(at).padStart(3, '0')}.jpg`);
  addPhotos(store, '/photos', Object.fromEntries(paths.map((path) => [path, {}])));
  const some = photosAcross(store);
  assert.equal(new Set(some).size, 120);
  const places = some.map((path) => paths.indexOf(path)).sort((a, b) => a - b);
  for (const [at, place] of places.slice(1).entries()) assert.ok(place - places[at]! <= 3);
});
