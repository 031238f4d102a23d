/** A list or an object in a cell, as JSON or as Python prints it (`[{'start': 0, 'label': 'x'}]`, `[(0, 3, 'x')]`), which is how pandas saves it. Throws a SyntaxError where it is neither. */
export function readCell(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch (error) {
    if (!cell.includes("'") && !cell.includes('(')) throw error;
    return JSON.parse(asJson(cell));
  }
}

const CONSTANTS: Record<string, string> = { None: 'null', nan: 'null', True: 'true', False: 'false', '(': '[', ')': ']' };

/** A string of Python, or a sign that JSON writes otherwise. */
const TOKEN = /'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|[()'"]|\b(?:None|nan|True|False)\b/g;

/** Python's strings, tuples and constants as those of JSON; what is between them stays. Throws a SyntaxError at a quote that is not closed. */
function asJson(literal: string): string {
  let json = '';
  let from = 0;
  for (const match of literal.matchAll(TOKEN)) {
    const [found, single, double] = match;
    const content = single ?? double;
    // At once: looking for the end behind each of a million quotes takes for ever.
    if (content === undefined && /['"]/.test(found)) throw new SyntaxError('a quote is not closed');
    const between = literal.slice(from, match.index);
    // A tuple of one has a comma behind it.
    const bare = found === ')' ? between.trimEnd() : '';
    json += bare.endsWith(',') ? bare.slice(0, -1) : between;
    json += content === undefined ? CONSTANTS[found]! : JSON.stringify(unescapePython(content));
    from = match.index + found.length;
  }
  return json + literal.slice(from);
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

function unescapePython(content: string): string {
  return content.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/g, (_, byte?: string, short?: string, long?: string, other?: string) => {
    const code = byte ?? short ?? long;
    if (code === undefined) return ESCAPES[other!] ?? other!;
    const point = parseInt(code, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}

/** A whole number in a cell. pandas writes `12.0` where a column has gaps. Null where it is none. */
export function readNumber(cell: string): number | null {
  const digits = /^\s*(\d{1,15})(?:\.0+)?\s*$/.exec(cell)?.[1];
  return digits === undefined ? null : Number(digits);
}
