/** What people may edit of a prompt. Names in braces stand for what differs from request to request: `{type}`. */
export interface PromptTemplate {
  /** Version of the default that this is, or was edited from. */
  version: number;
  /** Opens the conversation: who the model is, what it is to find and how it answers. */
  system: string;
  /** Asks for one request. */
  user: string;
}

type Part = 'system' | 'user';

/** The placeholders that a template may have, and the parts it may have them in; those `needed` must stand in one of these. */
export type Placeholders = Readonly<Record<string, { in: readonly Part[]; needed: boolean; means: string }>>;

const PLACEHOLDER = /\{([a-z]+)\}/g;
const PARTS: Record<Part, string> = { system: 'the instructions', user: 'the message with the text' };

/** What is wrong with a template, in words; empty where nothing is. */
export function templateFaults(template: PromptTemplate, placeholders: Placeholders): string[] {
  const used = { system: namesIn(template.system), user: namesIn(template.user) };
  const missing = Object.entries(placeholders)
    .filter(([name, { in: parts, needed }]) => needed && !parts.some((part) => used[part].has(name)))
    .map(([name, { in: parts, means }]) => `{${name}} is missing in ${parts.map((part) => PARTS[part]).join(' or ')}: it stands for ${means}. Put it where that should be, or reset the prompt.`);
  const unknown = (['system', 'user'] as const).flatMap((part) => {
    const known = Object.keys(placeholders).filter((name) => placeholders[name]!.in.includes(part));
    return [...used[part]]
      .filter((name) => !known.includes(name))
      .map((name) => `{${name}} stands for nothing in ${PARTS[part]}. Known there: ${known.map((one) => `{${one}}`).join(', ')}.`);
  });
  return [...missing, ...unknown];
}

/** A template with values in place of the names. What a value holds in braces stays as it is, and so does a name without a value. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string) => values[name] ?? placeholder);
}

/**
 * The values that a template was filled with: `fill` the other way round. Null where the text was not made from the template.
 * @param value what a value looks like, as a regular expression
 */
export function unfill(template: string, filled: string, value = '[^]*?'): Record<string, string> | null {
  const key = `${value} ${template}`;
  const known = compiled.get(key) ?? compile(template, value);
  compiled.set(key, known);
  const values = known.exec(filled);
  return values && { ...values.groups };
}

/** Templates are few: people write them. */
const compiled = new Map<string, RegExp>();

function compile(template: string, value: string): RegExp {
  const names = new Set<string>();
  let pattern = '';
  let last = 0;
  for (const { 0: placeholder, 1: name = '', index } of template.matchAll(PLACEHOLDER)) {
    pattern += literally(template.slice(last, index)) + (names.has(name) ? `\\k<${name}>` : `(?<${name}>${value})`);
    names.add(name);
    last = index + placeholder.length;
  }
  return new RegExp(`^${pattern}${literally(template.slice(last))}$`);
}

function namesIn(part: string): Set<string> {
  return new Set(Array.from(part.matchAll(PLACEHOLDER), ([, name]) => name!));
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
