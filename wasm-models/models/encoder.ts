import type { Dim } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { queryScale, selfAttention } from '../nn/attention.ts';
import type { Dropout } from '../nn/dropout.ts';
import { GELU_SCALE, geluOfScaled } from '../nn/gelu.ts';
import { layerNorm, residualNorm } from '../nn/layer-norm.ts';
import { linear, type Parameters, within } from '../nn/linear.ts';
import { recomputed } from '../nn/recomputed.ts';
import type { EncoderConfig } from './config.ts';

export interface EncoderInput {
  batch: Dim;
  tokens: Dim;
  /** `[rows, hidden]`: the sum of the embedding tables' rows. */
  embeddings: Value;
  /** `[batch, 1, 1, tokens]`: added to the attention scores. */
  attentionBias: Value;
  /** Whether operators of ONNX Runtime stand for several of ONNX. On the GPU that saves dispatches; on the CPU its residual norm takes twice as long as the two. */
  fused: boolean;
  /** Whether of each layer its input alone is kept for the backward pass, and the rest is computed again. */
  recompute?: boolean;
}

/** The BERT network (Devlin et al. 2019), post-norm; DistilBERT and RoBERTa are the same with other details. Returns `[rows, hidden]`. */
export function encoder(g: Graph, parameters: Parameters, input: EncoderInput, config: EncoderConfig, dropout: Dropout): Value {
  let x = g.scope('embeddings', () => {
    const normal = layerNorm(g, input.embeddings, within(parameters, 'embeddings.norm'), config.layerNormEpsilon);
    return dropout.apply(g, normal, 'hidden', config.hiddenDropout, 'embeddings');
  });
  for (let layer = 0; layer < config.layers; layer++) {
    const own = within(parameters, `encoder.layer.${layer}`);
    const build = (given: Value, weights: Parameters): Value => encoderLayer(g, given, weights, input, config, dropout, `layer.${layer}`);
    x = g.scope(`encoder.layer.${layer}`, () => (input.recompute ? recomputed(g, x, own, build) : build(x, own)));
  }
  return x;
}

function encoderLayer(g: Graph, x: Value, parameters: Parameters, input: EncoderInput, config: EncoderConfig, dropout: Dropout, site: string): Value {
  const { batch, tokens, attentionBias, fused } = input;
  const attended = g.scope('attention', () => {
    const own = within(parameters, 'attention');
    const context = selfAttention(g, x, attentionBias, own, { batch, tokens, heads: config.heads, dropout, dropoutRate: config.attentionDropout, site: `${site}.attention` });
    const projected = g.scope('output', () => linear(g, context, within(own, 'output'), { inputScale: 1 / queryScale(config.hiddenSize / config.heads) }));
    // DistilBERT alone has no dropout here.
    const dropped = config.architecture === 'distilbert' ? projected : dropout.apply(g, projected, 'hidden', config.hiddenDropout, `${site}.attention.output`);
    return residualNorm(g, dropped, x, within(own, 'norm'), { epsilon: config.layerNormEpsilon, fused });
  });
  return g.scope('feed_forward', () => {
    const own = within(parameters, 'feed_forward');
    const scaled = g.scope('up', () => linear(g, attended, within(own, 'up'), { scale: GELU_SCALE }));
    const active = geluOfScaled(g, scaled);
    const down = g.scope('down', () => linear(g, active, within(own, 'down'), { inputScale: GELU_SCALE }));
    const dropped = dropout.apply(g, down, 'hidden', config.hiddenDropout, `${site}.feed_forward.output`);
    return residualNorm(g, dropped, attended, within(own, 'norm'), { epsilon: config.layerNormEpsilon, fused });
  });
}
