/** Classes of photos as numbers from 0 on, and how often a guess of them is right. */

/** How many photos each class has. @throws RangeError for a label outside 0..classes-1. */
export function classSizes(labels: ArrayLike<number>, classes: number): Uint32Array {
  const sizes = new Uint32Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new RangeError(`label ${label} of ${classes} classes`);
    sizes[label]!++;
  }
  return sizes;
}

/** Share of right guesses, 0..1; NaN of none. */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  if (predicted.length !== labels.length)
    throw new RangeError(`${predicted.length} guesses for ${labels.length} labels`);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predicted[i] === labels[i]) right++;
  return right / labels.length;
}

/** Place of the largest number; of equal ones the first. */
export function largest(numbers: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! > numbers[best]!) best = i;
  return best;
}
