import type { Recipe } from '../recipe.ts';
import { annotateAndRefine } from './annotate-and-refine.ts';
import { fewShot } from './few-shot.ts';
import { generate } from './generate.ts';

export { annotateAndRefine, fewShot, generate };

/** The built-in recipes, the default first. */
export const recipes: readonly Recipe[] = [fewShot, annotateAndRefine, generate];
