/** Text → the words of it that the encoder has learned by heart, in order; all others are passed over. */
export class KnownWords {
  readonly #ids: ReadonlyMap<string, number>;

  /** @param words  lower case, letters a-z and digits; a word's id is its position + 1, since 0 pads. */
  constructor(words: readonly string[]) {
    this.#ids = new Map(words.map((word, at) => [word, at + 1]));
  }

  /** @param limit  ids at most; words after that are left out. */
  encode(text: string, limit: number): number[] {
    const ids: number[] = [];
    for (const [word] of text.toLowerCase().matchAll(/[a-z0-9]+/g)) {
      const id = this.#ids.get(word);
      if (id !== undefined && ids.push(id) === limit) break;
    }
    return ids;
  }
}
