import type { Recipe } from './recipe.ts';

/** Whether a recipe trains a parameter: frozen bottom layers stay as they are, and the embeddings below them. */
export function isTrainable(freezeLayers: Recipe['freezeLayers']): (parameter: string) => boolean {
  if (freezeLayers === 0) return () => true;
  if (freezeLayers === 'all') return (parameter) => parameter.startsWith('head.');
  return (parameter) => {
    const layer = /^encoder\.layer\.(\d+)\./.exec(parameter)?.[1];
    return layer === undefined ? !parameter.startsWith('embeddings.') : Number(layer) >= freezeLayers;
  };
}
