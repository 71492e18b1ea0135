/** Seeded randomness. Every draw of a run comes from here, so that a seed names the whole run. */

export class Random {
  #state: readonly [number, number, number, number];

  /** @param seed  numbers and words together; the same ones give the same draws on every machine. */
  constructor(...seed: readonly (number | string)[]) {
    // xmur3 (Bryc) spreads the text of the seed over the 128 bits of sfc32's state.
    let hash = 1779033703;
    for (const letter of seed.join('\u0000')) {
      hash = Math.imul(hash ^ letter.codePointAt(0)!, 3432918353);
      hash = (hash << 13) | (hash >>> 19);
    }
    const next = () => {
      hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
      hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
      return (hash ^= hash >>> 16) >>> 0;
    };
    this.#state = [next(), next(), next(), next()];
    for (let i = 0; i < 12; i++) this.uniform();
  }

  /** Where the sequence stands; a run that is taken up again goes on from there. */
  get state(): readonly [number, number, number, number] {
    return this.#state;
  }

  set state(state: readonly [number, number, number, number]) {
    this.#state = state;
  }

  /** 0 or more, below 1; 32 bits. Source: Doty-Humphrey's sfc32, of PractRand. */
  uniform(low = 0, high = 1): number {
    const [a, b, c, counter] = this.#state;
    const sum = (((a + b) | 0) + counter) | 0;
    this.#state = [
      b ^ (b >>> 9),
      (c + (c << 3)) | 0,
      (((c << 21) | (c >>> 11)) + sum) | 0,
      (counter + 1) | 0,
    ];
    return low + ((sum >>> 0) / 4294967296) * (high - low);
  }

  /** Normally distributed, mean 0 and deviation 1: Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A whole number from 0 to below the count. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Shuffles in place: Fisher and Yates. */
  shuffle<T extends { length: number; [at: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}
