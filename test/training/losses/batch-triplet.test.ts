import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input } from '../../../training/graph/tensor.ts';
import { batchHard, batchSemiHard } from '../../../training/losses/batch-triplet.ts';
import type { TripletOptions } from '../../../training/losses/triplet.ts';
import { type Rows, flat, goldenCases, testGolden } from '../golden.ts';
import { evaluate } from '../graph/interpreter.ts';
import { Scalar, distance, mean, squaredDistance, unit } from '../judge/scalar.ts';

const hinge = (difference: Scalar, margin: TripletOptions['margin']) =>
  margin === 'soft' ? difference.softplus() : difference.add(margin).relu();

function distances({ x }: Rows, { squared, normalize }: TripletOptions): Scalar[][] {
  const z = x!.map((row) => (normalize ? unit(row) : row));
  return z.map((a) => z.map((b) => (squared ? squaredDistance : distance)(a, b)));
}

/** Index of the best by a measure, the lowest among equal ones. */
const best = (places: readonly number[], measure: (place: number) => number) =>
  places.reduce((found, place) => (measure(place) > measure(found) ? place : found));

testGolden<TripletOptions>('triplet', 'triplet-batch-hard', {
  graph({ x, labels }, params) {
    const { loss, anchors, active } = batchHard(x!, labels, params);
    return { loss, anchors, activeFraction: active };
  },
  loops(rows, params) {
    const d = distances(rows, params);
    const { labels } = rows;
    const terms = d.flatMap((row, i) => {
      const others = [...row.keys()].filter((j) => j !== i);
      const [same, different] = [true, false].map((alike) =>
        others.filter((j) => (labels[j] === labels[i]) === alike),
      );
      if (same!.length === 0 || different!.length === 0) return [];
      const [p, n] = [best(same!, (j) => row[j]!.value), best(different!, (j) => -row[j]!.value)];
      return [hinge(row[p]!.sub(row[n]!), params.margin)];
    });
    return terms.length > 0 ? mean(terms) : new Scalar(0);
  },
});

testGolden<TripletOptions>('triplet', 'triplet-batch-semi-hard', {
  graph({ x, labels }, params) {
    const { loss, anchors } = batchSemiHard(x!, labels, params);
    return { loss, pairs: anchors };
  },
  loops(rows, params) {
    const d = distances(rows, params);
    const { labels } = rows;
    const terms = d.flatMap((row, i) => {
      const negatives = [...row.keys()].filter((j) => labels[j] !== labels[i]);
      const positives = [...row.keys()].filter((j) => j !== i && labels[j] === labels[i]);
      if (negatives.length === 0) return [];
      return positives.map((p) => {
        const beyond = negatives.filter((j) => row[j]!.value > row[p]!.value);
        const n =
          beyond.length > 0 ? best(beyond, (j) => -row[j]!.value) : best(negatives, (j) => row[j]!.value);
        return hinge(row[p]!.sub(row[n]!), params.margin);
      });
    });
    return terms.length > 0 ? mean(terms) : new Scalar(0);
  },
});

test('the chosen positives and negatives are those of the golden cases', () => {
  for (const { name, inputs, params, outputs } of goldenCases('triplet', 'triplet-batch-hard')) {
    const [x, labels] = [flat(inputs['x']!), flat(inputs['labels']!)];
    const made = batchHard(
      input('x', [labels.length, x.length / labels.length]),
      input('labels', [labels.length], 'i32'),
      params as TripletOptions,
    );
    const valid = labels.flatMap((label, i) => {
      const [same, different] = [
        labels.filter((other) => other === label).length,
        labels.filter((other) => other !== label).length,
      ];
      return same > 1 && different > 0 ? [i] : [];
    });
    for (const which of ['hardestPositive', 'hardestNegative'] as const) {
      const chosen = evaluate(made[which], { x, labels });
      assert.deepEqual(
        valid.map((i) => chosen[i]),
        flat(outputs[which]!),
        `${name}: ${which}`,
      );
    }
  }
  for (const { name, inputs, params, outputs } of goldenCases('triplet', 'triplet-batch-semi-hard')) {
    const [x, labels] = [flat(inputs['x']!), flat(inputs['labels']!)];
    const count = labels.length;
    const made = batchSemiHard(
      input('x', [count, x.length / count]),
      input('labels', [count], 'i32'),
      params as TripletOptions,
    );
    const chosen = evaluate(made.chosen, { x, labels });
    const [anchors, positives] = [flat(outputs['anchor']!), flat(outputs['positive']!)];
    assert.deepEqual(
      anchors.map((a, i) => chosen[a * count + positives[i]!]),
      flat(outputs['negative']!),
      name,
    );
  }
});

test('nobody is pushed away from one who may be the same', () => {
  const [x, labels] = [input('x', [4, 1]), input('labels', [4], 'i32')];
  const options = { margin: 1, squared: true, normalize: false } as const;
  const made = batchSemiHard(x, labels, options, input('known', [4, 4]));
  // 0 and 1 are one person at 0 and 1; 2 at 2 may be them too, 3 at 3 is another.
  const fed = { x: Float32Array.of(0, 1, 2, 3), labels: Int32Array.of(5, 5, 6, 7) };
  const chosen = (known: Float32Array) => evaluate(made.chosen, { ...fed, known });
  const all = new Float32Array(16).fill(1);
  assert.deepEqual([chosen(all)[1], chosen(all)[4]], [2, 3]);
  const without = all.slice();
  for (const at of [0 * 4 + 2, 1 * 4 + 2, 2 * 4 + 0, 2 * 4 + 1]) without[at] = 0;
  assert.deepEqual([chosen(without)[1], chosen(without)[4]], [3, 3]);
});
