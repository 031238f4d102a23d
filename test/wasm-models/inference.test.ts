import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { InferenceOptions } from '../../wasm-models/artifacts/inference.ts';
import { buildInference } from '../../wasm-models/index.ts';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../wasm-models/weights/open.ts';
import { importTagger } from '../../wasm-models/weights/transfer.ts';
import { type EncoderReference, fixtureFolder, norm, readJson } from './reference.ts';

const LABELS = 5;

async function exported(architecture: string, options: InferenceOptions = {}) {
  const url = new URL(`../fixtures/encoders/${architecture}/`, import.meta.url);
  const config = readEncoderConfig(await readJson(new URL('config.json', url)));
  const parameters = importTagger(config, LABELS, await openWeights(fixtureFolder(url)));
  const file = buildInference(config, LABELS, parameters, options);
  const session = await InferenceSession.create(file, { logSeverityLevel: 4 });
  const reference = await readJson<EncoderReference>(new URL('reference.json', url));
  return { file, session, reference, batch: reference.batches[0]! };
}

const integers = (values: number[], dims: number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), dims);

/** Feeds of the first batch; words are filled up to as many as there are tokens with the length, which no token has. */
function feedsOf({ session, batch }: Awaited<ReturnType<typeof exported>>): Record<string, Tensor> {
  const { size, tokens } = batch;
  const feeds: Record<string, Tensor> = {
    input_ids: integers(batch.inputIds, [size, tokens]),
    attention_mask: integers(batch.attentionBias.map((bias) => (bias === 0 ? 1 : 0)), [size, tokens]),
    token_type_ids: integers(batch.tokenTypeIds, [size, tokens]),
    word_starts: integers(batch.wordStarts.flatMap((starts) => Array.from({ length: tokens }, (_, word) => starts.slice(0, -1)[word] ?? tokens)), [size, tokens]),
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
}

describe.each(['bert', 'distilbert', 'roberta'])('the exported ONNX model of %s', (architecture) => {
  const usual = ['input_ids', 'attention_mask', ...(architecture === 'bert' ? ['token_type_ids'] : [])];

  test('gives PyTorch’s logits for every word whose vector is its first sub-token', async () => {
    const model = await exported(architecture);
    const { session, reference, batch } = model;
    expect(session.inputNames).toEqual(usual);
    const { logits } = await session.run(feedsOf(model));
    expect(logits!.dims).toEqual([batch.size, batch.tokens, LABELS]);

    let compared = 0;
    for (let slot = 0; slot < batch.weights.length; slot++) {
      if (batch.weights[slot] === 0) continue;
      const row = Math.floor(slot / batch.tokens);
      const token = batch.pooling.first.slice(slot * batch.tokens, (slot + 1) * batch.tokens).indexOf(1);
      for (let label = 0; label < LABELS; label++) {
        const actual = (logits!.data as Float32Array)[(row * batch.tokens + token) * LABELS + label]!;
        expect(actual).toBeCloseTo(reference.logits.first[slot * LABELS + label]!, 4);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
    await session.release();
  });

  test.each(['first', 'mean', 'sum'] as const)('gives PyTorch’s logits for every word by its %s, told where words start', async (pooling) => {
    const model = await exported(architecture, { words: pooling });
    const { session, reference, batch } = model;
    expect(session.inputNames).toEqual([...usual, 'word_starts']);
    const { logits } = await session.run(feedsOf(model));
    expect(logits!.dims).toEqual([batch.size, batch.tokens, LABELS]);
    const words = Array.from(logits!.data as Float32Array).filter((_, index) => batch.weights[Math.floor(index / LABELS)] !== 0);
    const expected = reference.logits[pooling].filter((_, index) => batch.weights[Math.floor(index / LABELS)] !== 0);
    expect(words.length).toBeGreaterThan(50);
    words.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 4));
    await session.release();
  });

  test('is near PyTorch with weights as bytes, in two thirds of the size, names and nodes included', async () => {
    const whole = await exported(architecture, { words: 'mean' });
    const model = await exported(architecture, { words: 'mean', int8: true });
    expect(model.file.length).toBeLessThan((whole.file.length * 2) / 3);
    const { logits } = await model.session.run(feedsOf(model));
    const { weights } = model.batch;
    const differences = model.reference.logits.mean.map((value, index) => (weights[Math.floor(index / LABELS)] === 0 ? 0 : value - (logits!.data as Float32Array)[index]!));
    expect(norm(differences)).toBeGreaterThan(0);
    expect(norm(differences) / norm(model.reference.logits.mean)).toBeLessThan(0.05);
    await Promise.all([whole.session.release(), model.session.release()]);
  });
});
