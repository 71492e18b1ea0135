/** The list that the viewer steps through: whatever view lies under it. */
import type { PhotoRows } from './photo-rows.ts';

export interface ViewerList {
  readonly rows: PhotoRows;
  readonly indexOf: (id: number) => number;
  /** Scrolls the photo's tile into view; where it then is on the window, for the picture to grow from and return to. */
  readonly boxOf: (id: number) => DOMRect | null;
}

export class ViewerState {
  #list: ViewerList | null = $state.raw(null);
  /** The info panel stays as it was from photo to photo. */
  infoShown: boolean = $state(false);

  get list(): ViewerList | null {
    return this.#list;
  }

  /** A view puts itself under the viewer. @returns a function that takes it away again. */
  follow(list: ViewerList): () => void {
    this.#list = list;
    return () => {
      if (this.#list === list) this.#list = null;
    };
  }
}
