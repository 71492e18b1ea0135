/**
 * Text → sentence pieces by the unigram rule: of all splits into known pieces, the likeliest.
 * Source: Kudo 2018, «Subword Regularization», arXiv 1804.10959, §3.2 (Viterbi); the rules on spaces, unknown
 * characters and ties are those that the built-in text encoder was made with (its card.md).
 */

/** Piece and its log probability; the position in the list is the piece's id. */
export type ScoredPiece = readonly [piece: string, score: number | null];

/** Ids below this one are marks (unknown, start, end …), never pieces of text. */
const markCount = 6;
export const unknownPiece = 0;

/** Stands for a space, and before the first word. */
const spaceMark = '\u2581';

export class SentencePieces {
  readonly #ids = new Map<string, number>();
  readonly #scores: Float64Array;
  readonly #longest: number;

  /** @param pieces  in the order of their ids. A piece without a score counts 0, as it did when the encoder was made. */
  constructor(pieces: readonly ScoredPiece[]) {
    let longest = 1;
    this.#scores = Float64Array.from(pieces, ([, score]) => score ?? 0);
    for (const [id, [piece]] of pieces.entries()) {
      if (id < markCount) continue;
      this.#ids.set(piece, id);
      longest = Math.max(longest, [...piece].length);
    }
    this.#longest = longest;
  }

  /** NFKC; a mark in front and in place of every space; '' stays ''. Case is kept. */
  normalise(text: string): string {
    const normal = text.normalize('NFKC');
    return normal && spaceMark + normal.replaceAll(' ', spaceMark);
  }

  /**
   * Ids of the pieces, in order; a run of characters that are no piece gives a single 0.
   * Cost: length x 16 look-ups.
   */
  encode(text: string): number[] {
    const ids = this.split(this.normalise(text)).map(({ id }) => id);
    return ids.filter((id, at) => id !== unknownPiece || ids[at - 1] !== unknownPiece);
  }

  /** The pieces of a normalised text with their ids: joined they give the text again. */
  split(normal: string): { id: number; piece: string }[] {
    const characters = [...normal];
    const { length } = characters;
    // offsets[i]: where character i starts in the string; characters outside the first plane take two units.
    const offsets = new Uint32Array(length + 1);
    for (let i = 0; i < length; i++) offsets[i + 1] = offsets[i]! + characters[i]!.length;

    // best[end]: highest sum of a split of the first `end` characters; its last piece is lastId, from lastStart.
    const best = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    const lastId = new Int32Array(length + 1);
    const lastStart = new Uint32Array(length + 1);
    best[0] = 0;
    for (let end = 1; end <= length; end++) {
      for (let start = Math.max(0, end - this.#longest); start < end; start++) {
        const id = this.#ids.get(normal.slice(offsets[start], offsets[end]));
        if (id === undefined && start < end - 1) continue;
        const sum = best[start]! + (id === undefined ? 0 : this.#scores[id]!);
        // Of equals the later found wins: the one with the shorter last piece.
        if (sum < best[end]!) continue;
        best[end] = sum;
        lastId[end] = id ?? unknownPiece;
        lastStart[end] = start;
      }
    }

    const pieces: { id: number; piece: string }[] = [];
    for (let end = length; end > 0; end = lastStart[end]!)
      pieces.push({ id: lastId[end]!, piece: normal.slice(offsets[lastStart[end]!], offsets[end]) });
    return pieces.toReversed();
  }
}
