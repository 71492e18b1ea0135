/** The contrastive losses of photos held out, in plain numbers: the same formulas as training/losses, for some rows of a batch only. */
import { type Rows, rowAt } from '../evaluate/rows.ts';

export interface Compared {
  /** [Q, D] and [K, D], unit rows. */
  readonly queries: Rows;
  readonly keys: Rows;
  /** Place of each query's own key. */
  readonly own: (query: number) => number;
  /** Keys that are no negatives of a query. */
  readonly leftOut: (query: number, key: number) => boolean;
  readonly temperature: number;
}

/** Mean cross entropy of the own key among all that are not left out, in nats. NaN of no query. */
export function contrastOf({ queries, keys, own, leftOut, temperature }: Compared): number {
  let total = 0;
  const logits = new Float64Array(keys.count);
  for (let i = 0; i < queries.count; i++) {
    const query = rowAt(queries, i);
    const mate = own(i);
    let most = -Infinity;
    for (let j = 0; j < keys.count; j++) {
      logits[j] = -Infinity;
      if (j !== mate && leftOut(i, j)) continue;
      const key = rowAt(keys, j);
      let sum = 0;
      for (let d = 0; d < query.length; d++) sum += query[d]! * key[d]!;
      logits[j] = sum / temperature;
      most = Math.max(most, logits[j]!);
    }
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit - most);
    total += most + Math.log(sum) - logits[mate]!;
  }
  return total / queries.count;
}

/**
 * NT-Xent of the first `count` photos of a batch, both views of each asked for among all views.
 * @param first  [B, D]. @param second  [B, D]. @param ids  [B]; equal ones are no negatives of each other.
 */
export function ntXentOf(
  first: Rows,
  second: Rows,
  ids: Int32Array,
  { count, temperature }: { readonly count: number; readonly temperature: number },
): number {
  const batch = first.count;
  const keys = together(first, second);
  const some = ({ values, dim }: Rows): Rows => ({ values: values.subarray(0, count * dim), count, dim });
  const queries = together(some(first), some(second));
  const place = (query: number) => (query < count ? query : batch + query - count);
  return contrastOf({
    queries,
    keys,
    own: (query) => (place(query) + batch) % (2 * batch),
    leftOut: (query, key) => ids[place(query) % batch] === ids[key % batch],
    temperature,
  });
}

function together(a: Rows, b: Rows): Rows {
  const values = new Float32Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { values, count: a.count + b.count, dim: a.dim };
}

/** CLIP's loss of the first `count` photos of a batch and their texts, half of both directions. */
export function clipOf(
  photos: Rows,
  texts: Rows,
  ids: Int32Array,
  { count, temperature }: { readonly count: number; readonly temperature: number },
): number {
  const way = (from: Rows, to: Rows) =>
    contrastOf({
      queries: { values: from.values.subarray(0, count * from.dim), count, dim: from.dim },
      keys: to,
      own: (query) => query,
      leftOut: (query, key) => ids[query] === ids[key],
      temperature,
    });
  return (way(photos, texts) + way(texts, photos)) / 2;
}
