/** How well a grouping agrees with the truth. Source: Bagga and Baldwin 1998 (BCubed); Amigó et al. 2009 on why it is fair. */

export interface GroupingFigures {
  readonly precision: number;
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f: number;
  /** The same of pairs of faces. */
  readonly pairF: number;
}

/** @param truth  whose face each is. @param groups  in which group each was put; one of its own for a face that is in none. */
export function groupingFigures(truth: readonly string[], groups: readonly number[]): GroupingFigures {
  const ofPerson = new Map<string, number>();
  const ofGroup = new Map<number, Map<string, number>>();
  for (const [i, person] of truth.entries()) {
    ofPerson.set(person, (ofPerson.get(person) ?? 0) + 1);
    const counts = ofGroup.get(groups[i]!) ?? new Map<string, number>();
    counts.set(person, (counts.get(person) ?? 0) + 1);
    ofGroup.set(groups[i]!, counts);
  }
  let [precision, recall, hits, grouped] = [0, 0, 0, 0];
  for (const counts of ofGroup.values()) {
    const size = [...counts.values()].reduce((sum, count) => sum + count, 0);
    grouped += pairs(size);
    for (const [person, count] of counts) {
      precision += (count * count) / size / truth.length;
      recall += (count * count) / ofPerson.get(person)! / truth.length;
      hits += pairs(count);
    }
  }
  const same = [...ofPerson.values()].reduce((sum, count) => sum + pairs(count), 0);
  const [pairPrecision, pairRecall] = [grouped > 0 ? hits / grouped : 1, same > 0 ? hits / same : 1];
  return {
    precision,
    recall,
    f: mean(precision, recall),
    pairF: mean(pairPrecision, pairRecall),
  };
}

const pairs = (count: number) => (count * (count - 1)) / 2;
const mean = (a: number, b: number) => (a + b > 0 ? (2 * a * b) / (a + b) : 0);
