import { catalogueEntry } from '../models/catalogue.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { taggerFiles } from './taggers.ts';
import { workspace } from './workspace.svelte.ts';

/** Before the id of a tagger of this browser that a training goes on from; ids of encoders have no colon. */
const TAGGER = 'tagger:';

/** How the Train page's link names a tagger to train on. */
export const taggerToTrainOn = (id: string): string => `${TAGGER}${id}`;

/** What a training starts from, by its name in the link: an encoder that the worker fetches, or a tagger with its files. Null where there is no such tagger. */
export async function startingPoint(encoder: string): Promise<{ encoderName: string; files: ModelFiles | null } | null> {
  if (!encoder.startsWith(TAGGER)) return { encoderName: catalogueEntry(encoder)?.name ?? encoder, files: null };
  const model = workspace.models.find(({ id }) => taggerToTrainOn(id) === encoder);
  return model ? { encoderName: model.encoder, files: await taggerFiles(model.id) } : null;
}
