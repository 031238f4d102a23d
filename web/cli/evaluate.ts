import { compareEntities, countErrors } from '../src/evaluate/boundary.ts';
import { confusionMatrix } from '../src/evaluate/confusion.ts';
import { entitiesOfTags, type TagMode } from '../src/evaluate/entities.ts';
import type { Entity } from '../src/evaluate/match.ts';
import { scoreNervaluate } from '../src/evaluate/nervaluate.ts';
import { scoreTags } from '../src/evaluate/score-tags.ts';
import { varianceOverTypes } from '../src/evaluate/variance.ts';
import { readTagged } from './documents.ts';
import { percent, scoreTable } from './percent.ts';
import { FailedRun, type Verb } from './verb.ts';

/** `evaluate`: two files of the same tokens, gold and predicted, held against each other. */
export const evaluate: Verb = {
  usage: 'tagsmith evaluate --gold a.conll --pred b.conll [--mode default|strict] [--json]',
  summary: 'Scores predicted tags as seqeval and nervaluate count them. Both files hold the same tokens.',
  options: { gold: { type: 'string' }, pred: { type: 'string' }, mode: { type: 'string' } },
  async run(call) {
    const [goldFile, predictedFile] = [call.required('gold'), call.required('pred')];
    const mode: TagMode = call.choice('mode', ['default', 'strict']) ?? 'default';
    const [gold, predicted] = [await readTagged(goldFile), await readTagged(predictedFile)];
    if (gold.length !== predicted.length) throw new FailedRun(`${goldFile} has ${gold.length} sentences, ${predictedFile} has ${predicted.length}: both must hold the same texts.`);
    gold.forEach(({ tags, line }, index) => {
      const guess = predicted[index]!;
      if (tags.length !== guess.tags.length) {
        throw new FailedRun(`Sentence ${index + 1} has ${tags.length} tokens in ${goldFile} (line ${line}) and ${guess.tags.length} in ${predictedFile} (line ${guess.line}): both must hold the same tokens.`);
      }
    });
    const goldTags = gold.map(({ tags }) => tags);
    const predictedTags = predicted.map(({ tags }) => tags);
    const scores = scoreTags(goldTags, predictedTags, mode);
    const entities = (tags: string[]): Entity[] => entitiesOfTags(tags, mode).map(({ type, first, last }) => ({ type, start: first, end: last + 1 }));
    const [goldEntities, predictedEntities] = [goldTags.map(entities), predictedTags.map(entities)];
    const errors = countErrors(goldEntities.flatMap((own, index) => compareEntities(own, predictedEntities[index]!)));
    const variance = varianceOverTypes(scores);
    return {
      json: { scores, mode, sentences: gold.length, variance, errors, nervaluate: scoreNervaluate(goldEntities, predictedEntities).overall, confusion: confusionMatrix(goldEntities, predictedEntities) },
      text: `${scoreTable(scores)}\n\nF1 ${percent(scores.micro.f1)} (${mode}), ${Object.entries(errors).map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
    };
  },
};
