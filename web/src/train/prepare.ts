import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { Document } from '../dataset/document.ts';
import { compactVocabulary, gatherRows, type CompactVocabulary } from '../encode/compact.ts';
import { bioLabels } from '../text/tags.ts';
import type { Encoder } from './encoder.ts';
import { isTrainable } from './frozen.ts';
import { startingHead } from './starting-head.ts';
import type { Selection } from './protocol.ts';
import type { Recipe } from './recipe.ts';
import { partDocuments, type Parts } from './split.ts';
import { labelTexts, type LabelledTexts } from './texts.ts';
import { TrainingError } from './training-error.ts';

/** Name of the word table among the parameters: the one that training keeps a part of. */
export const WORD_TABLE = 'embeddings.word.weight';

/** All that a training needs, before any device is asked. */
export interface Prepared {
  encoder: Encoder;
  /** As given, save that `maxTokens` is at most what the encoder takes. */
  recipe: Recipe;
  labels: string[];
  train: LabelledTexts;
  /** Texts whose score chooses the parameters; null: the last step is taken. */
  choose: LabelledTexts | null;
  test: LabelledTexts | null;
  selection: Selection;
  vocabulary: CompactVocabulary;
  graphs: TaggerGraphs;
  /** Initial values: the encoder's with the compact word table, and a head; see `startingHead`. */
  parameters: Map<string, Float32Array>;
  /** What the user should know about the data. */
  notes: string[];
}

/** Documents, recipe and encoder → encoded texts, labels, graphs and initial parameters. @throws TrainingError when there is nothing to train on. */
export function prepareTraining(documents: readonly Document[], given: Recipe, encoder: Encoder): Prepared {
  const longest = encoder.config.maxPositions - encoder.config.positionOffset;
  const recipe = { ...given, maxTokens: Math.min(given.maxTokens, longest) };
  if (typeof recipe.freezeLayers === 'number' && recipe.freezeLayers > encoder.config.layers) {
    throw new TrainingError(`The recipe freezes ${recipe.freezeLayers} layers, but ${encoder.name} has ${encoder.config.layers}.`, `Freeze at most ${encoder.config.layers} layers, or "all" to train the head alone.`);
  }
  const parts = partDocuments(documents, recipe);
  const label = (part: Document[]): LabelledTexts => labelTexts(part, encoder.tokenizer, recipe);
  const train = labelTexts(parts.train, encoder.tokenizer, recipe, recipe);
  if (train.windows.length === 0) throw new TrainingError('The training texts hold no words.', 'Import texts that are not empty.');
  const choose = parts.choose.length > 0 ? label(parts.choose) : null;
  const test = parts.test.length > 0 ? label(parts.test) : null;
  const texts = [train, choose, test].filter((part) => part !== null);

  const labels = bioLabels(documents.flatMap(({ spans }) => spans.map(({ type }) => type)));
  const dropout = recipe.dropout ?? undefined;
  const config = { ...encoder.config, hiddenDropout: dropout ?? encoder.config.hiddenDropout, attentionDropout: dropout ?? encoder.config.attentionDropout };
  const vocabulary = compactVocabulary(texts.flatMap(({ windows }) => windows), encoder.tokenizer.special, config.vocabularySize);
  const graphs = buildTagger({
    encoder: config,
    labels,
    pooling: recipe.pooling,
    embeddingRows: vocabulary.tokenIds.length,
    positions: config.maxPositions,
    trainable: isTrainable(recipe.freezeLayers),
  });
  const head = startingHead(encoder, labels, recipe);
  const parameters = new Map([...encoder.parameters, ...head.parameters]);
  parameters.set(WORD_TABLE, gatherRows(encoder.parameters.get(WORD_TABLE)!, config.hiddenSize, vocabulary));

  const notes = [...head.notes, ...describeParts(parts, given), ...describeOverlaps(train, recipe), ...describeTexts(texts, recipe)];
  if (recipe.maxTokens < given.maxTokens) notes.push(`${encoder.name} takes windows of at most ${longest} sub-tokens: ${recipe.maxTokens} are used instead of ${given.maxTokens}.`);
  return { encoder, recipe, labels, train, choose, test, selection: parts.selection, vocabulary, graphs, parameters, notes };
}

function describeParts({ train, choose, test, selection }: Parts, { patience }: Recipe): string[] {
  const notes: string[] = [];
  if (selection.by === 'held-out') {
    notes.push(`There is no development split: ${count(selection.documents, 'training text')} held out, drawn at random, to choose the best step.`);
  }
  if (selection.by === 'last-step') {
    notes.push(`There is no development split: the parameters of the last step are taken${patience === null ? '' : ', and training cannot end early'}.`);
  }
  if (choose.length > 0 && !choose.some(({ spans }) => spans.length > 0)) {
    notes.push('The texts that choose the parameters hold no span: every score on them is 0, so the parameters of the last step are taken.');
  }
  if (test.length === 0) notes.push(choose.length > 0 ? 'There is no test split: scores on the texts that chose the parameters are optimistic.' : 'There is no test split either: nothing can be scored.');
  const known = new Set(train.flatMap(({ spans }) => spans.map(({ type }) => type)));
  const unknown = new Set([...choose, ...test].flatMap(({ spans }) => spans.map(({ type }) => type)).filter((type) => !known.has(type)));
  if (unknown.size > 0) notes.push(`No training text holds a span of ${[...unknown].toSorted().join(', ')}: the tagger can't learn ${unknown.size === 1 ? 'it' : 'them'}.`);
  return notes;
}

/** What became of labels to learn from that share words, where it is not the longest that stays. */
function describeOverlaps({ dropped, mixed }: LabelledTexts, { overlap, mixAlpha }: Recipe): string[] {
  if (overlap === 'longest') return [];
  const words = [...mixed.values()].reduce((sum, { size }) => sum + size, 0);
  const notes: string[] = [];
  if (words > 0) notes.push(`${count(words, 'word')} with several labels, which are mixed: shares from Beta(${mixAlpha}, ${mixAlpha}).`);
  const stays = { random: 'one drawn at random', score: 'one with a higher score', mix: '' }[overlap];
  if (dropped > 0) notes.push(`${count(dropped, 'training label')} left out: one made by hand${stays && `, or ${stays},`} holds the same words.`);
  return notes;
}

function describeTexts(all: LabelledTexts[], { overlap }: Recipe): string[] {
  const total = (values: (part: LabelledTexts) => number, parts = all): number => parts.reduce((sum, part) => sum + values(part), 0);
  const notes: string[] = [];
  const dropped = total((part) => part.dropped, overlap === 'longest' ? all : all.slice(1));
  if (dropped > 0) notes.push(`${count(dropped, 'span')} left out: a longer span covers the same words, and a word has one tag only.`);
  const widened = total((part) => part.widened);
  if (widened > 0) notes.push(`${count(widened, 'span')} widened to whole words.`);
  const wordless = total((part) => part.empty);
  if (wordless > 0) notes.push(`${count(wordless, 'span')} without a word left out.`);
  const long = total((part) => part.windows.length - new Set(part.windows.map(({ text }) => text)).size);
  if (long > 0) notes.push(`Long texts are read in overlapping windows: ${count(long, 'window')} more than texts.`);
  const empty = total((part) => part.words.filter((words) => words.length === 0).length);
  if (empty > 0) notes.push(`${count(empty, 'text')} without a word left out.`);
  const cut = total((part) => part.cutWords.length);
  if (cut > 0) notes.push(`${count(cut, 'word')} longer than a whole window: only the beginning is read.`);
  return notes;
}

/** "1 span", "3 spans". */
function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
