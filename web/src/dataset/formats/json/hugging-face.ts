import type { ReaderContext } from '../reader.ts';
import { isPrefixedTag, TagColumn } from '../tag-column.ts';
import { classLabelNames, TAG_COLUMNS } from './class-labels.ts';
import type { Content, ItemShape, Place } from './shape.ts';
import { isWhole } from './spans.ts';
import { readTokens } from './tokens.ts';
import type { Json } from './value.ts';

/**
 * Rows of a token classification data set (huggingface.co/docs/datasets): `tokens` with `ner_tags`, which are strings like B-person or
 * numbers of class labels. Their names come from the import's `labels`, else from `features` or `dataset_info` in the same file.
 */
export class HuggingFaceShape implements ItemShape {
  readonly format = 'hugging-face';
  private readonly context: ReaderContext;
  private names: readonly string[] | null;
  private column: TagColumn | null = null;

  constructor(context: ReaderContext) {
    this.context = context;
    this.names = context.labels?.length ? context.labels : null;
  }

  /** Takes the names of class labels from an object that describes columns. Returns whether it does. */
  describe(item: Json): boolean {
    if (!('features' in item || 'dataset_info' in item)) return false;
    this.names ??= classLabelNames(item);
    return true;
  }

  matches(item: Json): boolean {
    const tokens = item[tokensOf(item)];
    if (!Array.isArray(tokens)) return false;
    return typeof item['text'] !== 'string' || (typeof tokens[0] === 'string' && TAG_COLUMNS.some((key) => Array.isArray(item[key])));
  }

  read(item: Json, place: Place): Content | null {
    const key = tokensOf(item);
    const tags = TAG_COLUMNS.map((name) => item[name]).find((values) => values !== undefined && values !== null);
    const named = tags === undefined ? [] : this.named(tags, place);
    if (!named) return null;
    const raw = item[key] as unknown[];
    if (tags !== undefined && named.length !== raw.length) {
      place.problem(`${raw.length} tokens and ${named.length} tags: there must be one tag a token.`);
      return null;
    }
    const content = readTokens(key, raw, this.context, place);
    if (!content) return null;
    const spans = tags === undefined ? [] : this.spans(named, content.words, place.line);
    return { ...content, spans, split: item['split'] };
  }

  /** What was found of the tags of all rows; call once, after the last. */
  end(): string {
    return this.column ? `, tokens with ${this.column.end()}` : '';
  }

  private named(tags: unknown, { problem }: Place): string[] | null {
    const list: unknown[] = Array.isArray(tags) ? tags : [null];
    if (list.every((tag) => typeof tag === 'string')) return list;
    const { names } = this;
    if (!list.every(isWhole) || !names) {
      problem(
        'Tags must be strings like "B-person", or numbers whose names are known. Add the dataset_info.json or README.md of the data set to the files of this import, or save the tags as strings.',
      );
      return null;
    }
    const unnamed = list.find((tag) => names[tag] === undefined);
    if (unnamed === undefined) return list.map((tag) => names[tag]!);
    problem(`Tag ${unnamed} has no name: the names known are those of 0 to ${names.length - 1} (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}).`);
    return null;
  }

  private spans(tags: readonly string[], words: NonNullable<Content['words']>, line: number): Content['spans'] {
    const { source, builder } = this.context;
    const isTag = (tag: string): boolean => tag === 'O' || isPrefixedTag(tag);
    const column = (this.column ??= new TagColumn(this.names ? this.names.some(isPrefixedTag) : tags.every(isTag), source, builder));
    const normal = tags.map((tag) => column.normalise(tag) ?? column.repair(tag, line));
    return column.spans(normal, words, new Array<number>(normal.length).fill(line));
  }
}

function tokensOf(item: Json): string {
  return !Array.isArray(item['tokens']) && Array.isArray(item['words']) ? 'words' : 'tokens';
}
