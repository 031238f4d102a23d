import { bioLabels, spansToTags } from '../../text/tags.ts';
import type { Document, Split } from '../document.ts';
import { datasetCard } from './dataset-card.ts';
import type { Exported, FormatWriter, Holds } from './format.ts';
import { holdAll } from './hold.ts';
import { zip } from './zip.ts';
import type { ZipFile } from './zip.ts';

const HOLDS: Holds = { spans: 'flat', text: 'words', words: true, scores: false, notes: false, sources: false, splits: 'files', suggestions: false };

/** Files as a repository of the hub has them, by split; documents without one go into the last. */
const FILES: [split: Split | undefined, name: string][] = [
  ['train', 'train'],
  ['dev', 'validation'],
  ['test', 'test'],
  [undefined, 'all'],
];

/**
 * A ZIP archive of a Hugging Face data set: `data/train.parquet` and its like with tokens and ner_tags, and the README.md that describes it. The numbers of the tags
 * have their names in each file (`datasets.load_dataset("parquet", …)` shows class labels) and in the README.
 */
export const parquetWriter: FormatWriter = {
  format: 'parquet',
  ending: 'zip',
  mediaType: 'application/zip',
  holds: HOLDS,
  write: (exported) => zip(repository(exported)),
};

async function* repository({ name, language, types, documents }: Exported): AsyncGenerator<ZipFile> {
  const held = [...holdAll(documents, HOLDS, language)];
  const labels = bioLabels([...types.map((type) => type.name), ...held.flatMap(({ spans }) => spans.map(({ type }) => type))]);
  const files = FILES.map(([split, file]) => ({ file, rows: held.filter((document) => document.split === split) })).filter(({ rows }) => rows.length > 0);
  yield { name: 'README.md', parts: [datasetCard({ name, language, labels, splits: files.map(({ file }) => file) })] };
  for (const { file, rows } of files) yield { name: `data/${file}.parquet`, parts: [await parquetFile(rows, labels)] };
}

/** One file of tokens and numbers of tags. Lists are laid out as pyarrow lays them out, tags are of 64 bits as `ClassLabel` is. */
async function parquetFile(documents: readonly Document[], labels: readonly string[]): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const numbers = new Map(labels.map((label, i) => [label, BigInt(i)]));
  const tokens = documents.map(({ text, words }) => words!.map(([start, end]) => text.slice(start, end)));
  const tags = documents.map(({ words, spans }) => spansToTags(words!, spans).tags.map((tag) => numbers.get(tag)!));
  const features = {
    tokens: { feature: { dtype: 'string', _type: 'Value' }, _type: 'Sequence' },
    ner_tags: { feature: { names: labels, _type: 'ClassLabel' }, _type: 'Sequence' },
  };
  const buffer = parquetWriteBuffer({
    schema: [
      { name: 'schema', num_children: 2 },
      { name: 'tokens', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
      { name: 'ner_tags', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', type: 'INT64' },
    ],
    columnData: [
      { name: 'tokens', data: tokens },
      { name: 'ner_tags', data: tags },
    ],
    rowGroupSize: 10_000,
    statistics: false,
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
  });
  return new Uint8Array(buffer);
}
