import type { Prepared } from './prepare.ts';
import type { RunResult } from './protocol.ts';
import type { Recipe } from './recipe.ts';

/** The README.md of a tagger: what it finds, how well, from what it was made and how to use it. */
export function modelCard({ encoder, recipe, labels, train, choose, test }: Prepared, result: RunResult): string {
  const types = labels.filter((label) => label.startsWith('B-')).map((label) => label.slice(2));
  const sizes = [`${train.documents.length} training texts`, choose && `${choose.documents.length} to choose the best step`, test && `${test.documents.length} test texts`].filter(Boolean);
  return `---
pipeline_tag: token-classification
tags:
- token-classification
- named-entity-recognition
- tagsmith${encoder.licence ? `\nlicense: ${encoder.licence.toLowerCase()}` : ''}
---

# A tagger for ${listed(types)}

Made with Tagsmith by fine-tuning ${encoder.name} on labelled texts (${sizes.join(', ')}).

## Scores

${scores(result)}

## How it was trained

Recipe *${recipe.name}*: ${recipe.description}

| setting | value |
| --- | --- |
| steps | ${result.bestStep} of ${recipe.steps} (${chosenBy[result.selection.by]}) |
| texts a step | ${recipe.batchSize} |
| learning rate, head | ${recipe.learningRate}, ${recipe.headLearningRate} (${recipe.schedule}, warm-up ${recipe.warmup}) |
| weight decay, clip | ${recipe.weightDecay}, ${recipe.clipNorm ?? 'none'} |
| dropout | ${recipe.dropout ?? 'the encoder’s own'} |
| window | ${recipe.maxTokens} sub-tokens |
| a word is | ${pooled[recipe.pooling]} |
| labels that share words | ${overlapping(recipe)} |
| seed | ${recipe.seed} |
| device | ${result.device.name} (${result.device.kind}) |
${result.notes.length > 0 ? `\n${result.notes.map((note) => `- ${note}`).join('\n')}\n` : ''}
## Use

Words are labelled with BIO tags (\`id2label\` in config.json).${recipe.pooling === 'first' ? ' Read the tag of each word at its first sub-token.' : ` The vector of a word is ${pooled[recipe.pooling]}: programs that read the first sub-token only give other results.`}

## Licence

${encoder.licence ? `The encoder is under ${encoder.licence}.` : 'The encoder’s files name no licence: look it up where the encoder was published.'} The training texts may carry terms of their own.
`;
}

const chosenBy = { dev: 'best on the development split', 'held-out': 'best on held-out training texts', 'last-step': 'the last step' };
const pooled = { first: 'its first sub-token', mean: 'the mean of its sub-tokens', sum: 'the sum of its sub-tokens' };

function overlapping({ overlap, mixAlpha, mixDraw }: Recipe): string {
  const kept = { longest: 'the longest stays', random: 'one is drawn at random', score: 'that with the highest score stays' };
  return overlap === 'mix' ? `mixed, shares from Beta(${mixAlpha}, ${mixAlpha}) drawn ${mixDraw === 'once' ? 'once' : 'every epoch'}` : kept[overlap];
}

function scores({ scores: found, scoredOn, interval }: RunResult): string {
  if (!found) return 'Not measured: there was neither a test nor a development split.';
  const percent = (share: number): string => (100 * share).toFixed(1);
  const on = scoredOn === 'test' ? 'the test split' : `the ${scoredOn} texts, which also chose the step (optimistic)`;
  const within = interval ? ` (95 % interval ${percent(interval.low)}–${percent(interval.high)})` : '';
  const rows = Object.entries(found.types).map(([type, score]) => `| ${type} | ${percent(score.precision)} | ${percent(score.recall)} | ${percent(score.f1)} | ${score.support} |`);
  return `Entity-level scores on ${on}, as seqeval counts them: micro-F1 **${percent(found.micro.f1)}**${within}, macro-F1 ${percent(found.macro.f1)}.

| type | precision | recall | F1 | entities |
| --- | --- | --- | --- | --- |
${rows.join('\n')}`;
}

function listed(types: string[]): string {
  return types.length < 2 ? (types[0] ?? 'nothing') : `${types.slice(0, -1).join(', ')} and ${types.at(-1)}`;
}
