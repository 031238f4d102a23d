import { lenientEntities } from '../../text/entities.ts';
import type { Span, SpanSource, WordRange } from '../../text/span.ts';
import type { ReportBuilder } from './report.ts';

/** A tag with a prefix: BIO, IOB1 and IO (`B I`), BIOES (`E S`), BILOU (`L U`), BMES (`M`), BMEWO (`W`). */
const PREFIXED = /^[BIESLUMW]-.*\S/;

/** Prefixes of other schemes as those of BIOES. */
const AS_BIOES: Record<string, string> = { L: 'E', U: 'S', M: 'I', W: 'S' };

export function isPrefixedTag(tag: string): boolean {
  return PREFIXED.test(tag);
}

/**
 * Reads the tags of a file into spans, whatever their scheme, and finds out by the end which it was. Every scheme is read leniently
 * at once (an `I-` that follows no `B-` begins an entity, `E-` and `S-` end one), so the file need not be seen whole first.
 */
export class TagColumn {
  private readonly builder: ReportBuilder;
  private readonly source: SpanSource;
  /** Whether tags have prefixes; else a tag is O or a type, and neighbours of one type are one entity. */
  private readonly prefixed: boolean;
  private readonly cache = new Map<string, string | null>([['O', 'O']]);
  private readonly types = new Set<string>();
  private ends = false;
  private begins = { free: 0, touching: 0 };
  private inside: { count: number; firstLine: number; examples: string[] } = { count: 0, firstLine: 0, examples: [] };

  constructor(prefixed: boolean, source: SpanSource, builder: ReportBuilder) {
    this.prefixed = prefixed;
    this.source = source;
    this.builder = builder;
  }

  /** The tag as `O`, `B-`, `I-`, `E-` or `S-` with its type; null where it is no tag of this file. */
  normalise(tag: string): string | null {
    let normal = this.cache.get(tag);
    if (normal === undefined) {
      normal = this.read(tag);
      if (this.cache.size < 10_000) this.cache.set(tag, normal);
    }
    return normal;
  }

  private read(tag: string): string | null {
    if (!tag.trim()) return null;
    if (!this.prefixed) return `I-${tag}`;
    if (!PREFIXED.test(tag)) return null;
    const prefix = tag.charAt(0);
    const type = tag.slice(2);
    this.types.add(type);
    if (prefix !== 'B' && prefix !== 'I') this.ends = true;
    return `${AS_BIOES[prefix] ?? prefix}-${type}`;
  }

  /** What to make of a tag that `normalise` refused: its type's where another tag has that type, else O. */
  repair(tag: string, line: number): string {
    this.builder.repair('unknown-tag', line, tag);
    return this.types.has(tag) ? `I-${tag}` : 'O';
  }

  /** Spans of one text from its normal tags. `lines` has the line of each word. */
  spans(tags: readonly string[], words: readonly WordRange[], lines: readonly number[]): Span[] {
    if (tags.every((tag) => tag === 'O')) return [];
    let before = { type: '', last: -2 };
    return lenientEntities(tags).map((entity) => {
      const { type, first, last } = entity;
      const prefix = tags[first]!.charAt(0);
      const touches = before.type === type && before.last === first - 1;
      if (prefix === 'B') this.begins[touches ? 'touching' : 'free']++;
      else if (prefix !== 'S') this.countInside(lines[first]!, tags[first]!);
      before = entity;
      return { start: words[first]![0], end: words[last]![1], type, source: this.source };
    });
  }

  private countInside(line: number, tag: string): void {
    const { inside } = this;
    inside.firstLine ||= line;
    inside.count++;
    if (inside.examples.length < 3) inside.examples.push(tag);
  }

  /** Says which scheme it was, and what was converted or repaired. Call once, after the last text. */
  end(): string {
    const { inside, begins, builder } = this;
    if (!this.prefixed) {
      if (inside.count) builder.repair('scheme', inside.firstLine, 'types without prefixes: neighbours of one type are one entity', inside.count);
      return 'types without prefixes';
    }
    const repairInside = (): void => {
      if (!inside.count) return;
      builder.repair('inside-without-begin', inside.firstLine, inside.examples.shift(), inside.count);
      for (const example of inside.examples) builder.repair('inside-without-begin', inside.firstLine, example, 0);
    };
    if (this.ends) {
      repairInside();
      builder.repair('scheme', 1, 'BIOES (or BILOU, BMES)');
      return 'BIOES tags';
    }
    if (inside.count && !begins.free) {
      // B- only between neighbours of one type, I- at every other start: that is what IOB1 is.
      const scheme = begins.touching ? 'IOB1' : 'IO';
      builder.repair('scheme', inside.firstLine, scheme === 'IO' ? 'IO: neighbours of one type are one entity' : 'IOB1', inside.count);
      return `${scheme} tags`;
    }
    repairInside();
    return 'BIO tags';
  }
}
