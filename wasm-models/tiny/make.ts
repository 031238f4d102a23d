import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tinyEncoderFiles } from './encoder.ts';
import { learnVocabulary } from './learn-vocabulary.ts';

/**
 * Writes the tiny encoder's model folder. Its vocabulary is a file of its own, so that the encoder stays the same when
 * the sample changes; `--learn` learns it anew from the sample's training sentences.
 */

const PIECES = 1800;
const root = join(import.meta.dirname, '..', '..');
const vocabularyFile = join(import.meta.dirname, 'vocabulary.txt');

if (process.argv.includes('--learn')) {
  const lines = readFileSync(join(root, 'web/public/sample/train.conll'), 'utf8').split('\n');
  const words = lines.map((line) => line.split(/[\t ]/)[0]!);
  writeFileSync(vocabularyFile, `${learnVocabulary(words, PIECES).join('\n')}\n`);
}
const folder = join(root, 'web/public/models/tiny');
mkdirSync(folder, { recursive: true });
const files = tinyEncoderFiles(readFileSync(vocabularyFile, 'utf8').trimEnd().split('\n'));
for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
console.error(`Wrote ${Object.keys(files).length} files, ${Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0)} bytes, to ${folder}.`);
