import { clip } from '../../../training/losses/clip.ts';
import { testGolden } from '../golden.ts';
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
