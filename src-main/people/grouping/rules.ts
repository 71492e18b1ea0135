/** By what faces are grouped. */
import type { FaceModelCard } from '../face-networks.ts';

export interface GroupingRules {
  /** Mean cosine of two clusters from which they are one person. */
  readonly same: number;
  /** How much higher it must be for two single faces; falls with the number of pairs that the mean is of. */
  readonly lonely: number;
  /** Mean cosine from which a face that founds nothing joins. */
  readonly join: number;
  /** Quality below which a face founds nothing. */
  readonly leastQuality: number;
  /** Mean cosine from which one may ask whether two are the same. */
  readonly ask: number;
  /** How likely two faces are one person, by their cosine: 1 / (1 + exp(-(weight × cosine + bias))). */
  readonly likely: { readonly weight: number; readonly bias: number };
}

/** As a face model's card says. */
export const rulesOf = ({ grouping, samePerson }: FaceModelCard): GroupingRules => ({
  ...grouping,
  likely: samePerson,
});

/** The same rules for descriptors whose cosines all lie higher by a number. */
export const shifted = (rules: GroupingRules, by: number): GroupingRules => ({
  ...rules,
  same: rules.same + by,
  join: rules.join + by,
  ask: rules.ask + by,
  likely: { weight: rules.likely.weight, bias: rules.likely.bias - rules.likely.weight * by },
});
