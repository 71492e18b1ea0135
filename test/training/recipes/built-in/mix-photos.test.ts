/** Pictures out of several photos. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kinds } from '../../../../training/recipes/built-in/recipe-photos.ts';
import { Random } from '../../../../training/random.ts';
import { mixPhotos, mostParts } from '../../../../training/recipes/built-in/mix-photos.ts';
import { looksOf, stillToDo, viewOrder } from '../../../../training/recipes/built-in/make-views.ts';
import { mixture } from '../../../../training/recipes/built-in/view-store.ts';

/** Each of one colour: 0, 60, 120, 180. */
const photos = Array.from({ length: mostParts }, (_, i) => ({
  rgb: new Uint8Array(3 * 20 * 10).fill(60 * i),
  width: 20,
  height: 10,
}));

test('a mixture is parts of two photos, two through each other, or all four beside each other', async () => {
  const ways = { pasted: 0, through: 0, beside: 0 };
  for (let seed = 0; seed < 120; seed++) {
    const { rgb, width, height } = await mixPhotos(photos, new Random(seed));
    assert.equal(rgb.length, 3 * width * height);
    const shares = new Map<number, number>();
    for (const value of rgb) shares.set(value, (shares.get(value) ?? 0) + 1 / rgb.length);
    const colours = [...shares.keys()].sort((a, b) => a - b);
    if (colours.length === 1) {
      assert.ok(colours[0]! >= 15 && colours[0]! <= 45, `${colours}`);
      ways.through++;
    } else if (colours.length === 2) {
      assert.deepEqual(colours, [0, 60]);
      assert.ok(shares.get(60)! > 0.17 && shares.get(60)! < 0.63, `${shares.get(60)}`);
      ways.pasted++;
    } else {
      assert.deepEqual(colours, [0, 60, 120, 180]);
      for (const share of shares.values()) assert.ok(share > 0.08 && share < 0.5, `${share}`);
      ways.beside++;
    }
  }
  assert.ok(ways.pasted > 40 && ways.through > 15 && ways.beside > 15, JSON.stringify(ways));
});

test('the same draw makes the same mixture', async () => {
  assert.deepEqual(await mixPhotos(photos, new Random(3)), await mixPhotos(photos, new Random(3)));
});

test('mixtures come when every photo was looked at whole, before the crops', () => {
  const order = viewOrder(['captioned', 'plain', 'named'], 1, 2);
  assert.deepEqual(order.slice(3, 5), [
    { photo: mixture, round: 0 },
    { photo: mixture, round: 1 },
  ]);
  assert.ok(order.slice(5).every(({ photo, round }) => photo !== mixture && round > 0));
});

test('what each stored view is can be told, and a run goes on with another number of mixtures', () => {
  const count = fc.integer({ min: 0, max: 6 });
  const kindsDrawn = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(kindsDrawn, fc.nat(), count, count, fc.nat(60), (drawn, seed, first, then, cut) => {
      const done = viewOrder(drawn, seed, first).slice(0, cut);
      const stored = done.map(({ photo }) => photo);
      assert.deepEqual(looksOf(stored), done);
      const names = [...done, ...stillToDo(viewOrder(drawn, seed, then), stored)].map(
        ({ photo, round }) => `${photo} ${round}`,
      );
      const all = [...done, ...viewOrder(drawn, seed, then)].map(({ photo, round }) => `${photo} ${round}`);
      assert.deepEqual(names.toSorted(), [...new Set(all)].toSorted());
    }),
  );
});
