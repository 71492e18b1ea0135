import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ScoredPiece, SentencePieces } from '../../../models/sentence-pieces.ts';
import { captionTokens, captionVocabulary, drawCaption } from '../../../training/data/captions.ts';
import { openPhotos } from '../../../training/data/open-photos.ts';
import { Random } from '../../../training/random.ts';
import { shared, without } from './pictures.ts';

const list = JSON.parse(
  readFileSync(new URL('../../../models/built-in/pieces.json', import.meta.url), 'utf8'),
) as ScoredPiece[];
const pieces = new SentencePieces(list);
const { size, end, pad } = captionVocabulary;

test('the vocabulary is the list of pieces, and end and padding are marks of it', () => {
  assert.equal(list.length, size);
  assert.deepEqual([list[end]![0], list[pad]![0]], ['</s>', 'extra_token_id_1']);
});

test('a caption is its pieces, the end and padding', () => {
  const { tokens, end: at } = captionTokens('A dog RUNS.', pieces, { context: 12 });
  const ids = pieces.encode('a dog runs.');
  assert.equal(at, ids.length);
  assert.deepEqual([...tokens], [...ids, end, ...Array.from({ length: 11 - ids.length }, () => pad)]);
  assert.ok(!ids.includes(end) && !ids.includes(pad));
});

test('a long caption is cut so that its end still stands', () => {
  const { tokens, end: at } = captionTokens('dog '.repeat(50), pieces, { context: 8 });
  assert.deepEqual([tokens.length, at, tokens[7]], [8, 7, end]);
  assert.deepEqual(captionTokens('', pieces, { context: 3, pad: 0 }), {
    tokens: Int32Array.of(end, 0, 0),
    end: 0,
  });
  assert.throws(() => captionTokens('', pieces, { context: 0 }), RangeError);
});

test('each caption of a photo is drawn as often as the others', () => {
  const random = new Random(1);
  const counts = new Map<string | null, number>();
  for (let i = 0; i < 3000; i++) {
    const drawn = drawCaption({ captions: ['a', 'b', 'c'] }, random);
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].sort(), ['a', 'b', 'c']);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 120);
  assert.equal(drawCaption({ captions: [] }, random), null);
});

test(
  'the captions of Flickr8k fit into 40 tokens',
  { skip: without('flickr8k/dev/photos.tar') },
  async () => {
    const dev = join(shared, 'flickr8k/dev');
    const set = await openPhotos(join(dev, 'photos.tar'), { captions: join(dev, 'captions.tsv') });
    await set.close();
    const lengths = set.photos.flatMap(({ captions }) =>
      captions.map((caption) => captionTokens(caption, pieces, { context: 100 }).end + 1),
    );
    const within = (context: number) => lengths.filter((length) => length <= context).length / lengths.length;
    console.log(
      [24, 32, 40, 48].map((context) => `${context}: ${(within(context) * 100).toFixed(1)} %`).join(', '),
    );
    assert.equal(lengths.length, 5000);
    assert.ok(within(40) > 0.99);
  },
);
