import { describe, expect, test } from 'vitest';
import { trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import { intermediateBytes } from '../../../wasm-models/graph/memory.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { recomputed } from '../../../wasm-models/nn/recomputed.ts';
import { gradcheck } from '../gradcheck.ts';

const HIDDEN = 8;
const SIZES = { batch: 4, tokens: 16 };
const ROW_BYTES = SIZES.batch * SIZES.tokens * HIDDEN * 4;

function tagger(changes: Partial<EncoderConfig> = {}, trainable?: (name: string) => boolean) {
  const encoder: EncoderConfig = {
    architecture: 'bert', vocabularySize: 50, hiddenSize: HIDDEN, layers: 2, heads: 2, intermediateSize: 32, maxPositions: 20, positionOffset: 0,
    tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0, ...changes,
  };
  return buildTagger({ encoder, labels: ['O', 'B-a', 'I-a'], pooling: 'first', embeddingRows: 10, positions: 20, trainable }).manifest;
}
const graphOf = (manifest: ReturnType<typeof tagger>, recompute: boolean) => trainingGraph(manifest, SIZES, { dropout: true, embedded: true, recompute });

describe('what is computed again', () => {
  test('has the gradients of finite differences, where it follows on itself and where its operand has other uses', () =>
    gradcheck({ x: { shape: [2, 3] }, w: { shape: [3] } }, (g, [x, w]) => {
      const build = (value: typeof x): NonNullable<typeof x> => recomputed(g, value!, () => w!, (given, own) => g.op('Erf', [g.op('Mul', [g.op('Add', [given, own('w')]), given])]));
      return g.op('Mul', [build(build(x)), x!]);
    }));

  test('asks for the same inputs, gives the same outputs, and has no site of dropout twice', () => {
    const manifest = tagger();
    const [kept, again] = [graphOf(manifest, false), graphOf(manifest, true)];
    expect(again.inputs).toEqual(kept.inputs);
    expect(again.outputs).toEqual(kept.outputs);
    expect(again.nodes.length).toBeGreaterThan(kept.nodes.length);
  });

  test('is no layer whose gradient nobody asks for', () => {
    const again = (manifest: ReturnType<typeof tagger>) => graphOf(manifest, true).nodes.filter(({ name }) => name.endsWith('.late')).map(({ name }) => /layer.(\d)/.exec(name)![1]);
    expect(again(tagger({ layers: 3 }))).toEqual(['2', '1', '0']);
    expect(again(tagger({ layers: 3 }, (name) => !/^embeddings|layer.[01]/.test(name)))).toEqual(['2']);
    expect(again(tagger({ layers: 3 }, (name) => name.startsWith('head.')))).toEqual([]);
  });

  test('leaves of each layer but its input: one matrix, however wide the layer is inside', () => {
    const bytes = (recompute: boolean, changes: Partial<EncoderConfig>) => intermediateBytes(graphOf(tagger(changes), recompute));
    for (const intermediateSize of [32, 256]) {
      const growth = (recompute: boolean) => bytes(recompute, { layers: 6, intermediateSize }) - bytes(recompute, { layers: 5, intermediateSize });
      expect(growth(true)).toBe(ROW_BYTES);
      expect(growth(false)).toBeGreaterThan(10 * ROW_BYTES);
    }
    expect(bytes(true, { layers: 6 })).toBeLessThan(0.5 * bytes(false, { layers: 6 }));
  });
});
