/** What a person, or the look of the pictures, changes in the views that a method's paper has. */
import type { LearnOptions } from '../../src-main/contract/learn.ts';
import type { ColourJitter, ViewRecipe } from './view-recipe.ts';

/** Whatever is null or left out stays as the recipe has it. */
export interface ViewChange extends Pick<
  LearnOptions,
  'smallestCrop' | 'colour' | 'grey' | 'blur' | 'mirror'
> {
  /** Whether views are turned by quarters. */
  readonly turns?: boolean;
}

/** SimCLR's colours at full strength: Chen et al. 2020, appendix A, arXiv 2002.05709. */
const fullJitter: ColourJitter = {
  probability: 0.8,
  brightness: 0.8,
  contrast: 0.8,
  saturation: 0.8,
  hue: 0.2,
};
/** Of a view's side: a tenth of it at most, as SimCLR's blur of 224 px has it. */
const blurShare = [0.1 / 224, 2 / 224] as const;

export function changeView(recipe: ViewRecipe, change: ViewChange): ViewRecipe {
  const { smallestCrop, colour, grey, blur, mirror, turns } = change;
  const [least, most] = recipe.area;
  return {
    ...recipe,
    area: [smallestCrop == null ? least : Math.min(smallestCrop, most), most],
    jitter: colour == null ? recipe.jitter : jitterOf(colour),
    gray: grey ?? recipe.gray,
    blur: blur == null ? recipe.blur : blurOf(recipe, blur),
    flip: mirror == null ? recipe.flip : mirror ? 0.5 : 0,
    rotation: turns === undefined ? recipe.rotation : turns ? { degrees: 0, quarterTurns: true } : null,
  };
}

function jitterOf(strength: number): ColourJitter | null {
  if (strength === 0) return null;
  const { probability, brightness, contrast, saturation, hue } = fullJitter;
  return {
    probability,
    brightness: strength * brightness,
    contrast: strength * contrast,
    saturation: strength * saturation,
    hue: strength * hue,
  };
}

function blurOf({ side, blur }: ViewRecipe, probability: number): ViewRecipe['blur'] {
  if (probability === 0) return null;
  const [least, most] = blurShare;
  return { probability, sigma: blur?.sigma ?? [least * side, most * side] };
}
