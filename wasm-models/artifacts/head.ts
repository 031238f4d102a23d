import { backward } from '../autodiff/backward.ts';
import { Graph } from '../graph/graph.ts';
import { prune } from '../graph/prune.ts';
import type { Value } from '../graph/value.ts';
import { softCrossEntropy } from '../losses/cross-entropy.ts';
import { type Dropout, maskedDropout, noDropout } from '../nn/dropout.ts';
import { linear, within } from '../nn/linear.ts';
import { encodeModel } from '../onnx/encode.ts';
import { adamwModule } from '../optim/adamw.ts';
import type { DropoutSite, HeadGraphs, Manifest } from './manifest.ts';

const ROWS = 'rows';

/**
 * The head of a tagger by itself, over word vectors that are known: what is trained where the whole encoder is frozen. Dropout acts on
 * the words' vectors. In the tagger it acts on the sub-tokens' before they are pooled: the same where a word takes its first
 * sub-token's vector; where it takes their mean or sum, a dimension is here dropped for a whole word, there for single sub-tokens.
 */
export function buildHead({ parameters: all, encoder, labels }: Manifest): HeadGraphs {
  const parameters = all.filter(({ group }) => group === 'head');
  const forward = (g: Graph, dropout: Dropout): { weights: Value[]; logits: Value } => {
    const features = g.input('features', [ROWS, encoder.hiddenSize]);
    const values = new Map(parameters.map(({ name, shape }) => [name, g.input(name, shape)]));
    const logits = g.scope('head', () => linear(g, dropout.apply(g, features, 'hidden', encoder.hiddenDropout, 'head'), within((name) => values.get(name)!, 'head')));
    return { weights: [...values.values()], logits };
  };
  const training = (dropout: Dropout): Graph => {
    const g = new Graph();
    const { weights, logits } = forward(g, dropout);
    const loss = g.scope('loss', () => softCrossEntropy(g, logits, g.input('targets', [ROWS, labels.length]), g.input('weights', [ROWS, 1])));
    const gradients = backward(g, loss, weights);
    g.output(loss, 'loss');
    for (const value of weights) g.output(gradients.get(value)!, `${value.name}.grad`);
    prune(g);
    return g;
  };
  const evaluation = (): Graph => {
    const g = new Graph();
    g.output(forward(g, noDropout).logits, 'logits');
    return g;
  };
  return {
    parameters,
    labels: labels.length,
    features: encoder.hiddenSize,
    dropout: dropoutSites(forward),
    training: ({ dropout }) => encodeModel(training(dropout ? maskedDropout() : noDropout), 'training'),
    evaluation: () => encodeModel(evaluation(), 'evaluation'),
    optimizer: adamwModule,
  };
}

/** The forward pass says where dropout acts. */
function dropoutSites(forward: (g: Graph, dropout: Dropout) => unknown): DropoutSite[] {
  const dropout = maskedDropout();
  forward(new Graph(), dropout);
  return dropout.sites;
}
