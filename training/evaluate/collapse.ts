/** Whether embeddings still tell photos apart. A collapsed run has a low loss, so the loss does not show it. */
import type { Collapse } from '../../src-main/contract/run.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';
import { type Rows, takeRows, unitRows } from './rows.ts';
import { similarityRows } from './similarities.ts';

/** Below a tenth of what evenly spread embeddings have, photos differ by little but noise. */
const leastSpread = 0.1;
/** Below this the embeddings lie on a line, more or less: one direction, with a little noise in the others. */
const leastRank = 2;
/** Fewer photos or dimensions than this may lie on a line without any fault. */
const enoughToSpan = 8;
/** Photos that the effective rank looks at; it cannot be more than these less one. */
const rankedPhotos = 256;

/**
 * Measures the deviations of unit rows from their mean. The mean itself does not count: embeddings may well share a
 * direction (those behind a ReLU do) and still differ in all others.
 * @param rows  [N, D], one embedding a photo, any length.
 * @returns `spread`, the mean deviation of a dimension times √D: 1 spread evenly, 0 all the same; `effectiveRank`, exp of
 *   the entropy of the normalised singular values, of at most 256 photos evenly taken from the rows. A single photo, or
 *   none, has nothing to tell: not collapsed, with a reason.
 * Source: Chen, He 2021 (SimSiam), §4.1 (spread); Roy, Vetterli 2007 (effective rank). Cost: 60 ms at 256 x 384.
 */
export function collapseOf(rows: Rows): Collapse {
  if (rows.count < 2)
    return {
      collapsed: false,
      spread: 0,
      effectiveRank: 1,
      reason: 'It takes two photos or more to see whether embeddings tell photos apart.',
    };
  const unit = unitRows(rows);
  const spread = spreadOf(unit);
  const effectiveRank = effectiveRankOf(unit);
  const span = Math.min(rows.count - 1, rows.dim);
  const reason = !Number.isFinite(spread)
    ? 'The encoder gives no numbers.'
    : spread < leastSpread
      ? 'All photos get nearly the same embedding: the encoder does not tell them apart.'
      : span >= enoughToSpan && effectiveRank < leastRank
        ? 'All embeddings lie on a line: the encoder tells photos apart by one thing only.'
        : null;
  return { collapsed: reason !== null, spread, effectiveRank, reason };
}

/** Mean over dimensions of the deviation over rows, times √D. */
function spreadOf({ values, count, dim }: Rows): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) {
    let mean = 0;
    for (let at = d; at < values.length; at += dim) mean += values[at]!;
    mean /= count;
    let squares = 0;
    for (let at = d; at < values.length; at += dim) squares += (values[at]! - mean) ** 2;
    sum += Math.sqrt(squares / count);
  }
  return sum / Math.sqrt(dim);
}

function effectiveRankOf(unit: Rows): number {
  const step = Math.max(1, unit.count / rankedPhotos);
  const places = Array.from({ length: Math.min(unit.count, rankedPhotos) }, (_, i) => Math.floor(i * step));
  const { gram, side } = smallerGram(centred(takeRows(unit, places)));
  const singular = symmetricEigenvalues(gram, side).map((square) => Math.sqrt(Math.max(0, square)));
  const total = singular.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return 1;
  const entropy = singular.reduce((sum, value) => {
    const share = value / total;
    return share > 0 ? sum - share * Math.log(share) : sum;
  }, 0);
  return Math.exp(entropy);
}

/** The rows less their mean. */
function centred({ values, count, dim }: Rows): Rows {
  const moved = Float32Array.from(values);
  for (let d = 0; d < dim; d++) {
    let mean = 0;
    for (let at = d; at < values.length; at += dim) mean += values[at]! / count;
    for (let at = d; at < moved.length; at += dim) moved[at]! -= mean;
  }
  return { values: moved, count, dim };
}

/** X Xᵀ or Xᵀ X, whichever is smaller: both have the squares of X's singular values, and zeros. */
function smallerGram(rows: Rows): { readonly gram: Float64Array; readonly side: number } {
  const least = rows.count <= rows.dim ? rows : transposed(rows);
  const gram = new Float64Array(least.count ** 2);
  for (const [i, products] of similarityRows(least, least)) gram.set(products, i * least.count);
  return { gram, side: least.count };
}

function transposed({ values, count, dim }: Rows): Rows {
  const turned = Float32Array.from({ length: values.length }, (_, at) => {
    return values[(at % count) * dim + Math.floor(at / count)]!;
  });
  return { values: turned, count: dim, dim: count };
}

export interface TeacherEntropies {
  /** Mean over photos of the entropy of the teacher's answer, nats. */
  readonly entropy: number;
  /** Entropy of the mean of these answers, nats. */
  readonly spread: number;
  /** K: what the teacher chooses among. */
  readonly prototypes: number;
}

/** Information that answers must hold at least, as a share of what they could. */
const leastInformation = 0.01;

/**
 * What is wrong with a DINO teacher, in a sentence; null when all is well. The entropy of the mean answer less the mean
 * entropy is what an answer tells about its photo (mutual information, nats): nothing, when the two agree.
 * Not to be asked during the warm-up: an untrained network sees all photos alike.
 * Source: Caron et al. 2021 (DINO), §5.3 and figure 7: without centering one prototype wins, without sharpening all.
 */
export function teacherAlarm({ entropy, spread, prototypes }: TeacherEntropies): string | null {
  const most = Math.log(prototypes);
  if (!Number.isFinite(entropy) || !Number.isFinite(spread)) return 'The teacher gives no numbers.';
  if (spread - entropy >= leastInformation * most) return null;
  return entropy > most / 2
    ? 'The teacher finds every photo equally like everything: its answers are uniform, and nothing can be learned from them. A lower teacher temperature sharpens them.'
    : 'The teacher gives every photo the same answer: one prototype has won. Centering of its answers prevents that; a higher teacher temperature helps.';
}
