/** What a view is fed at every step. The graph (`view.ts`) reads it, `draw-view.ts` writes it; B is always the first size. */
import type { ViewRecipe } from './view-recipe.ts';

/**
 * - `photos` [B, 3, C, C] bytes: rotated ones, for a recipe that rotates.
 * - `rows` [B, 1, S, C], `columns` [B, C, S]: crop, resize, flip and blur of either axis.
 * - `pixel`, `mean` [B, 3, 3]: change of colour, for a recipe that changes it.
 * - `solarize` [B]: 1 or 0, for a recipe that solarizes.
 */
export type ViewInput = 'photos' | 'rows' | 'columns' | 'pixel' | 'mean' | 'solarize';

export const inputName = ({ name }: ViewRecipe, input: ViewInput): string => `${name}.${input}`;

export const changesColour = ({ jitter, gray }: ViewRecipe): boolean => jitter !== null || gray > 0;
