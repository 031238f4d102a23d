interface Card {
  name: string;
  /** BCP 47 tag. */
  language: string;
  /** Tags in the order of their numbers. */
  labels: readonly string[];
  /** Names of the files in `data`, without their ending. */
  splits: readonly string[];
}

/** The README.md of a Hugging Face data set: which file is which split and what the tags are called (huggingface.co/docs/hub/datasets-cards). */
export function datasetCard({ name, language, labels, splits }: Card): string {
  // A data set without splits is one for training to `datasets`, which knows none without.
  const named = (file: string): string => (splits.length === 1 && file === 'all' ? 'train' : file);
  return [
    '---',
    'language:',
    `- ${quoted(language)}`,
    'task_categories:',
    '- token-classification',
    'configs:',
    '- config_name: default',
    '  data_files:',
    ...splits.flatMap((file) => [`  - split: ${named(file) === 'all' ? 'unassigned' : named(file)}`, `    path: data/${file}.parquet`]),
    'dataset_info:',
    '  features:',
    '  - name: tokens',
    '    sequence: string',
    '  - name: ner_tags',
    '    sequence:',
    '      class_label:',
    '        names:',
    ...labels.map((label, i) => `          '${i}': ${quoted(label)}`),
    '---',
    '',
    `# ${name.replace(/\s+/g, ' ').trim()}`,
    '',
  ].join('\n');
}

/** A double-quoted YAML scalar. What YAML takes for a line end or does not allow is escaped; JSON allows most of it. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/(?! )[\p{C}\p{Z}]/gu, (character) => `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`);
}
