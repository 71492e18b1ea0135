/**
 * Numbers that remember where they came from: the losses are written with them once more, as slow loops straight from
 * the papers, so that value and gradient are judged by something that shares nothing with the graph.
 */
export class Scalar {
  readonly value: number;
  grad = 0;
  readonly #sources: readonly (readonly [Scalar, number])[];

  /** @param sources  what it was computed from, each with its local derivative. */
  constructor(value: number, sources: readonly (readonly [Scalar, number])[] = []) {
    this.value = value;
    this.#sources = sources;
  }

  add(other: Scalar | number): Scalar {
    const b = scalar(other);
    return new Scalar(this.value + b.value, [
      [this, 1],
      [b, 1],
    ]);
  }

  sub(other: Scalar | number): Scalar {
    const b = scalar(other);
    return new Scalar(this.value - b.value, [
      [this, 1],
      [b, -1],
    ]);
  }

  mul(other: Scalar | number): Scalar {
    const b = scalar(other);
    return new Scalar(this.value * b.value, [
      [this, b.value],
      [b, this.value],
    ]);
  }

  div(other: Scalar | number): Scalar {
    const b = scalar(other);
    return new Scalar(this.value / b.value, [
      [this, 1 / b.value],
      [b, -this.value / b.value ** 2],
    ]);
  }

  exp(): Scalar {
    const e = Math.exp(this.value);
    return new Scalar(e, [[this, e]]);
  }

  log(): Scalar {
    return new Scalar(Math.log(this.value), [[this, 1 / this.value]]);
  }

  sqrt(): Scalar {
    const root = Math.sqrt(this.value);
    return new Scalar(root, [[this, 0.5 / root]]);
  }

  /** max(0, x), with a gradient of 0 at 0. */
  relu(): Scalar {
    return this.value > 0 ? this : new Scalar(0);
  }

  /** log(1 + exp(x)). */
  softplus(): Scalar {
    const x = this.value;
    return new Scalar(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), [[this, 1 / (1 + Math.exp(-x))]]);
  }

  /** The same number without a past. */
  stop(): Scalar {
    return new Scalar(this.value);
  }

  /** Fills in the gradient of this number by every number it was computed from. */
  backward(): void {
    const order: Scalar[] = [];
    const seen = new Set<Scalar>();
    const visit = (node: Scalar): void => {
      if (seen.has(node)) return;
      seen.add(node);
      for (const [source] of node.#sources) visit(source);
      order.push(node);
    };
    visit(this);
    this.grad = 1;
    for (const node of order.toReversed())
      for (const [source, local] of node.#sources) source.grad += node.grad * local;
  }
}

export type Row = readonly Scalar[];

export const scalar = (x: Scalar | number) => (typeof x === 'number' ? new Scalar(x) : x);
export const add = (terms: readonly Scalar[]) =>
  terms.reduce((total, term) => total.add(term), new Scalar(0));
export const mean = (terms: readonly Scalar[]) => add(terms).div(terms.length);
export const dot = (a: Row, b: Row) => add(a.map((x, i) => x.mul(b[i]!)));
export const stop = (row: Row): Row => row.map((x) => x.stop());

/** A row made unit length; a row of zeros stays without a past. */
export function unit(row: Row): Row {
  const squares = dot(row, row);
  return squares.value > 1e-24 ? row.map((x) => x.div(squares.sqrt())) : row.map(() => new Scalar(0));
}

export const squaredDistance = (a: Row, b: Row) => add(a.map((x, i) => x.sub(b[i]!).mul(x.sub(b[i]!))));

/** Euclidean distance; 0 without a gradient where the rows coincide. */
export function distance(a: Row, b: Row): Scalar {
  const squares = squaredDistance(a, b);
  return squares.value > 1e-24 ? squares.sqrt() : new Scalar(0);
}

/** log Σ exp, shifted by the largest. */
export function logSumExp(terms: readonly Scalar[]): Scalar {
  const top = Math.max(...terms.map(({ value }) => value));
  return add(terms.map((term) => term.sub(top).exp()))
    .log()
    .add(top);
}
