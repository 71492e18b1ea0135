/**
 * The views of each method, with its paper's numbers. Blur is written for views of 224 px and scales with the side. On
 * small images, below 64 px, there is none, and SimCLR's jitter has half its strength: the setting that its paper found
 * for CIFAR-10 (Chen et al. 2020, appendix B.9).
 */
import type { ColourJitter, ViewRecipe } from './view-recipe.ts';

type Range = readonly [number, number];

/** px. */
const paperSide = 224;
const paperLocalSide = 96;
const smallBelow = 64;

/** A view without anything random but its crop. */
const still = { flip: 0, jitter: null, gray: 0, blur: null, solarize: 0, rotation: null } as const;

/** The whole photo, squashed. */
const whole = (name: string, side: number): ViewRecipe => ({
  ...still,
  name,
  side,
  area: [1, 1],
  crop: 'centre',
});

/** A random crop, flipped in half of the cases. */
const cropped = (name: string, side: number, area: Range): ViewRecipe => ({
  ...still,
  name,
  side,
  area,
  flip: 0.5,
});

const jitterOf = (brightness: number, contrast: number, saturation: number, hue: number): ColourJitter => ({
  probability: 0.8,
  brightness,
  contrast,
  saturation,
  hue,
});

/** @param side  of the method's largest view: smaller ones are blurred as much. */
function blurOf(probability: number, side: number): ViewRecipe['blur'] {
  const scale = side / paperSide;
  return side < smallBelow ? null : { probability, sigma: [0.1 * scale, 2 * scale] };
}

const twice = (recipe: ViewRecipe): readonly ViewRecipe[] =>
  ['view1', 'view2'].map((name) => ({ ...recipe, name }));

/**
 * Chen et al. 2020 (SimCLR), appendix A, arXiv 2002.05709.
 * @param strength  of the jitter; 1, and 0.5 on small images.
 * @param blur  left out on small images.
 */
export function simclrViews(
  side: number,
  {
    strength = side < smallBelow ? 0.5 : 1,
    blur = true,
  }: { readonly strength?: number; readonly blur?: boolean } = {},
): readonly ViewRecipe[] {
  return twice({
    ...cropped('view1', side, [0.08, 1]),
    jitter: jitterOf(0.8 * strength, 0.8 * strength, 0.8 * strength, 0.2 * strength),
    gray: 0.2,
    blur: blur ? blurOf(0.5, side) : null,
  });
}

/** Chen, Fan, Girshick, He 2020 (MoCo v2), arXiv 2003.04297; SimSiam's too. */
export function mocoViews(side: number): readonly ViewRecipe[] {
  return twice({
    ...cropped('view1', side, [0.2, 1]),
    jitter: jitterOf(0.4, 0.4, 0.4, 0.1),
    gray: 0.2,
    blur: blurOf(0.5, side),
  });
}

/** The colours of BYOL and of those that came after it. */
const mild = (name: string, side: number, area: Range): ViewRecipe => ({
  ...cropped(name, side, area),
  jitter: jitterOf(0.4, 0.4, 0.2, 0.1),
  gray: 0.2,
});

/** Grill et al. 2020 (BYOL), appendix B, arXiv 2006.07733; Barlow Twins' and VICReg's too. The two views differ. */
export function byolViews(side: number): readonly ViewRecipe[] {
  return [
    { ...mild('view1', side, [0.08, 1]), blur: blurOf(1, side) },
    { ...mild('view2', side, [0.08, 1]), blur: blurOf(0.1, side), solarize: 0.2 },
  ];
}

export interface DinoOptions {
  /** Side of the network's patches, px; 1 for a convnet. */
  readonly patch: number;
  /** How many local views. */
  readonly locals: number;
  /** 0.4 to 1, without local views 0.14 to 1. */
  readonly globalArea?: Range;
  /** 0.05 to 0.4. */
  readonly localArea?: Range;
}

/**
 * Two global views and some local ones, whose side is 96/224 of the global side as nearly as patches allow, two patches
 * at least. Caron et al. 2021 (DINO), §3 and appendix, arXiv 2104.14294.
 */
export function dinoViews(side: number, options: DinoOptions): readonly ViewRecipe[] {
  const { patch, locals, globalArea = [locals > 0 ? 0.4 : 0.14, 1], localArea = [0.05, 0.4] } = options;
  const localSide = patch * Math.max(2, Math.round((side * paperLocalSide) / paperSide / patch));
  return [
    { ...mild('global1', side, globalArea), blur: blurOf(1, side) },
    { ...mild('global2', side, globalArea), blur: blurOf(0.1, side), solarize: 0.2 },
    ...Array.from({ length: locals }, (_, i) => ({
      ...mild(`local${i + 1}`, localSide, localArea),
      blur: blurOf(0.5, side),
    })),
  ];
}

/** A random square as large as the photo allows, and nothing else. Radford et al. 2021 (CLIP), §2.3, arXiv 2103.00020. */
export function clipViews(side: number): readonly ViewRecipe[] {
  return [{ ...whole('view1', side), crop: 'square' }];
}

/** The whole photo, squashed. Zhai et al. 2023 (SigLIP), arXiv 2303.15343. */
export function siglipViews(side: number): readonly ViewRecipe[] {
  return [whole('view1', side)];
}

/** How a photo is looked at when nothing is learned from it: whole, squashed to the encoder's side. Nothing is random. */
export const wholeView = (side: number): ViewRecipe => whole('whole', side);

/** The middle of a photo, in its own aspect. Nothing is random. @param share  of the area, above 0 to 1. */
export const centreView = (side: number, share: number): ViewRecipe => ({
  ...whole('centre', side),
  area: [share, share],
});

const scanJitter = 0.2;
const scanLeastArea = 0.4;

/**
 * A recipe for pictures without an up, and without colours that mean anything by themselves (microscopy, X-rays,
 * spectrograms): turned by quarters, changed little in brightness and contrast, never in colour, and cropped so that
 * a finding is likely to stay in sight. A local view, which has to be small, shows half of its greatest area at least.
 */
export function forScans(recipe: ViewRecipe): ViewRecipe {
  const [least, most] = recipe.area;
  return {
    ...recipe,
    area: [Math.max(least, most > scanLeastArea ? scanLeastArea : most / 2), most],
    jitter: recipe.jitter && {
      ...recipe.jitter,
      brightness: scanJitter,
      contrast: scanJitter,
      saturation: 0,
      hue: 0,
    },
    gray: 0,
    solarize: 0,
    rotation: { degrees: 0, quarterTurns: true },
  };
}
