import { type Rows, rowAt } from '../evaluate/rows.ts';

/** Of its group, a photo is compared with so many that follow it: groups by time can be a whole day of shots without a pause. */
const mostCompared = 20;

/**
 * Other shots of the same thing, which are to lie near: photos of one group (taken within seconds, or nearly the same picture)
 * that are also as like each other as three in four halves are like their photo, in the eyes of the encoder that one begins
 * with. The group alone would not do: groups are linked from photo to photo, and the end of a long one shows something else.
 * @param groups  [N]. @param whole  [N, D], unit rows. @param half  [N, D], half of each photo.
 * @returns for each photo its mates, mutual; most have none.
 */
export function findMates(groups: Int32Array, whole: Rows, half: Rows): readonly (readonly number[])[] {
  const mates: number[][] = Array.from(groups, () => []);
  const own = Float64Array.from(groups, (_, at) => dot(rowAt(whole, at), rowAt(half, at))).sort();
  const enough = own[Math.floor(own.length / 4)] ?? 1;
  for (const members of Map.groupBy(groups.keys(), (at) => groups[at]!).values())
    for (const [i, first] of members.entries())
      for (const second of members.slice(i + 1, i + 1 + mostCompared))
        if (dot(rowAt(whole, first), rowAt(whole, second)) >= enough) {
          mates[first]!.push(second);
          mates[second]!.push(first);
        }
  return mates;
}

function dot(a: Rows['values'], b: Rows['values']): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
}
