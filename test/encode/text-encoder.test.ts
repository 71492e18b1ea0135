import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { dot, isUnit, meanDirection } from '../../models/embedding.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { TextEncoder } from '../../src-main/encode/text-encoder.ts';
import { builtInEncoder } from './drawn-photos.ts';

const encoder = await TextEncoder.open(builtInEncoder, { threads: 1 });
after(() => encoder.close());

// From the encoder's reference examples: the first eight values of each.
const known: readonly (readonly [string, readonly number[]])[] = [
  [
    'A child and a woman are at waters edge in a big city .',
    [-0.06769, -0.09473, 0.02957, -0.01962, 0.03111, -0.06148, -0.03103, 0.09635],
  ],
  ['a photo of a dog', [0.06266, 0.04878, -0.0049, 0.03024, -0.10881, -0.07342, -0.048, -0.01093]],
];

function assertStarts(vector: Float32Array, expected: Iterable<number>, tolerance = 1e-3): void {
  let i = 0;
  for (const value of expected) {
    assert.ok(Math.abs(vector[i]! - value) <= tolerance, `value ${i}: ${vector[i]}, expected ${value}`);
    i++;
  }
}

test('the reference texts agree within 1e-3, together and alone', async () => {
  const together = await encoder.encode(known.map(([text]) => text));
  for (const [at, [text, expected]] of known.entries()) {
    assertStarts(together[at]!, expected);
    const [alone] = await encoder.encode([text]);
    assertStarts(alone!, together[at]!, 1e-5);
  }
});

test('no texts give no vectors', async () => {
  assert.deepEqual(await encoder.encode([]), []);
});

test('any text has a vector of length 1, the same every time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
      const [first, second] = await encoder.encode([text, text]);
      assert.ok(isUnit(first!));
      assert.deepEqual(first, second);
    }),
    { numRuns: 40 },
  );
});

test('a few words are averaged with their sentences', async () => {
  const expected = meanDirection(await encoder.encode(['red ball', 'a photo of a red ball', 'a red ball .']));
  assertStarts(await encoder.encodeQuery('red ball'), expected, 1e-6);
});

test('signs with a meaning in replacements are taken as they stand', async () => {
  const expected = meanDirection(await encoder.encode(["$& $'", "a photo of a $& $'", "a $& $' ."]));
  assertStarts(await encoder.encodeQuery("$& $'"), expected, 1e-6);
});

test('a sentence stands for itself', async () => {
  const [plain] = await encoder.encode(['two dogs run on a beach']);
  assertStarts(await encoder.encodeQuery('two dogs run on a beach'), plain!, 1e-6);
});

test('texts of one meaning lie nearer than texts of two', async () => {
  const [dog, puppy, bicycle] = await encoder.encode([
    'a dog runs through the grass',
    'a puppy is running on a lawn',
    'a man rides a bicycle down a street',
  ]);
  assert.ok(dot(dog!, puppy!) > dot(dog!, bicycle!) + 0.2);
});

test('an encoder without a text side says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-no-text-'));
  await cp(builtInEncoder, dir, { recursive: true });
  const card = JSON.parse(await readFile(join(dir, 'encoder.json'), 'utf8'));
  await writeFile(
    join(dir, 'encoder.json'),
    JSON.stringify({ ...card, text: null, calibration: { ...card.calibration, text: null } }),
  );
  await assert.rejects(
    TextEncoder.open(dir, { threads: 1 }),
    (thrown) => thrown instanceof LikenessError && thrown.code === 'no-encoder',
  );
  await rm(dir, { recursive: true });
});

const examples = join(import.meta.dirname, '../../../shared/models/stopgap/examples/expected.json');
const withoutExamples = existsSync(examples) ? false : 'no ../shared/models here';

test('all reference texts agree within 1e-3', { skip: withoutExamples }, async () => {
  const { texts } = JSON.parse(readFileSync(examples, 'utf8')) as {
    texts: { text: string; embedding8: number[] }[];
  };
  assert.equal(texts.length, 3);
  for (const { text, embedding8 } of texts) assertStarts((await encoder.encode([text]))[0]!, embedding8);
});
