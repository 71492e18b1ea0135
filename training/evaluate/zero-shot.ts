/** Classes by their names alone: each photo is compared with what the text side makes of «a photo of a …». */
import { largest } from './classes.ts';
import { type Rows, unitRows } from './rows.ts';
import { similarityRows } from './similarities.ts';

/** The sentences of all classes, those of a class together. @param templates  with `{}` where the name goes; the bare name when there are none. */
export function promptsOf(names: readonly string[], templates: readonly string[]): string[] {
  const sentences = templates.length > 0 ? templates : ['{}'];
  return names.flatMap((name) => sentences.map((sentence) => sentence.replaceAll('{}', () => name)));
}

/**
 * One direction a class: the unit mean of the unit vectors of its prompts.
 * @param prompts  [classes · perClass, D], those of a class together.
 */
export function classDirections(prompts: Rows, perClass: number): Rows {
  const { dim } = prompts;
  const count = prompts.count / perClass;
  if (!Number.isInteger(count))
    throw new RangeError(`${prompts.count} prompts are not ${perClass} for each class`);
  const { values } = unitRows(prompts);
  const sums = new Float64Array(count * dim);
  for (let at = 0; at < values.length; at++) {
    const prompt = Math.floor(at / dim);
    sums[Math.floor(prompt / perClass) * dim + (at % dim)]! += values[at]!;
  }
  return unitRows({ values: values instanceof Float32Array ? Float32Array.from(sums) : sums, count, dim });
}

/**
 * Which class each photo looks like.
 * @param photos  [N, D] embeddings, any length. @param classes  [C, D] as `classDirections` makes them.
 * @param scale  what cosines are multiplied by before the softmax: exp of CLIP's logit scale, 100 when trained out.
 * @returns `similarity` and `probability` [N, C], `predicted` [N], of equal ones the lowest class. The probabilities of
 *   a photo sum to 1 even if it shows none of the classes: no measure of whether a tag fits.
 * Source: Radford et al. 2021 (CLIP), §3.1, arXiv 2103.00020.
 */
export function zeroShot(photos: Rows, classes: Rows, scale = 100) {
  const similarity = new Float64Array(photos.count * classes.count);
  const probability = new Float64Array(photos.count * classes.count);
  const predicted = new Int32Array(photos.count);
  for (const [photo, cosines] of similarityRows(unitRows(photos), unitRows(classes))) {
    predicted[photo] = largest(cosines);
    const top = cosines[predicted[photo]!]!;
    const weights = cosines.map((cosine) => Math.exp(scale * (cosine - top)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    similarity.set(cosines, photo * classes.count);
    probability.set(
      weights.map((weight) => weight / total),
      photo * classes.count,
    );
  }
  return { similarity, probability, predicted };
}
