/**
 * The YAML at the head of a README, as data set cards have it (huggingface.co/docs/hub/datasets-cards): maps and lists by indentation, plain and quoted
 * scalars, lists in brackets. Scalars stay strings. Not all of YAML: what is not of these forms (anchors, folded texts) is skipped or comes as a string.
 * Null where the file does not begin with such a head.
 */
export function readFrontMatter(readme: string): unknown {
  const head = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\n---[ \t]*(?:\r?\n|$)/.exec(readme)?.[1];
  if (head === undefined) return null;
  const lines = head.split(/\r?\n/).filter((line) => line.trim() && !line.trimStart().startsWith('#'));
  return new Blocks(lines.map((line) => ({ indent: line.length - line.trimStart().length, text: line.trim() }))).read(0);
}

interface Line {
  indent: number;
  text: string;
}

/** Deeper nesting is not followed. */
const DEPTH = 32;
const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'[{#][^#]*?):(?:\s+(.*))?$/;

class Blocks {
  private readonly lines: Line[];
  private at = 0;

  constructor(lines: Line[]) {
    this.lines = lines;
  }

  /** The value that begins at the next line: a list, a map, or nothing. */
  read(depth: number): unknown {
    const first = this.lines[this.at];
    if (!first || depth > DEPTH) return null;
    return first.text === '-' || first.text.startsWith('- ') ? this.list(first.indent, depth) : this.map(first.indent, depth);
  }

  private list(indent: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.lines[this.at]; line?.indent === indent && (line.text === '-' || line.text.startsWith('- ')); line = this.lines[this.at]) {
      const rest = line.text.slice(1).trimStart();
      if (KEY.test(rest)) {
        // The item is a map whose first key stands behind the dash.
        this.lines[this.at] = { indent: indent + line.text.length - rest.length, text: rest };
        items.push(this.read(depth + 1));
      } else {
        this.at++;
        items.push(rest ? scalar(rest) : this.deeper(indent, depth));
      }
    }
    return items;
  }

  private map(indent: number, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (let line = this.lines[this.at]; line && line.indent >= indent; line = this.lines[this.at]) {
      const match = line.indent === indent ? KEY.exec(line.text) : null;
      this.at++;
      if (!match) continue;
      const [, key, rest] = match;
      entries.push([String(scalar(key!)), rest ? scalar(rest) : this.value(indent, depth)]);
    }
    return Object.fromEntries(entries);
  }

  /** What stands below a key: deeper, or a list at the key's own indentation. */
  private value(indent: number, depth: number): unknown {
    const next = this.lines[this.at];
    if (next?.indent === indent && (next.text === '-' || next.text.startsWith('- '))) return this.list(indent, depth + 1);
    return this.deeper(indent, depth);
  }

  private deeper(indent: number, depth: number): unknown {
    const next = this.lines[this.at];
    if (!next || next.indent <= indent) return null;
    const value = this.read(depth + 1);
    // Deeper than is followed: skipped.
    while (depth >= DEPTH && (this.lines[this.at]?.indent ?? 0) > indent) this.at++;
    return value;
  }
}

function scalar(text: string): unknown {
  if (text.startsWith("'")) return text.replace(/^'|'[^']*$/g, '').replaceAll("''", "'");
  if (text.startsWith('"')) {
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0] ?? '""';
    try {
      return JSON.parse(quoted.replace(/\\(?:x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|.)/g, asJson)) as string;
    } catch {
      return quoted.slice(1, -1);
    }
  }
  const list = /^\[(.*)\]$/.exec(text)?.[1];
  if (list !== undefined) return (list.match(/\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,'"][^,]*)/g) ?? []).map((item) => scalar(item.trim()));
  return text.replace(/\s+#.*$/, '');
}

/** An escape of YAML that JSON does not know as one that it does, or as the character. */
function asJson(escape: string, short: string | undefined, long: string | undefined): string {
  if (short) return `\\u00${short}`;
  return long ? JSON.stringify(String.fromCodePoint(Math.min(parseInt(long, 16), 0x10ffff))).slice(1, -1) : escape;
}
