import { overlapMatrix } from '../../dataset/refine/overlaps.ts';
import { refineLayer } from '../../dataset/refine/refine.ts';
import type { Held } from './held.ts';
import type { RefineAnswer, RefineQuestion } from './protocol.ts';

/** Examples behind a cell of the matrix that are shown. */
const SHOWN = 5;

/** What a layer would add to the labels, and where its types overlap. */
export function answerRefine({ documents, dataset, records }: Held, { layer, overlap, seed }: RefineQuestion): RefineAnswer {
  const { language } = dataset;
  const refined = refineLayer(documents, layer, { overlap, seed, language });
  const edits = refined.documents.flatMap((document, index) => {
    if (document === documents[index]) return [];
    const { spans, suggestions } = document;
    return [{ position: records[index]!.position, spans, suggestions: suggestions! }];
  });
  const matrix = overlapMatrix(documents, ({ suggestions = [] }) => suggestions.filter((span) => span.layer === layer && span.decided !== 'rejected'), language);
  const cells = matrix.cells.map(({ types, words, overlaps }) => ({ types, words, examples: overlaps.slice(0, SHOWN).map(({ document, spans }) => ({ text: documents[document]!.text, spans })) }));
  return { counts: refined.counts, texts: refined.ids.length, edits, matrix: { ...matrix, cells } };
}
