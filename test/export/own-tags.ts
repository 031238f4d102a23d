import { buildTagger } from '../../wasm-models/index.ts';
import type { Document } from '../../web/src/dataset/document.ts';
import { loadTokenizer } from '../../web/src/encode/tokenizer.ts';
import { openNodeEngine } from '../../web/src/engine/node.ts';
import { folderOf } from '../../web/src/export/folder-of.ts';
import { readTaggerFiles, windowOf } from '../../web/src/export/tagger-parts.ts';
import { passWindows } from '../../web/src/train/label-windows.ts';
import type { ModelFiles } from '../../web/src/train/protocol.ts';
import { encodeTexts } from '../../web/src/train/texts.ts';

/** Words with what the tagger makes of them. */
export interface OwnText {
  words: string[];
  tags: string[];
  /** `[words][labels]`. */
  logits: number[][];
}

/** The first `count` texts that fit one window, tagged by the graphs that training and prediction use. */
export async function tagHere(files: ModelFiles, documents: readonly Document[], count: number): Promise<OwnText[]> {
  const parts = await readTaggerFiles(files, 'the tagger');
  const { config, labels, pooling, parameters } = parts;
  const tokenizer = await loadTokenizer(folderOf(files, 'the tagger'));
  const size = { maxTokens: await windowOf(files, parts) };
  const chosen = documents.filter((document) => encodeTexts([document], tokenizer, size).windows.length === 1).slice(0, count);
  const { words, windows } = encodeTexts(chosen, tokenizer, size);
  const engine = openNodeEngine({ device: 'cpu' });
  const graphs = buildTagger({ encoder: config, labels, pooling, embeddingRows: config.vocabularySize, positions: config.maxPositions, trainable: (name) => name === 'head.bias' });
  const session = await engine.open(graphs, parameters);
  const texts = chosen.map(({ text }, index): OwnText => ({ words: words[index]!.map(([start, end]) => text.slice(start, end)), tags: [], logits: [] }));
  const options = { engine, labels: labels.length, rowOf: (id: number) => id, padding: tokenizer.special.padding, positionOffset: config.positionOffset, pooling };
  await passWindows(session, windows, options, (text, word, scores) => {
    texts[text]!.logits[word] = Array.from(scores);
    texts[text]!.tags[word] = labels[scores.indexOf(Math.max(...scores))]!;
  });
  await session.dispose();
  return texts;
}
