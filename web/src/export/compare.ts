import type { Document } from '../dataset/document.ts';
import { loadTokenizer } from '../encode/tokenizer.ts';
import type { ModelSession } from '../engine/model-session.ts';
import type { Scoring } from '../train/evaluation.ts';
import { labelWindows, type PassOptions } from '../train/label-windows.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { seqevalScoring } from '../train/scoring.ts';
import { labelTexts } from '../train/texts.ts';
import { folderOf } from './folder-of.ts';
import { forwardOf } from './model-forward.ts';
import { windowOf, type TaggerParts } from './tagger-parts.ts';

type Scores = ReturnType<Scoring['score']>;

/** What a tagger's exported models make of the same labelled texts. */
export interface Comparison {
  texts: number;
  /** Words, and how many of them both gave the same tag. */
  words: number;
  sameTags: number;
  /** Scores of the weights as trained, and as bytes. */
  f32: Scores;
  int8: Scores;
  /** Sizes of the two files. */
  bytes: { f32: number; int8: number };
}

export const MODEL_FILE = 'onnx/model.onnx';
/** The name under which transformers.js looks for 8-bit weights. */
export const INT8_FILE = 'onnx/model_quantized.onnx';

/** Runs both exported models over labelled texts. Texts of like length go together, so that the bytes of one text depend on its neighbours a little. */
export async function compareModels(
  files: ModelFiles,
  parts: Pick<TaggerParts, 'config' | 'labels' | 'pooling'>,
  documents: readonly Document[],
  open: (model: Uint8Array) => Promise<ModelSession>,
): Promise<Comparison> {
  const { config, labels, pooling } = parts;
  const tokenizer = await loadTokenizer(folderOf(files, 'the tagger'));
  const texts = labelTexts(documents, tokenizer, { maxTokens: await windowOf(files, parts) });
  const options: Omit<PassOptions, 'engine'> = { rowOf: (id) => id, padding: tokenizer.special.padding, positionOffset: config.positionOffset, pooling };
  const tagged: Record<'f32' | 'int8', string[][]> = { f32: [], int8: [] };
  for (const [kind, file] of [['f32', MODEL_FILE], ['int8', INT8_FILE]] as const) {
    const model = await open(files[file]!);
    try {
      const found = await labelWindows(forwardOf(model, labels.length), texts.windows, texts.words.map(({ length }) => length), { ...options, labels: labels.length, engine: { kind: 'cpu', padding: { multipleOf: 1 } } });
      tagged[kind] = found!.map((text) => Array.from(text.labels, (label) => labels[label]!));
    } finally {
      await model.dispose();
    }
  }
  const same = tagged.f32.map((tags, text) => tags.filter((tag, word) => tag === tagged.int8[text]![word]).length);
  return {
    texts: documents.length,
    words: texts.words.reduce((sum, { length }) => sum + length, 0),
    sameTags: same.reduce((sum, count) => sum + count, 0),
    f32: seqevalScoring.score(texts.tags, tagged.f32),
    int8: seqevalScoring.score(texts.tags, tagged.int8),
    bytes: { f32: files[MODEL_FILE]!.length, int8: files[INT8_FILE]!.length },
  };
}
