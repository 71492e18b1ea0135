import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dot } from '../../models/embedding.ts';
import type { Plane } from '../../src-main/duplicates/plane.ts';
import { printDim, printOf, printWithin, standardTurns, turnPrint } from '../../src-main/duplicates/print.ts';
import { drawnPicture, lookOf, settled, turned } from './pictures.ts';

/** Smooth enough to have a print: a few waves of any direction. */
const planes = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 5 }),
      fc.double({ min: 5, max: 40, noNaN: true }),
      fc.double({ min: 0, max: 6, noNaN: true }),
    ),
    { minLength: 3, maxLength: 8 },
  )
  .map((waves): Plane => {
    const side = 24;
    const values = Float32Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side];
      return waves.reduce(
        (sum, [u, v, height, shift]) => sum + height * Math.cos(4 * (u * x + v * y) + shift),
        128,
      );
    });
    return { side, values };
  });

const turns = [false, true].flatMap((swap) =>
  [false, true].flatMap((x) => [false, true].map((y) => ({ swap, x, y }))),
);
const near = (one: Float32Array, other: Float32Array) =>
  one.every((value, i) => Math.abs(value - other[i]!) < 1e-4);
const isUnit = (print: Float32Array) => Math.abs(dot(print, print) - 1) < 1e-5;

test('a print has unit length, and turning the picture is turning the print', () => {
  fc.assert(
    fc.property(planes, fc.integer({ min: 0, max: 7 }), (plane, turn) => {
      const print = printOf(plane);
      fc.pre(isUnit(print));
      assert.equal(print.length, printDim);
      assert.ok(near(printOf(turned(plane, turns[turn]!)), turnPrint(print, turn)));
    }),
  );
});

test('brightness and contrast change no print', () => {
  fc.assert(
    fc.property(
      planes,
      fc.double({ min: 0.4, max: 1.6, noNaN: true }),
      fc.integer({ min: -40, max: 40 }),
      (plane, gain, bias) => {
        const toned = { ...plane, values: plane.values.map((value) => gain * value + bias) };
        fc.pre(isUnit(printOf(plane)) && isUnit(printOf(toned)));
        assert.ok(near(printOf(toned), printOf(plane)));
      },
    ),
  );
});

test('a picture of one colour has no print', () => {
  assert.ok(printOf({ side: 24, values: new Float32Array(576).fill(90) }).every((value) => value === 0));
});

test('whichever way up, a picture is found by one of its standard turns', () => {
  fc.assert(
    fc.property(planes, fc.integer({ min: 0, max: 7 }), (plane, turn) => {
      const own = standardTurns(printOf(plane));
      fc.pre(isUnit(own[0]!));
      const others = standardTurns(printOf(turned(plane, turns[turn]!)));
      assert.ok(others.some((one) => dot(one, own[0]!) > 0.999));
    }),
  );
});

test('a border is left out, and a picture without one has no print within', async () => {
  const picture = await settled(drawnPicture(5));
  const plain = await lookOf(picture);
  const bordered = await lookOf(
    await settled(picture.clone().extend({ top: 30, bottom: 30, left: 40, right: 40, background: '#fff' })),
  );
  assert.equal(printWithin(plain.planes[96]), null);
  const within = printWithin(bordered.planes[96]);
  assert.ok(within);
  const [with_, without] = [
    dot(printOf(bordered.planes[24]), printOf(plain.planes[24])),
    dot(within, printOf(plain.planes[24])),
  ];
  assert.ok(without > 0.9, `${without}`);
  assert.ok(without > with_, `${without} against ${with_}`);
});
