import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faceQuality, sharpness } from '../../src-main/people/face-quality.ts';

const good = { score: 0.99, size: 200, turn: 0.05, sharpness: 0.2 };

test('a large, sharp face from the front is as good as can be; each fault alone spoils it', () => {
  assert.equal(faceQuality(good), 1);
  for (const fault of [{ score: 0.2 }, { size: 10 }, { turn: 0.9 }, { sharpness: 0 }])
    assert.equal(faceQuality({ ...good, ...fault }), 0);
});

test('it lies between 0 and 1 and never falls when something gets better', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const looks = fc.record({ score: share, size: fc.nat(300), turn: share, sharpness: share });
  fc.assert(
    fc.property(looks, fc.nat(100), share, (one, more, less) => {
      const quality = faceQuality(one);
      assert.ok(quality >= 0 && quality <= 1);
      assert.ok(faceQuality({ ...one, size: one.size + more }) >= quality);
      assert.ok(faceQuality({ ...one, turn: one.turn * less }) >= quality);
    }),
  );
});

test('edges are sharp, the same ones blurred are less so, an even patch not at all', () => {
  const side = 40;
  const drawn = (of: (x: number, y: number) => number) =>
    Float32Array.from({ length: 3 * side * side }, (_, i) =>
      of(i % side, Math.floor((i % (side * side)) / side)),
    );
  const stripes = sharpness(
    drawn((x) => (x % 8 < 4 ? 40 : 210)),
    0,
    side,
  );
  const waves = sharpness(
    drawn((x) => 125 + 85 * Math.sin((2 * Math.PI * x) / 16)),
    0,
    side,
  );
  assert.ok(stripes > 2 * waves && waves > 0);
  assert.equal(
    sharpness(
      drawn(() => 128),
      0,
      side,
    ),
    0,
  );
});
