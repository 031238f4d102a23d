import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { buildInference } from '../../wasm-models/index.ts';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../wasm-models/weights/open.ts';
import { importTagger } from '../../wasm-models/weights/transfer.ts';
import { type EncoderReference, fixtureFolder, readJson } from './reference.ts';

const LABELS = 5;

describe.each(['bert', 'distilbert', 'roberta'])('the exported ONNX model of %s', (architecture) => {
  test('gives PyTorch’s logits for every word whose vector is its first sub-token', async () => {
    const url = new URL(`../fixtures/encoders/${architecture}/`, import.meta.url);
    const config = readEncoderConfig(await readJson(new URL('config.json', url)));
    const parameters = importTagger(config, LABELS, await openWeights(fixtureFolder(url)));
    const session = await InferenceSession.create(buildInference(config, LABELS, parameters), { logSeverityLevel: 4 });
    expect(session.inputNames).toEqual(['input_ids', 'attention_mask', ...(architecture === 'bert' ? ['token_type_ids'] : [])]);

    const reference = await readJson<EncoderReference>(new URL('reference.json', url));
    const batch = reference.batches[0]!;
    const integers = (values: number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [batch.size, batch.tokens]);
    const feeds: Record<string, Tensor> = {
      input_ids: integers(batch.inputIds),
      attention_mask: integers(batch.attentionBias.map((bias) => (bias === 0 ? 1 : 0))),
      token_type_ids: integers(batch.tokenTypeIds),
    };
    const { logits } = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!])));
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
});
