import { compareEntities, countErrors } from '../src/evaluate/boundary.ts';
import { bootstrapInterval } from '../src/evaluate/bootstrap.ts';
import { confusionMatrix } from '../src/evaluate/confusion.ts';
import type { TagMode } from '../src/evaluate/entities.ts';
import { scoreNervaluate } from '../src/evaluate/nervaluate.ts';
import { countDocuments, scoreSpans } from '../src/evaluate/score-spans.ts';
import { varianceOverTypes } from '../src/evaluate/variance.ts';
import { checkSameTexts, readAnnotated, readStrictly } from './annotated.ts';
import { percent, scoreTable } from './percent.ts';
import type { Verb } from './verb.ts';

/** `evaluate`: two files of the same texts, gold and predicted, held against each other. */
export const evaluate: Verb = {
  usage: 'tagsmith evaluate --gold a.conll|a.jsonl --pred b.conll|b.jsonl [--mode default|strict] [--json]',
  summary: 'Scores predicted entities as seqeval and nervaluate count them. Both files hold the same tokens, or the same texts.',
  options: { gold: { type: 'string' }, pred: { type: 'string' }, mode: { type: 'string' } },
  async run(call, terminal) {
    const [goldFile, predictedFile] = [call.required('gold'), call.required('pred')];
    const mode: TagMode = call.choice('mode', ['default', 'strict']) ?? 'default';
    const read = async (file: string) => (mode === 'strict' ? { texts: await readStrictly(file), notes: [] } : readAnnotated(file));
    const [gold, predicted] = [await read(goldFile), await read(predictedFile)];
    const notes = [...gold.notes, ...predicted.notes, ...checkSameTexts(gold.texts, goldFile, predicted.texts, predictedFile)];
    for (const note of notes) terminal.note(note);
    // Where only one side knows the words, both are counted in characters.
    const pairs = gold.texts.map((own, index) => {
      const other = predicted.texts[index]!;
      return own.words === null || other.words === null ? [own.spans, other.spans] as const : [own.entities, other.entities] as const;
    });
    const goldEntities = pairs.map(([own]) => own);
    const predictedEntities = pairs.map(([, other]) => other);
    const scores = scoreSpans(goldEntities, predictedEntities);
    const errors = countErrors(goldEntities.flatMap((own, index) => compareEntities(own, predictedEntities[index]!)));
    return {
      json: {
        scores,
        mode,
        texts: gold.texts.length,
        interval: bootstrapInterval(countDocuments(goldEntities, predictedEntities), 1),
        variance: varianceOverTypes(scores),
        errors,
        nervaluate: scoreNervaluate(goldEntities, predictedEntities).overall,
        confusion: confusionMatrix(goldEntities, predictedEntities),
        notes,
      },
      text: `${scoreTable(scores)}\n\nF1 ${percent(scores.micro.f1)} (${mode}). ${Object.entries(errors).map(([kind, count]) => `${count} ${kind}`).join(', ')}.`,
    };
  },
};
