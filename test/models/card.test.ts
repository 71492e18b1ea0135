import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readEncoderCard, verifyEncoder } from '../../models/card.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';

const builtIn = join(import.meta.dirname, '../../models/built-in');
let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'likeness-card-'));
});
after(() => rm(dir, { recursive: true }));

type Json = Record<string, unknown>;

/** The built-in encoder's card, changed. */
async function changed(change: (card: Json) => unknown): Promise<string> {
  const card = JSON.parse(await readFile(join(builtIn, 'encoder.json'), 'utf8')) as Json;
  change(card);
  await writeFile(join(dir, 'encoder.json'), JSON.stringify(card));
  return dir;
}

const broken = (message: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof LikenessError, String(thrown));
  assert.equal(thrown.code, 'encoder-broken');
  assert.match(thrown.message, message);
  return true;
};

test('the built-in encoder is whole, and named after its weights', async () => {
  const card = await verifyEncoder(builtIn);
  assert.match(card.id, new RegExp(`^likeness-[a-z-]+-${card.sha256['image.onnx']!.slice(0, 8)}$`));
  assert.deepEqual(card.dim, { features: 384, embedding: 256 });
});

test('a folder without a card, and a card that is no JSON, are refused', async () => {
  assert.throws(() => readEncoderCard(join(dir, 'nowhere')), broken(/has no readable encoder\.json/));
  await writeFile(join(dir, 'encoder.json'), '{');
  assert.throws(() => readEncoderCard(dir), broken(/has no readable encoder\.json/));
  await writeFile(join(dir, 'encoder.json'), 'null');
  assert.throws(() => readEncoderCard(dir), broken(/cannot be used/));
});

test('an encoder without a text side is one', async () => {
  const path = await changed((card) => {
    card.text = null;
    (card.calibration as Json).text = null;
  });
  assert.equal(readEncoderCard(path).text, null);
});

test('a text side of pieces alone names its end and its padding', async () => {
  const path = await changed((card) => {
    const text = card.text as Json;
    text.kind = 'pieces';
    text.tokenizer = { pieces: 'pieces.json', end: 2, pad: 3 };
    delete (card.sha256 as Json)['words.json'];
  });
  assert.deepEqual(readEncoderCard(path).text!.tokenizer, { pieces: 'pieces.json', end: 2, pad: 3 });
  const without = await changed((card) => ((card.text as Json).kind = 'pieces'));
  assert.throws(() => readEncoderCard(without), broken(/text\.tokenizer\.end/));
});

const slips: readonly (readonly [string, (card: Json) => unknown, RegExp])[] = [
  ['a missing part is named', (card) => delete (card.image as Json).size, /image\.size/],
  [
    'a file outside the folder is refused',
    (card) => ((card.image as Json).file = '../image.onnx'),
    /image\.file/,
  ],
  ['a file without its sha256 is refused', (card) => delete (card.sha256 as Json)['words.json'], /sha256/],
  [
    'an adapter without its sha256 is refused',
    (card) => (card.adapts = { base: 'other-12345678', file: 'adapter.onnx' }),
    /sha256/,
  ],
  [
    'an id of other weights is refused',
    (card) => (card.id = 'likeness-built-in-00000000'),
    /does not end in/,
  ],
  ['a deviation of 0 is refused', (card) => ((card.image as Json).std = [58, 0, 58]), /image\.std\.1/],
  [
    'a template needs a place for the words',
    (card) => ((card.text as Json).templates = ['a photo']),
    /templates\.0/,
  ],
  [
    'a text side needs its calibration',
    (card) => ((card.calibration as Json).text = null),
    /calibration\.text/,
  ],
  [
    'a tokenizer that this version lacks is named, with what to do',
    (card) => ((card.text as Json).kind = 'byte-pairs'),
    /“byte-pairs”, which this version of Likeness cannot make/,
  ],
];
for (const [name, change, message] of slips)
  test(name, async () => {
    const path = await changed(change);
    assert.throws(() => readEncoderCard(path), broken(message));
  });

test('a damaged or missing file is found and named', async () => {
  const copy = join(dir, 'copy');
  await cp(builtIn, copy, { recursive: true });
  await truncate(join(copy, 'words.json'), 1000);
  await assert.rejects(verifyEncoder(copy), broken(/damaged file, “words\.json”/));
  await rm(join(copy, 'words.json'));
  await assert.rejects(verifyEncoder(copy), broken(/lacks its file “words\.json”/));
});
