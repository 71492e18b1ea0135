/** Vectors of one encoder are never compared with those of another, whatever is written, switched and asked in between. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import type { ContentId } from '../../src-main/contract/photo.ts';
import { LibraryIndex } from '../../src-main/search/library-index.ts';
import { search } from '../../src-main/search/search.ts';
import { OtherEncoderError } from '../../src-main/search/vector-index.ts';
import { TestLibrary, testCard } from './library.ts';
import { openModel } from './vectors.ts';

const encoders = ['first-00000001', 'second-00000002', 'third-00000003'] as const;
const dim = testCard.dim.embedding;

/** All vectors of an encoder point along its own axis: a cosine is 1 within it, and 0 across. */
function axisOf(encoder: number): Float32Array {
  const vector = new Float32Array(dim);
  vector[encoder] = 1;
  return vector;
}

const libraries: TestLibrary[] = [];
after(() => libraries.forEach((library) => library.close()));

const encoder = fc.nat(encoders.length - 1);
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('photo' as const), encoder }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('encode' as const), encoder, photo: fc.nat(20) }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('switch' as const), encoder }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('back' as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('ask' as const) }), weight: 3 },
  // A search that began before a switch ends after it.
  { arbitrary: fc.record({ do: fc.constant('ask-late' as const), encoder }), weight: 1 },
);

test('writes, switches and queries in any order: every answer is of one encoder alone', async () => {
  let answers = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const library = new TestLibrary();
      libraries.push(library);
      const { store } = library;
      store.settings.setEncoder(encoders[0]);
      const index = await LibraryIndex.open(library.reader(), openModel);
      /** Contents with vectors, by encoder. */
      const encoded = encoders.map(() => new Set<number>());
      const contents: ContentId[] = [];
      const ask = async (asked: number) => {
        const { results } = await search(
          { query: 'q', filter: {}, limit: 100, offset: 0 },
          {
            index,
            encoderId: encoders[asked]!,
            card: testCard,
            encodeQuery: async () => ({ encoderId: encoders[asked]!, vector: axisOf(asked) }),
          },
        );
        answers += results.length;
        assert.equal(results.length, encoded[asked]!.size);
        for (const { score } of results) assert.ok(Math.abs(score - 1) < 1e-6, `a cosine of ${score}`);
      };
      const inUse = () => encoders.indexOf(store.settings.encoder() as (typeof encoders)[number]);
      // Photos that were there before, all of the first encoder.
      for (const name of ['a', 'b', 'c']) {
        const vectors = { features: axisOf(0), embedding: axisOf(0) };
        const photo = library.add({ name, encoderId: encoders[0], vectors });
        contents.push(store.photos.content(photo)!.contentId);
        encoded[0]!.add(contents.at(-1)!);
      }
      for (const [at, what] of [...steps, { do: 'ask' as const }].entries()) {
        if (what.do === 'photo') {
          const vectors = { features: axisOf(what.encoder), embedding: axisOf(what.encoder) };
          const photo = library.add({ name: `${at}.jpg`, encoderId: encoders[what.encoder]!, vectors });
          const { contentId } = store.photos.content(photo)!;
          contents.push(contentId);
          encoded[what.encoder]!.add(contentId);
        } else if (what.do === 'encode' && contents.length > 0) {
          const content = contents[what.photo % contents.length]!;
          const vector = axisOf(what.encoder);
          store.vectors.save(content, encoders[what.encoder]!, { features: vector, embedding: vector });
          encoded[what.encoder]!.add(content);
        } else if (what.do === 'switch') {
          const before = inUse();
          const missing = store.encoderChoice.switchTo(encoders[what.encoder]!, null);
          const expected = before === what.encoder ? 0 : contents.length - encoded[what.encoder]!.size;
          assert.equal(missing, expected);
          assert.equal(inUse(), expected === 0 ? what.encoder : before);
        } else if (what.do === 'back') store.encoderChoice.goBack(new Set(encoders));
        else if (what.do === 'ask') await ask(inUse());
        else if (what.do === 'ask-late') {
          const asked = inUse();
          const late = ask(asked);
          store.encoderChoice.switchTo(encoders[what.encoder]!, null);
          await Promise.all([late, ask(inUse())]);
        }
      }
      assert.deepEqual(store.integrity(), { ok: true, details: [] });
    }),
    { numRuns: 15 },
  );
  assert.ok(answers > 50, `only ${answers} answers were looked at`);
});

test('a query that was encoded by another encoder than the one that is asked about is an error, not an answer', async () => {
  const library = new TestLibrary();
  libraries.push(library);
  library.add({
    name: 'a.jpg',
    encoderId: encoders[0],
    vectors: { features: axisOf(0), embedding: axisOf(0) },
  });
  const index = await LibraryIndex.open(library.reader(), openModel);
  const asked = search(
    { query: 'q', filter: {}, limit: 10, offset: 0 },
    {
      index,
      encoderId: encoders[0],
      card: testCard,
      encodeQuery: async () => ({ encoderId: encoders[1], vector: axisOf(1) }),
    },
  );
  await assert.rejects(asked, OtherEncoderError);
});
