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
import { type SpacedText, spacedTexts } from './spaced.ts';
import { windowOf, type TaggerParts } from './tagger-parts.ts';
import type { OtherTagger } from './transformers-js.ts';

/** What an exported model makes of texts, beside the tagger that it is. */
export interface ExportCheck {
  texts: number;
  words: number;
  /** Words to which the two give different tags. */
  different: number;
  /** The same by transformers.js, which opens the folder by itself. */
  elsewhere: SecondOpinion;
}

/** What transformers.js makes of the exported files; or why it could not be asked. */
export type SecondOpinion =
  | {
      version: string;
      texts: number;
      words: number;
      /** Words of texts with the same sub-tokens to which it gives another tag. */
      different: number;
      /** Texts that its tokenizer splits into other sub-tokens than they were trained with; their words are not counted. */
      splitOtherwise: number;
    }
  | { failure: string };

/** What a check runs models with. */
export interface CheckMeans {
  engine: Engine;
  open: (model: Uint8Array) => Promise<ModelSession>;
  openElsewhere: (files: ModelFiles) => Promise<OtherTagger>;
}

/** Tags texts three times: by the tagger as it was trained, by the ONNX model that other programs run, and by transformers.js from the exported files alone. */
export async function checkExport(
  files: ModelFiles,
  { config, labels, pooling }: Pick<TaggerParts, 'config' | 'labels' | 'pooling'>,
  texts: readonly Untagged[],
  { engine, open, openElsewhere }: CheckMeans,
): Promise<ExportCheck> {
  const folder = folderOf(files, 'the tagger');
  const [tokenizer, maxTokens] = await Promise.all([loadTokenizer(folder), windowOf(files, { config })]);
  const spaced = spacedTexts(texts, tokenizer, maxTokens);
  const trained: string[][] = [];
  const tagger = await openTagger(folder, engine);
  try {
    for await (const group of tagger.tag([...texts, ...spaced.map(({ text }) => text)], new Control())) trained.push(...group.map(({ tags }) => tags));
  } finally {
    await tagger.dispose();
  }
  const { words, windows } = encodeTexts(texts, tokenizer, { maxTokens });
  const model = await open(files[MODEL_FILE]!);
  let different: number;
  try {
    const options = { rowOf: (id: number) => id, padding: tokenizer.special.padding, positionOffset: config.positionOffset, pooling, labels: labels.length, engine: { kind: 'cpu', padding: { multipleOf: 1 } } } as const;
    const exported = (await labelWindows(forwardOf(model, labels.length), windows, words.map(({ length }) => length), options))!;
    different = sum(exported.map((text, index) => [...text.labels].filter((label, word) => labels[label] !== trained[index]![word]).length));
  } finally {
    await model.dispose();
  }
  return { texts: texts.length, words: sum(words.map(({ length }) => length)), different, elsewhere: await askElsewhere(files, spaced, trained.slice(texts.length), openElsewhere) };
}

async function askElsewhere(files: ModelFiles, texts: readonly SpacedText[], trained: readonly string[][], open: CheckMeans['openElsewhere']): Promise<SecondOpinion> {
  try {
    const other = await open(files);
    const opinion = { version: other.version, texts: 0, words: 0, different: 0, splitOtherwise: 0 };
    try {
      for (const [index, { words, ids }] of texts.entries()) {
        const found = await other.tag(words);
        if (found.ids.join() !== ids.join()) {
          opinion.splitOtherwise++;
          continue;
        }
        opinion.texts++;
        opinion.words += words.length;
        opinion.different += found.tags.filter((tag, word) => tag !== trained[index]![word]).length;
      }
    } finally {
      await other.dispose();
    }
    return opinion;
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
