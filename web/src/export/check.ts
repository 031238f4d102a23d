import { loadTokenizer } from '../encode/tokenizer.ts';
import type { Engine } from '../engine/engine.ts';
import type { ModelSession } from '../engine/model-session.ts';
import { Control } from '../train/control.ts';
import { labelWindows } from '../train/label-windows.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { openTagger, type Untagged } from '../train/tagger.ts';
import { encodeTexts } from '../train/texts.ts';
import { MODEL_FILE } from './compare.ts';
import { folderOf } from './folder-of.ts';
import { forwardOf } from './model-forward.ts';
import { windowOf, type TaggerParts } from './tagger-parts.ts';

/** What an exported model makes of texts, beside the tagger that it is. */
export interface ExportCheck {
  texts: number;
  words: number;
  /** Words to which the two give different tags. */
  different: number;
}

/** Tags texts twice: by the tagger as it was trained and by the ONNX model that other programs run. */
export async function checkExport(
  files: ModelFiles,
  { config, labels, pooling }: Pick<TaggerParts, 'config' | 'labels' | 'pooling'>,
  texts: readonly Untagged[],
  { engine, open }: { engine: Engine; open: (model: Uint8Array) => Promise<ModelSession> },
): Promise<ExportCheck> {
  const tagger = await openTagger(folderOf(files, 'the tagger'), engine);
  const trained: string[][] = [];
  try {
    for await (const group of tagger.tag(texts, new Control())) trained.push(...group.map(({ tags }) => tags));
  } finally {
    await tagger.dispose();
  }
  const tokenizer = await loadTokenizer(folderOf(files, 'the tagger'));
  const { words, windows } = encodeTexts(texts, tokenizer, { maxTokens: await windowOf(files, { config }) });
  const model = await open(files[MODEL_FILE]!);
  try {
    const options = { rowOf: (id: number) => id, padding: tokenizer.special.padding, positionOffset: config.positionOffset, pooling, labels: labels.length, engine: { kind: 'cpu', padding: { multipleOf: 1 } } } as const;
    const exported = (await labelWindows(forwardOf(model, labels.length), windows, words.map(({ length }) => length), options))!;
    const different = exported.map((text, index) => [...text.labels].filter((label, word) => labels[label] !== trained[index]![word]).length);
    return { texts: texts.length, words: words.reduce((sum, { length }) => sum + length, 0), different: different.reduce((sum, count) => sum + count, 0) };
  } finally {
    await model.dispose();
  }
}
