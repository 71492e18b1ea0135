export interface LossScaleState {
  readonly scale: number;
  readonly goodSteps: number;
  readonly skipped: number;
}

/**
 * Loss scaling for half precision: small gradients would vanish in float16, so the loss is multiplied before
 * differentiation and the gradients are divided after it. A step whose gradients overflow is dropped.
 * Source: Micikevicius et al. 2018, arXiv 1710.03740, §3.2; growth and backoff as torch.cuda.amp.GradScaler.
 */
export class LossScale {
  #scale: number;
  #goodSteps = 0;
  /** Steps dropped since the start. */
  skipped = 0;
  /** Good steps after which a larger scale is tried. */
  readonly #growEvery: number;

  constructor({ start = 65_536, growEvery = 2_000 } = {}) {
    this.#scale = start;
    this.#growEvery = growEvery;
  }

  /** Where it stands; a run that is taken up again goes on from there. */
  get state(): LossScaleState {
    return { scale: this.#scale, goodSteps: this.#goodSteps, skipped: this.skipped };
  }

  set state({ scale, goodSteps, skipped }: LossScaleState) {
    this.#scale = scale;
    this.#goodSteps = goodSteps;
    this.skipped = skipped;
  }

  /** What to multiply the loss by in the next step; a power of two, so that it costs no precision. */
  get scale(): number {
    return this.#scale;
  }

  /**
   * Looks at the length of the gradients of the step just made.
   * @returns whether the step may be kept.
   */
  accept(gradientNorm: number): boolean {
    if (!Number.isFinite(gradientNorm)) {
      this.#scale = Math.max(1, this.#scale / 2);
      this.#goodSteps = 0;
      this.skipped++;
      return false;
    }
    if (++this.#goodSteps >= this.#growEvery) {
      this.#scale *= 2;
      this.#goodSteps = 0;
    }
    return true;
  }
}
