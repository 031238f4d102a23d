import type { Document } from '../dataset/document.ts';
import type { DeviceKind } from '../engine/engine.ts';
import type { ModelFiles } from '../train/protocol.ts';
import type { Recipe } from '../train/recipe.ts';

/** What a training is asked to do. */
export interface TrainingOrder {
  dataset: { id: string; name: string };
  documents: Document[];
  /** As the link of the Train page names it. */
  encoder: string;
  encoderName: string;
  /** Its files, where it is no encoder that can be fetched. */
  files: ModelFiles | null;
  recipe: Recipe;
  device: 'auto' | DeviceKind;
  /** The documents to watch. */
  watch: Document[];
}
