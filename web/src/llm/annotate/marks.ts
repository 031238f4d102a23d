/** What stands before a marked span, after it, and between its parts where it carries its type or a reason. */
export interface Marks {
  open: string;
  close: string;
  field: string;
}

/** The paper's marks first. Each is one character, twice. */
const PAIRS: readonly (readonly [open: string, close: string])[] = [['@', '#'], ['[', ']'], ['{', '}'], ['<', '>'], ['⟦', '⟧'], ['❮', '❯'], ['⟪', '⟫']];
const FIELDS = ['|', '¦', '=>', '→'];

/**
 * Marks that cannot be taken for a part of the texts: the paper's @@ and ##, unless a text holds an @ or a # (in `@@@ada##` nobody
 * knows whose the third @ is), then others, and in the end numbered tags, of which one is always free.
 * @param texts those to annotate, and the names of the types
 */
export function marksFor(texts: readonly string[]): Marks {
  const isFree = (mark: string): boolean => !texts.some((text) => text.includes(mark));
  const pair = PAIRS.find((signs) => signs.every(isFree));
  const numbered = (make: (n: number) => string[]): string[] => {
    for (let n = 1; ; n++) if (make(n).every(isFree)) return make(n);
  };
  const [open, close] = pair ? pair.map((sign) => sign + sign) : numbered((n) => [`<e${n}>`, `</e${n}>`]);
  const field = FIELDS.find(isFree) ?? numbered((n) => [`|${n}|`])[0]!;
  return { open: open!, close: close!, field };
}

/** Whether a mark is a character twice, of which the texts hold none: then any run of it is one or several marks. */
export function isDoubled(mark: string): boolean {
  return mark.length === 2 && mark[0] === mark[1];
}
