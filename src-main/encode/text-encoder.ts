/** The text side of an encoder: words → unit vectors in the space of the photos' embeddings. */
import { join } from 'node:path';
import { readEncoderCard, type TextCard } from '../../models/card.ts';
import { meanDirection, rowOf, toUnit } from '../../models/embedding.ts';
import type { Session } from '../../models/inference.ts';
import { openTokenizer, type Tokenizer } from '../../models/tokenizer.ts';
import { LikenessError } from '../contract/errors.ts';
import { floatRows } from './float-rows.ts';
import { openSession, type SessionOptions } from './session.ts';

/** Up to this many words a query is taken for a bare noun and put into the card's sentences too. */
const bareNounWords = 3;

interface TextEncoderParts {
  readonly card: TextCard;
  readonly dim: number;
  readonly tokenizer: Tokenizer;
  readonly session: Session;
}

export class TextEncoder {
  readonly #parts: TextEncoderParts;

  private constructor(parts: TextEncoderParts) {
    this.#parts = parts;
  }

  /** @param dir  the encoder's folder. @throws LikenessError encoder-broken; no-encoder when it has no text side. */
  static async open(dir: string, options: SessionOptions): Promise<TextEncoder> {
    const { name, text: card, dim } = readEncoderCard(dir);
    if (!card)
      throw new LikenessError(
        'no-encoder',
        `The encoder “${name}” finds similar photos, but does not understand words.`,
        'Choose an encoder with a text side to search by words.',
      );
    const tokenizer = await openTokenizer(dir, card);
    const session = await openSession(join(dir, card.file), options);
    return new TextEncoder({ card, dim: dim.embedding, tokenizer, session });
  }

  /**
   * Encodes texts as they stand, in one batch.
   * @returns one unit vector a text, in their order; a text without any known word has a vector too.
   * Cost with the built-in encoder: about 2 ms for one text, 0.6 ms a text in batches of 16.
   */
  async encode(texts: readonly string[]): Promise<Float32Array[]> {
    if (texts.length === 0) return [];
    const { card, dim, tokenizer, session } = this.#parts;
    const made = await session.run(tokenizer.encode(texts), [card.output]);
    const rows = floatRows(made, card.output, [texts.length, dim]);
    return texts.map((_, at) => toUnit(rowOf(rows, at, dim)));
  }

  /**
   * Encodes what a person typed to search. A few words are also read as «a photo of …» and the like (the card's
   * templates), and the directions averaged; a sentence stands for itself.
   */
  async encodeQuery(query: string): Promise<Float32Array> {
    const bare = query.trim().split(/\s+/).length <= bareNounWords;
    const sentences = bare
      ? this.#parts.card.templates.map((template) => template.replaceAll('{}', () => query))
      : [];
    return meanDirection(await this.encode([query, ...sentences]));
  }

  close(): Promise<void> {
    return this.#parts.session.close();
  }
}
