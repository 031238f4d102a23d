import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** The command was called wrongly: exit status 2. The message says what to write instead. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The command was right but could not do its work: exit status 1. The message says what to do. */
export class FailedRun extends Error {
  override name = 'FailedRun';
}

/** What a verb may write to: progress goes to standard error, so that standard output holds results only. */
export interface Terminal {
  /** One line that the next one replaces where standard error is a terminal. */
  progress(line: string): void;
  /** A line that stays. */
  note(line: string): void;
}

export interface Verb {
  /** How it is called, for help and for messages about wrong use. */
  usage: string;
  summary: string;
  options: ParseArgsOptionsConfig;
  /** Most positional arguments it takes. */
  positionals?: number;
  run(call: Call, terminal: Terminal): Promise<Outcome>;
}

/** What a verb found: the object for `--json`, and the same in words. */
export interface Outcome {
  json: Record<string, unknown>;
  text: string;
}

/** The flags of one call, read with messages that name the flag. */
export class Call {
  readonly positionals: string[];
  #values: Record<string, unknown>;
  #usage: string;

  constructor(verb: Verb, args: string[]) {
    this.#usage = verb.usage;
    try {
      const { values, positionals } = parseArgs({ args, options: { ...verb.options, json: { type: 'boolean' } }, strict: true, allowPositionals: (verb.positionals ?? 0) > 0 });
      this.#values = values;
      this.positionals = positionals;
    } catch (error) {
      throw this.wrong(firstSentence((error as Error).message));
    }
    if (this.positionals.length > (verb.positionals ?? 0)) throw this.wrong(`Unexpected argument "${this.positionals[verb.positionals ?? 0]}".`);
  }

  wrong(problem: string): UsageError {
    return new UsageError(`${problem}\nUsage: ${this.#usage}`);
  }

  get json(): boolean {
    return this.#values['json'] === true;
  }

  text(flag: string): string | undefined {
    return this.#values[flag] as string | undefined;
  }

  /** Whether a flag without a value was given. */
  has(flag: string): boolean {
    return this.#values[flag] === true;
  }

  required(flag: string): string {
    const value = this.text(flag);
    if (value === undefined) throw this.wrong(`--${flag} is missing.`);
    return value;
  }

  choice<T extends string>(flag: string, choices: readonly T[]): T | undefined {
    const value = this.text(flag);
    if (value !== undefined && !(choices as readonly string[]).includes(value)) throw this.wrong(`--${flag} ${value}: expected ${choices.join(', ')}.`);
    return value as T | undefined;
  }

  number(flag: string): number | undefined {
    const value = this.text(flag);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number)) throw this.wrong(`--${flag} ${value}: expected a number.`);
    return number;
  }

  count(flag: string): number | undefined {
    const number = this.number(flag);
    if (number !== undefined && (!Number.isInteger(number) || number < 1)) throw this.wrong(`--${flag} ${number}: expected a whole number from 1.`);
    return number;
  }
}

/** Node's messages go on with advice about escaping, which would bury the flag's name. */
function firstSentence(message: string): string {
  return message.split(/\. |\n/)[0]!.replace(/\.?$/, '.');
}
