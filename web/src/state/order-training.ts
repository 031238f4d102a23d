import type { Dataset, Document } from '../dataset/document.ts';
import type { Recipe } from '../train/recipe.ts';
import { startingPoint } from './starting-point.ts';
import type { TrainingOrder } from './training-order.ts';

/**
 * Puts together what a training needs. Documents without a split are learnt from, like those of train.
 * @throws where it is to start from a tagger that is not in this browser
 */
export async function orderTraining(dataset: Dataset, documents: readonly Document[], encoder: string, recipe: Recipe, device: TrainingOrder['device']): Promise<TrainingOrder> {
  const start = await startingPoint(encoder);
  if (!start) throw new Error('The tagger to train on is no longer in this browser. Choose an encoder or another tagger.');
  return {
    dataset: { id: dataset.id, name: dataset.name },
    documents: documents.map((document) => (document.split ? document : { ...document, split: 'train' })),
    encoder,
    ...start,
    recipe,
    device,
    watch: chooseWatched(documents),
  };
}

/**
 * Five texts worth watching: from dev, else train; those with most types first, long ones left out, so that five fit on a
 * screen. Always the same for the same data.
 */
export function chooseWatched(documents: readonly Document[]): Document[] {
  const dev = documents.filter((document) => document.split === 'dev');
  const pool = dev.length > 0 ? dev : documents.filter((document) => document.split !== 'test');
  const kinds = (document: Document) => new Set(document.spans.map((span) => span.type)).size;
  const readable = pool.filter((document) => document.text.length <= 180);
  return [...(readable.length >= 5 ? readable : pool)].sort((a, b) => kinds(b) - kinds(a) || a.text.length - b.text.length).slice(0, 5);
}
