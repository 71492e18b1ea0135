/** Pairs for the contrastive loss: half of them alike, half not. */
import type { Random } from '../random.ts';

/**
 * Gives every photo of a batch a partner, whose second view its first one is held against. Photos at even places get one of
 * their own kind, another photo where there is one and themselves otherwise; photos at odd places one of another kind.
 * @param labels  [B]. @returns `partner` [B], places in the batch; `similar` [B], 1 or 0. Where all are of one kind, all
 *   pairs are alike.
 */
export function drawPartners(
  labels: Int32Array,
  random: Random,
): { partner: Int32Array; similar: Int32Array } {
  const partner = new Int32Array(labels.length);
  const similar = new Int32Array(labels.length);
  const order = random.shuffle(Array.from(labels.keys()));
  for (const [i, label] of labels.entries()) {
    const wantsAlike = i % 2 === 0;
    // The first that fits, from a start of its own: not always the same few photos.
    const start = random.integer(order.length);
    const turned = (k: number) => order[(start + k) % order.length]!;
    const found = order.findIndex((_, k) => turned(k) !== i && (labels[turned(k)] === label) === wantsAlike);
    partner[i] = found < 0 ? i : turned(found);
    similar[i] = labels[partner[i]!] === label ? 1 : 0;
  }
  return { partner, similar };
}
