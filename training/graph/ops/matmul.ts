/** Matrix products. The two flags make the operation closed: its gradients are matrix products again, without copies. */
import { type Shape, ShapeError, type Tensor, node } from '../tensor.ts';
import { broadcastShape, floating } from './elementwise.ts';
import { reshape } from './shape.ts';
import type { Gradients } from './table.ts';

export interface Transposed {
  /** a lies as [..., K, M] and is read transposed. */
  readonly transposeA?: boolean;
  /** b lies as [..., N, K] and is read transposed. */
  readonly transposeB?: boolean;
}

/**
 * a [..., M, K] · b [..., K, N] → [..., M, N]. Leading axes are broadcast; rows of any depth times one matrix are
 * taken as a single product of all rows.
 * @throws ShapeError when K differs or an operand is no matrix.
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: Transposed = {},
): Tensor {
  if (a.rank < 2 || b.rank < 2) throw new ShapeError('matmul', [a, b], 'both must be matrices');
  if (a.rank > 2 && b.rank === 2 && !transposeA) {
    const rows = matmul(reshape(a, [-1, a.shape.at(-1)!]), b, { transposeB });
    return reshape(rows, [...a.shape.slice(0, -1), rows.shape[1]!]);
  }
  const [m, inner] = matrix(a.shape, transposeA);
  const [innerB, n] = matrix(b.shape, transposeB);
  if (inner !== innerB) throw new ShapeError('matmul', [a, b], `inner sizes ${inner} and ${innerB} differ`);
  const batch = broadcastShape('matmul', [a, b], [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const operands = [floating('matmul', a), floating('matmul', b)] as const;
  return node('matmul', operands, { transposeA, transposeB }, [...batch, m, n], 'f32');
}

function matrix(shape: Shape, transposed: boolean): readonly [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}

export const matmulGradients = {
  matmul: (g, { inputs: [a, b], attributes: { transposeA, transposeB } }) => [
    transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, g, { transposeA: !transposeA }),
  ],
} satisfies Partial<Gradients>;
