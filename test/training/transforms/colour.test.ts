import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../training/random.ts';
import { type ColourStep, colourMap, drawColour } from '../../../training/transforms/colour.ts';
import { simclrViews, wholeView } from '../../../training/transforms/recipes.ts';
import type { ViewRecipe } from '../../../training/transforms/view-recipe.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { recoloured } from './plain-view.ts';

const [recipe] = simclrViews(32) as [ViewRecipe];

const kinds = ['brightness', 'contrast', 'saturation', 'hue'] as const;
const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...kinds), by: fc.double({ min: 0, max: 2, noNaN: true }) }),
  { maxLength: 6 },
);

/** An image as the map of a pixel and the mean colour changes it. */
function mapped(image: Float64Array, changes: readonly ColourStep[]): Float64Array {
  const { pixel, mean } = colourMap(changes);
  const plane = image.length / 3;
  const means = [0, 1, 2].map(
    (channel) =>
      image.subarray(channel * plane, (channel + 1) * plane).reduce((total, value) => total + value, 0) /
      plane,
  );
  return image.map((_, i) => {
    const [channel, at] = [Math.floor(i / plane), i % plane];
    return [0, 1, 2].reduce(
      (sum, from) =>
        sum +
        pixel[3 * channel + from]! * image[from * plane + at]! +
        mean[3 * channel + from]! * means[from]!,
      0,
    );
  });
}

test('any steps in any order are one map, as if each were done by itself', () => {
  const image = uniform(2, 3 * 16, 0, 255);
  fc.assert(
    fc.property(steps, (changes) => {
      assertClose(mapped(image, changes), changes.reduce(recoloured, image), 1e-9, 'pixels');
    }),
  );
});

test('a third of the circle makes red green, green blue and blue red', () => {
  const { pixel } = colourMap([{ kind: 'hue', by: 1 / 3 }]);
  assertClose(pixel, [0, 0, 1, 1, 0, 0, 0, 1, 0], 1e-12, 'hue');
});

test('jitter comes as often as it should, in every order, within its strengths', () => {
  const all = Array.from({ length: 4000 }, (_, seed) => drawColour(recipe, new Random(seed)));
  const jittered = all.filter((each) => each.length >= 4);
  assert.ok(Math.abs(jittered.length / all.length - 0.8) < 0.02);
  const grayed = all.filter((each) => each.at(-1)?.by === 0 && each.at(-1)?.kind === 'saturation');
  assert.ok(Math.abs(grayed.length / all.length - 0.2) < 0.02);
  assert.equal(
    new Set(
      jittered.map((each) =>
        each
          .slice(0, 4)
          .map(({ kind }) => kind)
          .join(),
      ),
    ).size,
    24,
  );
  for (const kind of kinds) {
    const drawn = jittered.flatMap((each) =>
      each
        .slice(0, 4)
        .filter((step) => step.kind === kind)
        .map(({ by }) => by),
    );
    const [least, most] = kind === 'hue' ? [-0.1, 0.1] : [0.6, 1.4];
    assert.ok(Math.min(...drawn) >= least && Math.min(...drawn) < least + 0.01);
    assert.ok(Math.max(...drawn) <= most && Math.max(...drawn) > most - 0.01);
  }
});

test('without jitter and grey nothing changes, and as many numbers are drawn', () => {
  const randoms = [new Random(1), new Random(1)] as const;
  assert.deepEqual(drawColour(wholeView(32), randoms[0]), []);
  drawColour(recipe, randoms[1]);
  assert.deepEqual(randoms[0].state, randoms[1].state);
});
