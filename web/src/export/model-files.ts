/** What an archive may hold that is read: its largest size in bytes. */
const LARGEST: Record<string, number> = {
  'config.json': 1 << 24,
  'tokenizer.json': 1 << 27,
  'tokenizer_config.json': 1 << 24,
  'special_tokens_map.json': 1 << 20,
  'model.safetensors.index.json': 1 << 24,
  'vocab.txt': 1 << 26,
  'vocab.json': 1 << 26,
  'merges.txt': 1 << 26,
  'README.md': 1 << 22,
  'tagsmith.json': 1 << 22,
};

const WEIGHTS = /^model(?:-\d{5}-of-\d{5})?\.safetensors$/;
const LARGEST_WEIGHTS = 2 ** 31 - 1;

/** Bytes that a file of a model may have; undefined for what is none of a tagger's own. Models for other runtimes are: they are made anew. */
export function largestSize(file: string): number | undefined {
  if (WEIGHTS.test(file)) return LARGEST_WEIGHTS;
  return Object.hasOwn(LARGEST, file) ? LARGEST[file] : undefined;
}
