import { buildHead } from '../../../wasm-models/index.ts';
import { countOwnedWords } from '../encode/windows.ts';
import type { Batch, Engine, HeadBatch, HeadSession } from '../engine/engine.ts';
import { takeMessages, type Control } from './control.ts';
import { evaluateTexts, scoreLabels, type Scoring, type TaggedEvaluation } from './evaluation.ts';
import { encodeFeatures, featureBytes, repeatedWindows, stackFeatures, type Features } from './features.ts';
import { headBatches, WINDOWS_A_HEAD_PASS } from './head-batches.ts';
import { likeliestLabels, TEXTS_A_PASS } from './label-windows.ts';
import { stateBytes } from './memory.ts';
import type { Prepared } from './prepare.ts';
import type { RunEvent } from './run.ts';
import type { LabelledTexts } from './texts.ts';
import { longestWindow, type Trainee } from './trainee.ts';
import { openWordVectors } from './word-vectors.ts';

type Progress = Extract<RunEvent, { type: 'progress' }>;

/**
 * The head of a tagger whose encoder is frozen. Nothing below the head changes, so the encoder runs once over each text, in evaluation mode, and
 * the steps and evaluations run over what it gave. Dropout inside the encoder, which would make another vector of a word in every step, is
 * left out for that; the head's own stays. Texts that are scored once, at the end, are encoded then and not kept. The first `from` steps are left out. Where `control`
 * stops the encoding there are not all features: then no step may be asked for.
 */
export async function* openHeadAlone(prepared: Prepared, engine: Engine, scoring: Scoring, control: Control, from = 0): AsyncGenerator<Progress, Trainee<HeadBatch>> {
  const { encoder, recipe, graphs, vocabulary, labels } = prepared;
  const { hiddenSize } = graphs.manifest.encoder;
  const windows = repeatedWindows(prepared);
  const vectors = await openWordVectors(engine, { encoder: graphs.manifest.encoder, pooling: recipe.pooling, embeddingRows: vocabulary.tokenIds.length }, prepared.parameters);
  let opened = false;
  try {
    const features: Features = new Map();
    const options = { engine, rowOf: vocabulary.rowOf, padding: encoder.tokenizer.special.padding, positionOffset: encoder.config.positionOffset, pooling: recipe.pooling, control };
    for await (const done of encodeFeatures(vectors, windows, hiddenSize, options, features)) {
      yield { type: 'progress', stage: 'features', done, total: windows.length, message: `Encoding texts: ${done.toLocaleString('en')} of ${windows.length.toLocaleString('en')}` };
    }

    const head = engine.openHead(buildHead(graphs.manifest), prepared.parameters);
    /** The whole tagger in two parts. */
    const tagger = { logits: async (batch: Batch) => head.logits(await vectors.logits(batch), batch.size * batch.tokens) };
    opened = true;
    return {
      learner: head,
      batches: headBatches(prepared, features, from),
      tokensOf: ({ tokens }) => tokens,
      evaluate: (texts, hand) =>
        texts.windows.every((window) => features.has(window))
          ? evaluateFeatures(head, texts, features, labels, scoring, hand)
          : evaluateTexts(tagger, texts, prepared, engine, scoring, hand),
      parameters: async () => new Map([...prepared.parameters, ...(await head.readParameters())]),
      memoryBytes: stateBytes(graphs.manifest) + featureBytes(windows, hiddenSize) + TEXTS_A_PASS * graphs.intermediateBytes('evaluation', { batch: 1, tokens: longestWindow(prepared) }),
      notes: () => (recipe.precision === 'float16' ? ['The recipe asks for half precision, which is for training the encoder: here it is frozen, and all was computed in float32.'] : []),
      readEveryMs: 0,
      async dispose() {
        await head.dispose();
        await vectors.dispose();
      },
    };
  } finally {
    if (!opened) await vectors.dispose();
  }
}

/** `evaluateTexts` over features that are kept. */
async function evaluateFeatures(head: HeadSession, texts: LabelledTexts, features: Features, labels: readonly string[], scoring: Scoring, control?: Control): Promise<TaggedEvaluation | null> {
  const { results, record } = likeliestLabels(texts.words.map((words) => words.length));
  for (let first = 0; first < texts.windows.length; first += WINDOWS_A_HEAD_PASS) {
    if (control) {
      await takeMessages();
      if (control.stopped) return null;
    }
    const together = texts.windows.slice(first, first + WINDOWS_A_HEAD_PASS);
    const logits = await head.logits(stackFeatures(together, features), countOwnedWords(together));
    let row = 0;
    for (const { text, ownedFrom, ownedTo } of together) {
      for (let word = ownedFrom; word < ownedTo; word++, row++) record(text, word, logits.subarray(row * labels.length, (row + 1) * labels.length));
    }
  }
  return scoreLabels(results, texts, labels, scoring);
}
