/** One decode a photo, and everything that is made from it: details, colour, both thumbnails, the encoder's vectors. */
import PQueue from 'p-queue';
import { inputLength, preprocess } from '../models/preprocess.ts';
import { readPixels } from '../models/pixels.ts';
import { thumbnailSides, type EngineCalls, type Outcome, type PreparedPhoto } from './contract/engine.ts';
import { toErrorData } from './contract/errors.ts';
import { BatchEncoder } from './encode/batch-encoder.ts';
import type { PhotoEncoder } from './encode/photo-encoder.ts';
import { readMetadata } from './library/metadata.ts';
import { averageColour, writeThumbnails } from './library/thumbnail.ts';

export class PhotoPreparer {
  /** Bounds the photos in memory, over all calls in flight. */
  readonly #decoding: PQueue;
  #batches: { readonly encoder: PhotoEncoder; readonly batch: BatchEncoder } | null = null;

  /** @param decodes photos read at once, 1 or more. */
  constructor(decodes: number) {
    this.#decoding = new PQueue({ concurrency: decodes });
  }

  /** @returns one outcome a photo, in their order; one that cannot be read stops nothing. */
  prepare(
    photos: EngineCalls['prepare'][0]['photos'],
    { thumbnails, encoder }: { thumbnails: string | null; encoder: PhotoEncoder | null },
  ): Promise<Outcome<PreparedPhoto>[]> {
    return Promise.all(
      photos.map((photo) =>
        this.#prepareOne(photo, thumbnails, encoder).catch((thrown: unknown) => toOutcome(thrown)),
      ),
    );
  }

  async #prepareOne(
    { path, hash, modifiedMs }: EngineCalls['prepare'][0]['photos'][number],
    thumbnails: string | null,
    encoder: PhotoEncoder | null,
  ): Promise<Outcome<PreparedPhoto>> {
    const read = await this.#decoding.add(async () => {
      const pixels = await readPixels(path, { longSide: thumbnailSides.large });
      if (thumbnails !== null) await writeThumbnails(thumbnails, hash, pixels);
      const metadata = await readMetadata(path, modifiedMs);
      const tensor = encoder && new Float32Array(inputLength(encoder.card.image));
      if (encoder && tensor) await preprocess(pixels, encoder.card.image, tensor);
      const { format, fullWidth: width, fullHeight: height } = pixels;
      return { details: { format, width, height, colour: averageColour(pixels), metadata }, tensor };
    });
    // Encoding waits outside the queue: the next photo is decoded meanwhile.
    const vectors = encoder && read.tensor ? await this.#encode(encoder, read.tensor) : null;
    return { ok: true, ...read.details, vectors };
  }

  #encode(encoder: PhotoEncoder, tensor: Float32Array): Promise<PreparedPhoto['vectors']> {
    if (this.#batches?.encoder !== encoder) this.#batches = { encoder, batch: new BatchEncoder(encoder) };
    return this.#batches.batch.encode(tensor);
  }
}

function toOutcome(thrown: unknown): Outcome<PreparedPhoto> {
  return { ok: false, error: toErrorData(thrown) };
}
