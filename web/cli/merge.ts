import type { Document } from '../src/dataset/document.ts';
import { matchTexts } from '../src/dataset/match-texts.ts';
import { overlapMatrix, type OverlapMatrix } from '../src/dataset/refine/overlaps.ts';
import { OVERLAP_POLICIES } from '../src/dataset/refine/policy.ts';
import { refine } from '../src/dataset/refine/refine.ts';
import { endingOf, writeDocuments } from './data-files.ts';
import { readDocuments } from './documents.ts';
import { table } from './table.ts';
import { FailedRun, type Verb } from './verb.ts';

/** `merge`: labels made by hand and those of an LLM, of the same texts, become one file. */
export const merge: Verb = {
  usage: 'tagsmith merge --manual a.jsonl|a.conll --llm b.jsonl|b.conll --out c.jsonl|c.conll [--overlap longest|random|score|mix] [--seed 1] [--language en] [--json]',
  summary: `Adds to labels made by hand those of an LLM that share no word with one. Where labels of the LLM share words the longest stays, or one drawn at
      random, or the surest; mix keeps all of them, and "train --overlap mix" mixes them. Texts are matched letter by letter.`,
  options: Object.fromEntries(['manual', 'llm', 'out', 'overlap', 'seed', 'language'].map((flag) => [flag, { type: 'string' as const }])),
  async run(call, terminal) {
    const [manualFile, llmFile, out] = [call.required('manual'), call.required('llm'), call.required('out')];
    const ending = endingOf(call, out);
    const overlap = call.choice('overlap', OVERLAP_POLICIES) ?? 'longest';
    const seed = call.number('seed') ?? 1;
    if (!Number.isInteger(seed) || seed < 0) throw call.wrong(`--seed ${seed}: expected a whole number from 0.`);
    if (overlap === 'mix' && ending === 'conll') throw call.wrong(`--out ${out}: a .conll file holds one label a word, so it cannot hold what --overlap mix keeps. Give a name that ends in .jsonl.`);
    const language = call.text('language') ?? 'en';
    const [manual, llm] = [await readDocuments(manualFile), await readDocuments(llmFile)];
    const { suggestions, found, missing, examples } = matchTexts(manual.documents.map((document, position) => ({ position, document })), llm.documents, 'llm');
    if (found === 0) throw new FailedRun(`None of the ${llm.documents.length.toLocaleString('en')} texts of ${llmFile} is in ${manualFile}. Both files must hold the same texts, letter by letter.`);

    const proposed = manual.documents.map((_, position) => (suggestions.get(position) ?? []).map(({ layer: _layer, ...span }) => ({ ...span, source: 'llm' as const })));
    const { documents, counts } = refine(manual.documents, (_, position) => proposed[position]!, { overlap, seed, language });
    const overlaps = overlapMatrix(manual.documents, (_, position) => proposed[position]!, language);
    const notes = [...manual.notes, ...llm.notes, ...describeMissing({ missing, examples, found }, manual.documents.length, manualFile, llmFile)];
    for (const note of notes) terminal.note(note);
    notes.push(...(await writeDocuments(out, ending, documents, language, terminal)));
    const { labels, kept: added, ...others } = counts;
    const unmatched = { llm: missing, manual: manual.documents.length - found };
    return {
      json: { texts: documents.length, matched: found, unmatched, labels, added, ...others, overlap, seed, overlaps: matrixOf(overlaps, manual.documents), out, notes },
      text: [
        `${labels.toLocaleString('en')} labels made by hand, ${added.toLocaleString('en')} of the LLM's ${counts.proposed.toLocaleString('en')} added; ${counts.same.toLocaleString('en')} were there already, ${counts.covered.toLocaleString('en')} share words with one made by hand, ${counts.lost.toLocaleString('en')} with another of the LLM.`,
        ...(overlaps.cells.length > 0 ? [`${overlaps.words.toLocaleString('en')} of ${overlaps.labelledWords.toLocaleString('en')} words that the LLM labelled have several types:`, table(['', '', 'words'], overlaps.cells.map(({ types: [a, b], words }) => [a, b, String(words)]))] : []),
        `Written to ${out}.`,
      ].join('\n'),
    };
  },
};

function describeMissing({ missing, examples, found }: { missing: number; examples: readonly string[]; found: number }, manual: number, manualFile: string, llmFile: string): string[] {
  const notes: string[] = [];
  const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
  if (missing > 0) notes.push(`${missing.toLocaleString('en')} texts of ${llmFile} are not in ${manualFile} and were left out, first: ${examples.map((text) => JSON.stringify(short(text))).join(', ')}.`);
  if (manual > found) notes.push(`${(manual - found).toLocaleString('en')} texts of ${manualFile} are not in ${llmFile}; they keep the labels they have.`);
  return notes;
}

/** Examples of each cell that go into the JSON. */
const EXAMPLES = 5;

function matrixOf({ types, cells, words, labelledWords }: OverlapMatrix, documents: readonly Document[]): object {
  const shown = cells.map(({ types, words, overlaps }) => ({
    types,
    words,
    cases: overlaps.length,
    examples: overlaps.slice(0, EXAMPLES).map(({ document, spans }) => spans.map(({ start, end }) => documents[document]!.text.slice(start, end))),
  }));
  return { countedBy: 'word', types, words, labelledWords, cells: shown };
}
