/** The faces of the photo in the viewer, and whether they are shown on it. */
import type { Face } from '../../src-main/contract/people.ts';
import type { Client } from '../client.ts';

/** From here on a face that was found to be somebody by its looks is shown as them; below it is a guess to be confirmed. */
export const sureEnough = 0.9;

export const isGuess = ({ name, confirmed, sure }: Face): boolean =>
  name !== null && !confirmed && sure < sureEnough;

export class PhotoFaces {
  #client: Client;
  #photo: number | null = null;
  #faces: readonly Face[] | null = $state.raw(null);
  #asked = 0;
  /** The boxes stay on or off from photo to photo. */
  shown: boolean = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  /** Left to right; ignored ones are left out. null until they were read. */
  get faces(): readonly Face[] | null {
    return this.#faces;
  }

  /** Failing leaves the photo without boxes: it is there to be looked at all the same. */
  async load(photo: number): Promise<void> {
    const asked = ++this.#asked;
    if (this.#photo !== photo) this.#faces = null;
    this.#photo = photo;
    try {
      const { faces } = await this.#client.call('faces.of', { photo });
      if (this.#asked === asked) this.#faces = faces.filter(({ ignored }) => !ignored);
    } catch {
      if (this.#asked === asked) this.#faces = [];
    }
  }
}
