import type { Split } from '../document.ts';

/** The split that a file's name speaks of: `train.conll`, `my-dev.jsonl`, `eng.testb`, `validation.txt`. */
export function splitOfName(name: string): Split | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => /^train(ing)?$/.test(word))) return 'train';
  if (words.some((word) => /^(dev|devel|development|valid|validation|val|testa)$/.test(word))) return 'dev';
  if (words.some((word) => /^(test|testing|testb)$/.test(word))) return 'test';
  return null;
}

/** The same of a path: the file's own name goes first, then the folder it lies in, then those above. */
export function splitOfPath(path: string): Split | null {
  for (const part of path.split('/').reverse()) {
    const split = splitOfName(part);
    if (split) return split;
  }
  return null;
}
