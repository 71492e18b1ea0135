import { test } from 'node:test';
import { constant } from '../../../training/graph/tensor.ts';
import { clip, heldLogScale } from '../../../training/losses/clip.ts';
import { assertClose } from '../engines/operations.ts';
import { goldenCases, testGolden } from '../golden.ts';
import { evaluate } from '../graph/interpreter.ts';
import { type Scalar, dot, logSumExp, mean, unit } from '../judge/scalar.ts';

testGolden('clip', 'clip', {
  graph({ image, text, logScale, ids }) {
    const { accuracy, ...rest } = clip(image!, text!, logScale!, { ids });
    return { ...rest, imageToTextAccuracy: accuracy };
  },
  loops({ image, text, logScale, ids }) {
    const [images, texts] = [image!.map(unit), text!.map(unit)];
    const scale = (logScale as unknown as Scalar).exp();
    const places = images.map((_, i) => i);
    const faces = (i: number, j: number) => i === j || !ids || ids[i] !== ids[j];
    const score = (i: number, j: number) => dot(images[i]!, texts[j]!).mul(scale);
    const rows = places.map((i) =>
      logSumExp(places.filter((j) => faces(i, j)).map((j) => score(i, j))).sub(score(i, i)),
    );
    const columns = places.map((j) =>
      logSumExp(places.filter((i) => faces(i, j)).map((i) => score(i, j))).sub(score(j, j)),
    );
    return mean(rows).add(mean(columns)).div(2);
  },
});

for (const { name, inputs, params, outputs } of goldenCases('clip', 'clip-scale-clamp'))
  test(`${name}: the scale is held between 1 and 100 after the step`, () => {
    const { logScale, gradient } = inputs as Record<string, number>;
    const next = logScale! - (params as { readonly lr: number }).lr * gradient!;
    assertClose(evaluate(heldLogScale(constant(next))), [outputs['logScale'] as number], 1e-12, 'logScale');
  });
