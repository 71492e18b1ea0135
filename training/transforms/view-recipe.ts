/** How one view of a photo is drawn. Every method states its views with its paper's numbers. */

export interface ColourJitter {
  readonly probability: number;
  /** Factors are drawn from 1 - x to 1 + x, never below 0. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Turn of the colour circle, drawn from -x to x; 0.5 is half of it. */
  readonly hue: number;
}

export interface ViewRecipe {
  /** `view1`, `local3`: no two views of a method have the same name. */
  readonly name: string;
  /** S, px. */
  readonly side: number;
  /** Share of the photo's area that is cut out, least and most; aspect 3/4 to 4/3. */
  readonly area: readonly [least: number, most: number];
  /**
   * Instead of a random crop by area and aspect: `centre` takes the middle, the most of the area that is allowed, in
   * the photo's own aspect (with an area of 1 the whole photo, squashed); `square` the largest square, anywhere.
   */
  readonly crop?: 'centre' | 'square';
  /** Probabilities, 0 to 1. */
  readonly flip: number;
  readonly jitter: ColourJitter | null;
  readonly gray: number;
  /** Gaussian, sigma in px of the view; below 0.3 is none. */
  readonly blur: { readonly probability: number; readonly sigma: readonly [number, number] } | null;
  readonly solarize: number;
  /** Drawn from -degrees to degrees; quarter turns come on top, each as likely as the other. */
  readonly rotation: { readonly degrees: number; readonly quarterTurns: boolean } | null;
}
