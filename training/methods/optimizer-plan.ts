/** How a method's weights are moved, as numbers that a run record can hold. */

export interface OptimizerPlan {
  readonly kind: 'adamw' | 'sgd' | 'lars';
  /** Learning rate for a batch of 256. */
  readonly rate: number;
  /** How the rate grows with the batch: N/256, its root, or not. */
  readonly scaling: 'linear' | 'root' | 'none';
  /** Weight decay. */
  readonly decay: number;
  /** Where the decay arrives by half a cosine; stays when left out. */
  readonly decayTo?: number;
  /** Longest gradient, all tensors together; or each by itself. */
  readonly clip?: number;
  readonly clipEach?: true;
  /** Linear rise at the start: share of all steps, or a number of epochs or steps. */
  readonly warmUp: { readonly share: number } | { readonly epochs: number } | { readonly steps: number };
  /** Where the cosine ends, as a share of the rate. */
  readonly final: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Biases and gains decay too, as MoCo and SimSiam do it. */
  readonly decaysAll?: true;
  /** Parts of the network, by the start of their names, that keep to a rule of their own. */
  readonly groups?: readonly {
    readonly starts: string;
    /** `constant`: the full rate all along. `late`: held still during the first epoch. `never`: held still. */
    readonly rate: 'constant' | 'late' | 'never';
  }[];
}

/** Our setting for home libraries from scratch: AdamW, decay 0.05, clip 1, 5 % warm-up, cosine to 1 %. To be measured, not a result. */
export const homeAdamW: OptimizerPlan = {
  kind: 'adamw',
  rate: 1e-3,
  scaling: 'linear',
  decay: 0.05,
  clip: 1,
  warmUp: { share: 0.05 },
  final: 0.01,
};
