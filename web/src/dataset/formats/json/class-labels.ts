import { isObject } from './value.ts';

/** The columns that hold the tags of tokens, as data sets on the hub call them. */
export const TAG_COLUMNS = ['ner_tags', 'tags', 'labels', 'ner'] as const;

/** Nothing of interest lies deeper in a description of columns. */
const DEPTH = 6;

/**
 * Names of the class labels 0, 1, 2, … of a Hugging Face data set, from what describes its columns: dataset_info.json, the
 * `features` of the data set viewer, or the YAML of a README (`dataset_info`), each as a parsed value. Null where it names none.
 */
export function classLabelNames(description: unknown): string[] | null {
  for (const features of featureLists(description)) {
    for (const column of TAG_COLUMNS) {
      const names = findNames(columnOf(features, column), DEPTH);
      if (names) return names;
    }
  }
  return null;
}

/** `features` stand at the top, under `dataset_info` (one or a list of configurations), or under a configuration's name. */
function featureLists(description: unknown): unknown[] {
  if (!isObject(description)) return [];
  const { features, dataset_info: info } = description;
  const infos = Array.isArray(info) ? info : [info, ...Object.values(description).slice(0, 100)];
  return [features, ...infos.filter(isObject).map((one) => one['features'])].filter((found) => found !== undefined);
}

function columnOf(features: unknown, column: string): unknown {
  if (Array.isArray(features)) return features.find((feature) => isObject(feature) && feature['name'] === column);
  return isObject(features) ? features[column] : undefined;
}

/** `names` is a list, or in YAML a map from "0", "1", … */
function findNames(value: unknown, depth: number): string[] | null {
  if (depth === 0) return null;
  // A list of labels is also written as a list of one description.
  if (Array.isArray(value)) return findNames(value[0], depth - 1);
  if (!isObject(value)) return null;
  const { names } = value;
  const list = isObject(names) ? Object.keys(names).map((_, i) => names[i]) : names;
  if (Array.isArray(list) && list.length && list.every((name) => typeof name === 'string')) return list;
  for (const inner of Object.values(value)) {
    const found = findNames(inner, depth - 1);
    if (found) return found;
  }
  return null;
}
