import { buildTagger } from '../../../wasm-models/index.ts';
import { ConfigError, readEncoderConfig, readTaggerDescription } from '../../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import { importTagger } from '../../../wasm-models/weights/transfer.ts';
import type { ModelFolder } from '../encode/model-folder.ts';
import { loadTokenizer } from '../encode/tokenizer.ts';
import type { Engine } from '../engine/engine.ts';
import type { Span, WordRange } from '../text/span.ts';
import { tagsToSpans } from '../text/tags.ts';
import type { Control } from './control.ts';
import { readJson } from './encoder.ts';
import { labelWindows } from './label-windows.ts';
import { encodeTexts } from './texts.ts';

/** A text to tag: running text, or one whose words are given. */
export interface Untagged {
  text: string;
  words?: readonly WordRange[];
}

export interface TaggedText {
  spans: Span[];
  words: readonly WordRange[];
  /** BIO tags by word. */
  tags: string[];
}

/** A trained model, ready on a device. */
export interface Tagger {
  labels: string[];
  /**
   * Tags texts, a group at a time, in order. `control` ends it between two passes; the group it was at is not given.
   * A span's score is the mean probability of its words' tags.
   */
  tag(texts: readonly Untagged[], control: Control): AsyncGenerator<TaggedText[], void>;
  dispose(): Promise<void>;
}

/** Texts tagged together: enough to sort by length, few enough to see results come in. */
const GROUP = 128;

/** Window of taggers that don't say what they were trained with. */
const USUAL_WINDOW = 128;

/** What `tagsToSpans` can read. */
const READABLE_LABEL = /^(?:O|[BIES]-.+)$/;

/** Opens a tagger's folder: one made here, or any token classification model of the supported architectures with BIO labels. */
export async function openTagger(folder: ModelFolder, engine: Engine): Promise<Tagger> {
  const configJson = await readJson(folder, 'config.json');
  const config = readEncoderConfig(configJson);
  const { labels, pooling } = readTaggerDescription(configJson);
  checkLabels(labels, folder.name);
  const [tokenizer, weights, maxTokens] = await Promise.all([loadTokenizer(folder), openWeights(folder), windowOf(folder)]);
  const graphs = buildTagger({
    encoder: config,
    labels,
    pooling,
    embeddingRows: config.vocabularySize,
    positions: config.maxPositions,
    // Nothing is trained; what is frozen takes no memory for gradients.
    trainable: (parameter) => parameter === 'head.bias',
  });
  const session = await engine.open(graphs, importTagger(config, labels.length, weights));
  const options = {
    engine,
    labels: labels.length,
    rowOf(id: number): number {
      if (id < config.vocabularySize) return id;
      throw new ConfigError(`The tokenizer of ${folder.name} gives token id ${id}, but its vocabulary has ${config.vocabularySize} rows: tokenizer.json and config.json don't belong together.`);
    },
    padding: tokenizer.special.padding,
    positionOffset: config.positionOffset,
    pooling,
  };
  const size = { maxTokens: Math.min(maxTokens, config.maxPositions - config.positionOffset) };

  return {
    labels,
    async *tag(texts, control) {
      for (let first = 0; first < texts.length && !control.stopped; first += GROUP) {
        const { words, windows } = encodeTexts(texts.slice(first, first + GROUP), tokenizer, size);
        const found = await labelWindows(session, windows, words.map((ranges) => ranges.length), { ...options, control });
        if (!found) return;
        yield found.map(({ labels: indices, probabilities }, index) => {
          const tags = Array.from(indices, (label) => labels[label]!);
          return { words: words[index]!, tags, spans: tagsToSpans(words[index]!, tags, 'model', probabilities) };
        });
      }
    },
    dispose: () => session.dispose(),
  };
}

/** @throws ConfigError where labels are not those of a tagger. */
export function checkLabels(labels: readonly string[], name: string): void {
  const foreign = labels.find((label) => !READABLE_LABEL.test(label));
  if (foreign !== undefined) throw new ConfigError(`config.json of ${name} has the label ${JSON.stringify(foreign)}; a tagger's labels are O and B-type, I-type (or E-, S-).`);
}

/** The window a tagger was trained with. */
async function windowOf(folder: ModelFolder): Promise<number> {
  const { maxTokens } = (await folder.read('tagsmith.json')) ? await readJson(folder, 'tagsmith.json') : {};
  return typeof maxTokens === 'number' && maxTokens >= 3 ? maxTokens : USUAL_WINDOW;
}
