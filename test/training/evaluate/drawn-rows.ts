/** Rows for tests: drawn, or from golden cases. */
import { type Rows, rowsOf } from '../../../training/evaluate/rows.ts';
import { flat, shapeOf } from '../golden.ts';
import { normal } from '../graph/draw.ts';

/** Normally distributed rows round an offset. */
export function drawnRows(seed: number, count: number, dim: number, offset = 0): Rows {
  return { values: Float32Array.from(normal(seed, count * dim), (value) => value + offset), count, dim };
}

/** Classes that lie apart: rows round the mean of their class, classes in turn. */
export function drawnClasses(
  seed: number,
  { count, dim, classes, apart }: { count: number; dim: number; classes: number; apart: number },
) {
  const means = normal(1000, classes * dim, apart);
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const noise = normal(seed, count * dim);
  const values = Float32Array.from(
    noise,
    (value, at) => value + means[labels[Math.floor(at / dim)]! * dim + (at % dim)]!,
  );
  return { rows: rowsOf(values, dim), labels };
}

/** In double precision, as golden values ask for. */
export function goldenRows(nested: Parameters<typeof flat>[0]): Rows {
  return rowsOf(Float64Array.from(flat(nested)), shapeOf(nested).at(-1)!);
}

export function sameRows(count: number, row: readonly number[]): Rows {
  return rowsOf(Float32Array.from(Array.from({ length: count }, () => row).flat()), row.length);
}
