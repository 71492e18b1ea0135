/** The present minute, for “2 min ago”. */
export class Clock {
  #nowMs: number = $state(Date.now());

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Moves on until the returned function is called. */
  run(): () => void {
    this.#nowMs = Date.now();
    const timer = setInterval(() => (this.#nowMs = Date.now()), 15_000);
    return () => clearInterval(timer);
  }
}
