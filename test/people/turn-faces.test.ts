import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupedFace } from '../../src-main/contract/people.ts';
import { openSession } from '../../src-main/encode/session.ts';
import { turnFaces } from '../../src-main/people/turn-faces.ts';
import { openLibraryReader } from '../../src-main/store/open.ts';
import { adapterModel } from '../../training/adapt/adapter-model.ts';
import { Random } from '../../training/random.ts';
import { model } from './faces.ts';
import { temporaryLibrary } from '../store/temporary-library.ts';

const dim = 128;
const hidden = 64;
const random = new Random(1, 'head');
const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal() / 8);
/** Changes something, and as much for each face. */
const values = {
  'into.weight': draw(dim * hidden),
  'into.bias': draw(hidden),
  'out.weight': draw(hidden * dim),
  'out.bias': draw(dim),
};
const figures = {
  persons: 12,
  faces: 48,
  before: 0.9,
  after: 0.95,
  low: 0.01,
  high: 0.09,
  found: { before: 0.8, after: 0.9 },
  thresholds: { before: 0.5, after: 0.375 },
  verdict: 'better',
  seconds: 1,
} as const;

function facesOf(count: number) {
  const descriptors = new Float32Array(count * dim);
  for (let row = 0; row < count; row += 1) {
    const own = descriptors.subarray(row * dim, (row + 1) * dim);
    own.set(draw(dim));
    const length = Math.hypot(...own);
    for (let d = 0; d < dim; d += 1) own[d]! /= length;
  }
  const faces = Array.from({ length: count }, (_, i): GroupedFace => ({
    id: i + 1,
    contentId: i + 1,
    quality: 1,
    is: null,
    isNot: [],
  }));
  return { faces, descriptors, dim };
}

const openModel = (bytes: Uint8Array) => openSession(bytes, { threads: 1 });

test('faces are turned by the head of the library, in pieces as all at once', async () => {
  const store = temporaryLibrary();
  const head = adapterModel({ features: { dim, hidden, values } });
  const id = store.people.heads.add(model, { ...figures, head }, 0);
  const reader = openLibraryReader(store.paths.dir);
  const given = { heads: reader.faceHeads, openModel };
  const faces = facesOf(5000);
  const turned = await turnFaces(faces, id, given);
  assert.equal(turned.shift, -0.125);
  assert.equal(turned.faces, faces.faces);
  assert.notDeepEqual(turned.descriptors.slice(0, dim), faces.descriptors.slice(0, dim));
  for (const row of [0, 4095, 4096, 4999]) {
    const one = {
      ...faces,
      faces: [faces.faces[row]!],
      descriptors: faces.descriptors.slice(row * dim, (row + 1) * dim),
    };
    const alone = (await turnFaces(one, id, given)).descriptors;
    const among = turned.descriptors.subarray(row * dim, (row + 1) * dim);
    assert.ok(Math.abs(Math.hypot(...among) - 1) < 1e-5);
    for (let d = 0; d < dim; d += 1) assert.ok(Math.abs(alone[d]! - among[d]!) < 1e-5);
  }
  reader.close();
});

test('without a head all stays as it is; one that is gone is a fault', async () => {
  const store = temporaryLibrary();
  const given = { heads: store.people.heads, openModel };
  const faces = facesOf(3);
  const same = await turnFaces(faces, null, given);
  assert.equal(same.descriptors, faces.descriptors);
  assert.equal(same.shift, 0);
  await assert.rejects(turnFaces(faces, 7, given), RangeError);
});
