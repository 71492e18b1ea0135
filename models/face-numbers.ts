/** What a face model's outputs are read by: the same in its card and in the catalog. */
import * as v from 'valibot';

export const faceNumbers = {
  /** Numbers in a descriptor. */
  dim: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Scores below it are no face. */
  leastScore: v.number(),
  /** How likely it is that two faces are one person: 1 / (1 + exp(-(weight × cosine + bias))), fitted on pairs. */
  samePerson: v.object({ weight: v.number(), bias: v.number() }),
  /** Cosines and a quality: GroupingRules. */
  grouping: v.object({
    same: v.number(),
    lonely: v.number(),
    join: v.number(),
    ask: v.number(),
    leastQuality: v.number(),
  }),
};
