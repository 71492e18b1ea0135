import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Encoder, EncoderDownload, Models } from '../../src-main/contract/api.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { Job } from '../../src-main/contract/jobs.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { applying, Encoders } = await import('../../src-renderer/state/encoders.svelte.ts');

const builtIn: Encoder = {
  id: 'built-in-12345678',
  name: 'Built-in',
  licence: 'Apache-2.0',
  bytes: 25_000_000,
  installed: true,
  active: true,
  recommended: false,
  from: null,
  download: null,
};
const large: Encoder = {
  ...builtIn,
  id: 'large-12345678',
  installed: false,
  active: false,
  recommended: true,
  from: 'huggingface.co',
};
const small: Encoder = { ...large, id: 'small-12345678', recommended: false };
const holding = (...models: Encoder[]) => {
  const encoders = new Encoders(fakeClient({}));
  encoders.take({ models, faces: [] });
  return encoders;
};

test('the recommended encoder is offered until one from the catalog finds photos', () => {
  assert.equal(new Encoders(fakeClient({})).offer, null);
  assert.equal(holding(builtIn, large, small).offer?.id, large.id);
  assert.equal(holding(builtIn, { ...large, installed: true }).offer?.id, large.id, 'it is not in use yet');
  assert.equal(
    holding({ ...builtIn, active: false }, { ...large, installed: true, active: true }).offer,
    null,
  );
  assert.equal(holding(builtIn, large, { ...small, installed: true }).offer, null);
  assert.equal(holding(builtIn).offer, null);
});

test('an answer that is older than an event is not taken over', async () => {
  const { promise, resolve } = Promise.withResolvers<Models>();
  const encoders = new Encoders(fakeClient({ 'models.list': () => promise }));
  const loading = encoders.load();
  encoders.take({ models: [builtIn, large], faces: [] });
  resolve({ models: [builtIn], faces: [] });
  await loading;
  assert.equal(encoders.all?.length, 2);
});

test('a download that failed before its start was answered stays failed', async () => {
  const { promise, resolve } = Promise.withResolvers<Models>();
  const encoders = new Encoders(fakeClient({ 'models.install': () => promise }));
  encoders.take({ models: [builtIn, { ...large, name: 'as offered' }], faces: [] });
  const starting = encoders.install(large.id);
  encoders.take({ models: [builtIn, { ...large, name: 'as failed' }], faces: [] });
  resolve({ models: [builtIn, { ...large, name: 'as begun' }], faces: [] });
  await starting;
  assert.equal(encoders.all?.[1]?.name, 'as failed');
});

test('a list that cannot be read says so, until it can', async () => {
  let fails = true;
  const refusal = new LikenessError('internal', 'Likeness does not answer.', 'Start it again.');
  const encoders = new Encoders(
    fakeClient({
      'models.list': async () => {
        if (fails) throw refusal;
        return { models: [builtIn], faces: [] };
      },
    }),
  );
  await encoders.load();
  assert.deepEqual(encoders.failure, { message: refusal.message, hint: refusal.hint });
  fails = false;
  await encoders.load();
  assert.deepEqual([encoders.failure, encoders.all], [null, [builtIn]]);
});

test('the time left does not waver with every reading', () => {
  const download: EncoderDownload = {
    state: 'downloading',
    doneBytes: 1,
    totalBytes: 10,
    bytesPerSecond: 1,
    secondsLeft: 100,
    failure: null,
  };
  const encoders = holding({ ...large, download });
  encoders.take({ models: [{ ...large, download: { ...download, secondsLeft: 1000 } }], faces: [] });
  assert.ok(encoders.all![0]!.download!.secondsLeft! <= 120);
});

test('the job that prepares an encoder is found while it is open', () => {
  const job = { id: 1, kind: 'apply', encoder: large.id, state: 'running' } as Job;
  assert.equal(applying([job], large.id), job);
  assert.equal(applying([{ ...job, state: 'done' }], large.id), null);
  assert.equal(applying([job], small.id), null);
  assert.equal(applying([{ ...job, kind: 'index' }], large.id), null);
});
