import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';

const text = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

/** Weights that fill a few network packets. */
export const weights = writeSafetensors([{ name: 'embeddings.word_embeddings.weight', shape: [500, 64], data: Float32Array.from({ length: 32_000 }, (_, i) => Math.sin(i)) }]);

/** The files of an encoder as a repository has them, others among them. */
export function encoderFiles(): Record<string, Uint8Array<ArrayBuffer>> {
  return {
    '.gitattributes': text('none of ours'),
    'config.json': text({ model_type: 'bert' }),
    'pytorch_model.bin': text('a pickle'),
    'tokenizer.json': text({ model: {} }),
    'tokenizer_config.json': text({}),
    'model.safetensors': weights,
  };
}

/** The same weights in two parts. */
export function shardedFiles(): Record<string, Uint8Array<ArrayBuffer>> {
  const { 'model.safetensors': _, ...others } = encoderFiles();
  const part = (name: string): Uint8Array<ArrayBuffer> => writeSafetensors([{ name, shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]);
  return {
    ...others,
    'model.safetensors.index.json': text({ weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' } }),
    'model-00001-of-00002.safetensors': part('a'),
    'model-00002-of-00002.safetensors': part('b'),
  };
}
