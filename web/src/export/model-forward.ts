import type { Batch } from '../engine/engine.ts';
import type { IntegerMatrix, ModelSession } from '../engine/model-session.ts';
import type { Forward } from '../train/label-windows.ts';

/** An exported model as the rest of the program asks for tags: scores by word slot, whichever of the two forms its file has. */
export function forwardOf(model: ModelSession, labels: number): Forward {
  return {
    async logits({ size, tokens, inputIds, tokenTypeIds, attentionBias, pooling }: Batch) {
      const matrix = (values: Int32Array): IntegerMatrix => ({ rows: size, columns: tokens, values });
      const firsts = firstTokens(pooling, tokens);
      const given = { input_ids: matrix(inputIds), attention_mask: matrix(Int32Array.from(attentionBias, (bias) => (bias === 0 ? 1 : 0))), token_type_ids: matrix(tokenTypeIds), word_starts: matrix(firsts) };
      const found = await model.logits(given);
      return model.inputs.includes('word_starts') ? found : byWord(found, firsts, tokens, labels);
    },
  };
}

/** Position of each word slot's first sub-token, from weights `[size, slots, tokens]`; of an empty slot the number of tokens. */
function firstTokens(pooling: Float32Array, tokens: number): Int32Array {
  return Int32Array.from({ length: pooling.length / tokens }, (_, slot) => {
    const first = pooling.subarray(slot * tokens, (slot + 1) * tokens).findIndex((weight) => weight !== 0);
    return first < 0 ? tokens : first;
  });
}

/** Rows by sub-token, `[size, tokens, labels]`, as rows by word slot: that of the word's first sub-token. */
function byWord(found: Float32Array, firsts: Int32Array, tokens: number, labels: number): Float32Array {
  const rows = new Float32Array(found.length);
  firsts.forEach((token, slot) => {
    if (token === tokens) return;
    const from = (Math.floor(slot / tokens) * tokens + token) * labels;
    rows.set(found.subarray(from, from + labels), slot * labels);
  });
  return rows;
}
