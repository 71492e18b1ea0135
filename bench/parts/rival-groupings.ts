/** How others group faces, on the same descriptors: each takes cosines of all pairs, and answers with a group for each face. */

/** Cosine of two faces by their places. */
export type Likeness = (a: number, b: number) => number;

/** Whoever is near enough to somebody is theirs: single link, what comes of merging transitively. */
export function linked(count: number, likeness: Likeness, least: number): number[] {
  const groups = Array.from({ length: count }, () => -1);
  for (let start = 0; start < count; start++) {
    if (groups[start] !== -1) continue;
    groups[start] = start;
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (let other = 0; other < count; other++)
        if (groups[other] === -1 && likeness(at, other) >= least) {
          groups[other] = start;
          open.push(other);
        }
  }
  return groups;
}

/** Biemann 2006, “Chinese Whispers”: every face takes the label that weighs most around it, twenty times over, in one fixed order. */
export function whispered(count: number, likeness: Likeness, least: number): number[] {
  const labels = Array.from({ length: count }, (_, i) => i);
  for (let round = 0; round < 20; round++)
    for (let step = 0; step < count; step++) {
      // A step that shares no divisor with the count visits everybody, in an order that is no alphabet's.
      const face = (step * 7919) % count;
      const weights = new Map<number, number>();
      for (let other = 0; other < count; other++) {
        if (other === face) continue;
        const near = likeness(face, other);
        if (near >= least) weights.set(labels[other]!, (weights.get(labels[other]!) ?? 0) + near);
      }
      let best = labels[face]!;
      let most = 0;
      for (const [label, weight] of weights) if (weight > most) [best, most] = [label, weight];
      labels[face] = best;
    }
  return labels;
}

/** Ester et al. 1996. Faces in no dense place stay alone. @param leastPoints  the face itself counts. */
export function dense(count: number, likeness: Likeness, least: number, leastPoints: number): number[] {
  const near = Array.from({ length: count }, (_, a) =>
    Array.from({ length: count }, (_, b) => b).filter((b) => likeness(a, b) >= least),
  );
  const core = near.map((all) => all.length >= leastPoints);
  const groups = Array.from({ length: count }, (_, i) => count + i);
  for (let start = 0; start < count; start++) {
    if (!core[start] || groups[start]! < count) continue;
    const open = [start];
    groups[start] = start;
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const other of near[at]!)
        if (groups[other]! >= count) {
          groups[other] = start;
          if (core[other]) open.push(other);
        }
  }
  return groups;
}

/** Immich: of the faces near enough the nearest one's person; a face with three faces near it, itself among them, founds one. In order. */
export function inOrderOfArrival(
  count: number,
  likeness: Likeness,
  least: number,
  leastFaces: number,
): number[] {
  const groups = Array.from({ length: count }, (_, i) => count + i);
  for (let pass = 0; pass < 2; pass++)
    for (let face = 0; face < count; face++) {
      if (groups[face]! < count) continue;
      let [nearest, best, near] = [-1, least, 1];
      for (let other = 0; other < count; other++) {
        if (other === face) continue;
        const cosine = likeness(face, other);
        if (cosine < least) continue;
        near += 1;
        if (groups[other]! < count && cosine >= best) [nearest, best] = [other, cosine];
      }
      if (nearest >= 0) groups[face] = groups[nearest]!;
      else if (near >= leastFaces) groups[face] = face;
    }
  return groups;
}

/** ente: each face joins the group of the nearest earlier face, where that is near enough. */
export function nearestEarlier(count: number, likeness: Likeness, least: number): number[] {
  const groups: number[] = [];
  for (let face = 0; face < count; face++) {
    let [nearest, best] = [-1, least];
    for (let other = 0; other < face; other++) {
      const cosine = likeness(face, other);
      if (cosine > best) [nearest, best] = [other, cosine];
    }
    groups.push(nearest >= 0 ? groups[nearest]! : face);
  }
  return groups;
}
