import type { ParameterSpec } from '../artifacts/manifest.ts';
import type { EncoderConfig } from './config.ts';

export interface TableSizes {
  /** Rows of the word table: those of the tokens that occur. */
  embeddingRows: number;
  /** Rows of the position table. */
  positions: number;
}

type Plain = Omit<ParameterSpec, 'trainable'>;

/** Every parameter of a tagger, in the order of the graph's inputs. Query, key and value of a layer are stacked in one tensor. */
export function taggerParameters(config: EncoderConfig, labels: number, { embeddingRows, positions }: TableSizes): Plain[] {
  const { hiddenSize: hidden, intermediateSize: wide } = config;
  const encoder = (name: string, ...shape: number[]): Plain => ({ name, shape, group: 'encoder' });
  const pair = (name: string, out: number, ...rest: number[]) => [encoder(`${name}.weight`, out, ...rest), encoder(`${name}.bias`, out)];
  const layer = (index: number) => [
    ...pair(`encoder.layer.${index}.attention.qkv`, 3 * hidden, hidden),
    ...pair(`encoder.layer.${index}.attention.output`, hidden, hidden),
    ...pair(`encoder.layer.${index}.attention.norm`, hidden),
    ...pair(`encoder.layer.${index}.feed_forward.up`, wide, hidden),
    ...pair(`encoder.layer.${index}.feed_forward.down`, hidden, wide),
    ...pair(`encoder.layer.${index}.feed_forward.norm`, hidden),
  ];
  return [
    { ...encoder('embeddings.word.weight', embeddingRows, hidden), rowsOf: 'input_ids' },
    { ...encoder('embeddings.position.weight', positions, hidden), rowsOf: 'position_ids' },
    ...(config.tokenTypes > 0 ? [{ ...encoder('embeddings.token_type.weight', config.tokenTypes, hidden), rowsOf: 'token_type_ids' as const }] : []),
    ...pair('embeddings.norm', hidden),
    ...Array.from({ length: config.layers }, (_, index) => layer(index)).flat(),
    { name: 'head.weight', shape: [labels, hidden], group: 'head' },
    { name: 'head.bias', shape: [labels], group: 'head' },
  ];
}
