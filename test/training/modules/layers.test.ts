/** Layers whose conventions differ between frameworks, against golden values. */
import { logSumExp } from '../../../training/graph/ops/softmax.ts';
import { mul, neg, softplus } from '../../../training/graph/ops/elementwise.ts';
import { unit } from '../../../training/graph/ops/length.ts';
import { sum } from '../../../training/graph/ops/reduce.ts';
import { squeeze } from '../../../training/graph/ops/shape.ts';
import { type Tensor, constant } from '../../../training/graph/tensor.ts';
import { cosines } from '../../../training/modules/dino-head.ts';
import { gelu } from '../../../training/modules/transformer.ts';
import { testGolden } from '../golden.ts';
import { type Row, type Scalar, add, dot, unit as unitRow } from '../judge/scalar.ts';

interface Params {
  readonly outputWeight: readonly (readonly number[])[];
}

/** The golden layers are differentiated through sum(y · outputWeight). */
const weighted = (y: Tensor, { outputWeight }: Params) => sum(mul(y, constant(outputWeight.flat(), y.shape)));
const weightedRows = (y: readonly Row[], { outputWeight }: Params): Scalar =>
  add(y.flatMap((row, i) => row.map((value, j) => value.mul(outputWeight[i]![j]!))));

testGolden<Params>('layers', 'normalize', {
  graph({ x }, params) {
    const y = unit(x!);
    return { loss: weighted(y, params), y };
  },
  loops: ({ x }, params) => weightedRows(x!.map(unitRow), params),
});

testGolden<Params>('layers', 'prototypes', {
  graph({ x, v }, params) {
    const y = cosines(x!, v!);
    return { loss: weighted(y, params), y };
  },
  loops({ x, v }, params) {
    const columns = v![0]!.map((_, j) => unitRow(v!.map((row) => row[j]!)));
    return weightedRows(
      x!.map((row) => columns.map((column) => dot(unitRow(row), column))),
      params,
    );
  },
});

testGolden('layers', 'scalars', {
  graph({ x, rows }): Record<string, Tensor> {
    if (rows) return { y: squeeze(logSumExp(rows), -1) };
    // Five numbers are the case of GELU, seven that of softplus.
    return x!.size === 5 ? { y: gelu(x!) } : { softplus: softplus(x!), logSigmoid: neg(softplus(neg(x!))) };
  },
});
