import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, input } from '../../../training/graph/tensor.ts';
import { type Centering, dino } from '../../../training/losses/dino.ts';
import { type Inputs, type Rows, testGolden } from '../golden.ts';
import { evaluate } from '../graph/interpreter.ts';
import { type Row, Scalar, add, logSumExp, mean } from '../judge/scalar.ts';

interface Params {
  readonly studentTemperature: number;
  readonly teacherTemperature: number;
  readonly centerMomentum: number;
  readonly iterations: number;
}

function graph({ student, teacher }: Inputs, params: Params, centering: Centering) {
  const { loss, target, newCenter } = dino(student!, teacher!, centering, params);
  return { loss, target, newCenter };
}

/** Cross entropy of what each crop says with what the teacher says of another view. */
function loops(
  { student, teacher }: Rows,
  targets: readonly (readonly (readonly number[])[])[],
  { studentTemperature }: Params,
) {
  const crops = student as unknown as readonly (readonly Row[])[];
  const views = teacher as unknown as readonly (readonly Row[])[];
  const terms = views.flatMap((view, t) =>
    crops.flatMap((crop, s) => {
      if (s === t) return [];
      return [
        mean(
          view.map((_, photo) => {
            const logits = crop[photo]!.map((logit) => logit.div(studentTemperature));
            const all = logSumExp(logits);
            return add(logits.map((logit, k) => all.sub(logit).mul(targets[t]![photo]![k]!)));
          }),
        ),
      ];
    }),
  );
  return mean(terms);
}

testGolden<Params>('distill', 'dino', {
  graph: (inputs, params) =>
    graph(inputs, params, { center: inputs['center']!, momentum: params.centerMomentum }),
  loops(inputs, params) {
    const center = inputs['center'] as unknown as Row;
    const targets = (inputs['teacher'] as unknown as readonly (readonly Row[])[]).map((view) =>
      view.map((row) => {
        const logits = row.map(
          (logit, k) => new Scalar((logit.value - center[k]!.value) / params.teacherTemperature),
        );
        const all = logSumExp(logits).value;
        return logits.map(({ value }) => Math.exp(value - all));
      }),
    );
    return loops(inputs, targets, params);
  },
});

testGolden<Params>('distill', 'dino-sinkhorn', {
  graph: (inputs, params) => graph(inputs, params, { iterations: params.iterations }),
  loops(inputs, params) {
    const views = inputs['teacher'] as unknown as readonly (readonly Row[])[];
    const rows = views
      .flat()
      .map((row) => row.map(({ value }) => Math.exp(value / params.teacherTemperature)));
    const total = rows.flat().reduce((sum, value) => sum + value);
    const q = rows.map((row) => row.map((value) => value / total));
    for (let i = 0; i < params.iterations; i++) {
      for (const k of q[0]!.keys()) {
        const column = q.reduce((sum, row) => sum + row[k]!, 0);
        for (const row of q) row[k]! /= column * row.length;
      }
      for (const row of q) {
        const sum = row.reduce((a, b) => a + b);
        for (const k of row.keys()) row[k]! /= sum * q.length;
      }
    }
    const shares = q.map((row) => row.map((value) => value * q.length));
    const size = views[0]!.length;
    return loops(
      inputs,
      views.map((_, view) => shares.slice(view * size, (view + 1) * size)),
      params,
    );
  },
});

test('a teacher temperature can be fed', () => {
  const [student, teacher] = [
    constant([1, 2, 3, 4, 5, 7], [2, 1, 3]),
    constant([1, 2, 4, 4, 5, 6], [2, 1, 3]),
  ];
  const centering = { center: constant([0, 0, 0]), momentum: 0.9 };
  const fed = dino(student, teacher, centering, {
    studentTemperature: 0.1,
    teacherTemperature: input('t', []),
  });
  const fixed = dino(student, teacher, centering, { studentTemperature: 0.1, teacherTemperature: 0.04 });
  assert.deepEqual(evaluate(fed.loss, { t: [0.04] }), evaluate(fixed.loss));
});
