/** Judges pairs: opens the two pictures where their times leave it open whether they are one exposure. */
import { thumbnailSides } from '../contract/engine.ts';
import type { DuplicateClass } from '../contract/duplicate-kinds.ts';
import type { ContentFacts, DuplicateReader } from '../store/duplicate-reader.ts';
import { codedPicture } from './coded-picture.ts';
import { type Comparison, comparePictures, isIdentity } from './compare-pictures.ts';
import { judge, otherMoment } from './judge.ts';
import { smallCopy } from './look-at-photo.ts';
import { type Look, lookAt } from './plane.ts';

export interface Judged {
  readonly classes: readonly (DuplicateClass | 'none')[];
  /** One a pair. */
  readonly distances: Float32Array;
}

/** Pictures that stay open: 57 kB each. */
const openPictures = 1500;

export class PairJudge {
  readonly #reader: DuplicateReader;
  readonly #thumbnailOf: (hash: string) => string;
  readonly #looks = new Map<number, Promise<Look | null>>();

  /** @param thumbnailOf  where the small thumbnail of a content lies, whether it is there or not. */
  constructor(reader: DuplicateReader, thumbnailOf: (hash: string) => string) {
    this.#reader = reader;
    this.#thumbnailOf = thumbnailOf;
  }

  /**
   * @param pairs  [a, b, a, b…] of content ids. @param likeness  cosine of each pair, NaN where there is none.
   * @param threshold  cosine from which on two show the same scene.
   * A photo that is gone or cannot be opened is like none.
   */
  async judge(pairs: Int32Array, likeness: Float32Array, threshold: number): Promise<Judged> {
    const classes: (DuplicateClass | 'none')[] = [];
    const distances = new Float32Array(likeness.length);
    for (let i = 0; i < likeness.length; i++) {
      const [a, b] = [
        this.#reader.facts(pairs[2 * i]! as never),
        this.#reader.facts(pairs[2 * i + 1]! as never),
      ];
      const verdict =
        a && b
          ? await this.#verdict(a, b, { likeness: likeness[i]!, threshold })
          : { class: 'none' as const, distance: 1 };
      classes.push(verdict.class);
      distances[i] = verdict.distance;
    }
    return { classes, distances };
  }

  async #verdict(a: ContentFacts, b: ContentFacts, given: { likeness: number; threshold: number }) {
    const others = otherMoment(a, b);
    // Two exposures: only whether they show the same is left, and the encoder says so.
    const comparison =
      others && !Number.isNaN(given.likeness) ? null : await this.#compare(a, b).catch(() => null);
    const sameData = await this.#sameData(a, b, comparison, others).catch(() => false);
    return judge({ a, b, comparison, sameData, ...given });
  }

  async #compare(a: ContentFacts, b: ContentFacts): Promise<Comparison | null> {
    const [one, other] = [await this.#look(a), await this.#look(b)];
    return one && other ? comparePictures(one, other) : null;
  }

  /** Files of one format and size are read whole when they look the same; a wrong date that was put right changes no picture. */
  async #sameData(
    a: ContentFacts,
    b: ContentFacts,
    comparison: Comparison | null,
    others: boolean,
  ): Promise<boolean> {
    if (a.format !== b.format || a.width !== b.width || a.height !== b.height) return false;
    const alike = comparison
      ? isIdentity(comparison.affine, 0.002) && comparison.residual < 0.5 && (comparison.colour ?? 9) < 0.5
      : others;
    if (!alike) return false;
    const [one, other] = [await codedPicture(a.path), await codedPicture(b.path)];
    return one !== null && one === other;
  }

  #look({ id, hash, path, width, height }: ContentFacts): Promise<Look | null> {
    const known = this.#looks.get(id);
    if (known) return known;
    const opened = smallCopy(path, this.#thumbnailOf(hash), thumbnailSides.small).then(
      (pixels) => lookAt(pixels, { width, height }),
      () => null,
    );
    this.#looks.set(id, opened);
    // The oldest goes: pairs come in the order of their first photo.
    if (this.#looks.size > openPictures) this.#looks.delete(this.#looks.keys().next().value!);
    return opened;
  }
}
