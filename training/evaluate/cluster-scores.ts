/** The mark of something that belongs to no group: it stands alone. */
const ungrouped = -1;

export interface ClusterScores {
  /** Share of a photo's cluster that has its class, itself included; the mean over photos. */
  readonly bcubedPrecision: number;
  /** Share of a photo's class that lies in its cluster; the mean over photos. */
  readonly bcubedRecall: number;
  /** Their harmonic mean: the main figure for grouping faces. */
  readonly bcubedF: number;
  /** Share of photos whose class is the commonest of their cluster. Grows with the number of clusters. */
  readonly purity: number;
  /** Share of photos whose cluster is the commonest of their class. */
  readonly inversePurity: number;
  /** Mutual information over the mean of the two entropies: 0 none, 1 the same division. */
  readonly nmi: number;
  readonly clusters: number;
}

/**
 * How well clusters agree with classes.
 * @param truth  class of each photo, any whole numbers. @param found  its cluster; -1 counts as a cluster of its own, or
 *   else to group nothing would look precise for free.
 * @throws RangeError when the two differ in number, or are none.
 * Source: Bagga, Baldwin 1998 and Amigó et al. 2009 (BCubed); Strehl, Ghosh 2002 (NMI, here over the arithmetic mean).
 */
export function clusterScores(truth: ArrayLike<number>, found: ArrayLike<number>): ClusterScores {
  const count = truth.length;
  if (count === 0 || found.length !== count)
    throw new RangeError(`${found.length} clusters for ${count} classes`);
  const cells = new Map<string, { readonly cluster: string; readonly label: number; size: number }>();
  const clusters = new Map<string, number>();
  const labels = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const label = truth[i]!;
    const cluster = found[i] === ungrouped ? `alone ${i}` : `${found[i]}`;
    const key = `${cluster} ${label}`;
    const cell = cells.get(key);
    if (cell) cell.size++;
    else cells.set(key, { cluster, label, size: 1 });
    clusters.set(cluster, (clusters.get(cluster) ?? 0) + 1);
    labels.set(label, (labels.get(label) ?? 0) + 1);
  }

  let [precision, recall, mutual] = [0, 0, 0];
  const most = { ofCluster: new Map<string, number>(), ofLabel: new Map<number, number>() };
  for (const { cluster, label, size } of cells.values()) {
    const [clusterSize, labelSize] = [clusters.get(cluster)!, labels.get(label)!];
    precision += size ** 2 / clusterSize / count;
    recall += size ** 2 / labelSize / count;
    mutual += (size / count) * Math.log((size * count) / (clusterSize * labelSize));
    most.ofCluster.set(cluster, Math.max(size, most.ofCluster.get(cluster) ?? 0));
    most.ofLabel.set(label, Math.max(size, most.ofLabel.get(label) ?? 0));
  }
  const one = clusters.size === 1 && labels.size === 1;
  const entropies = entropy(clusters.values(), count) + entropy(labels.values(), count);
  return {
    bcubedPrecision: precision,
    bcubedRecall: recall,
    bcubedF: (2 * precision * recall) / (precision + recall),
    purity: total(most.ofCluster.values()) / count,
    inversePurity: total(most.ofLabel.values()) / count,
    nmi: one ? 1 : mutual > 1e-12 ? (2 * mutual) / entropies : 0, // below is rounding
    clusters: clusters.size,
  };
}

const total = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + size, 0);

/** Nats. */
function entropy(sizes: Iterable<number>, count: number): number {
  return [...sizes].reduce((sum, size) => sum - (size / count) * Math.log(size / count), 0);
}
