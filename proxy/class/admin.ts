import { digest, isSame } from '../secret.ts';
import type { Guesses } from './guesses.ts';
import { unauthorized, type Tokens } from './tokens.ts';

const audience = 'teacher';
/** Of a secret: these alone say whether a guess comes near. */
const firstLetters = 4;
export const sessionHours = 12;

/** The teacher's sessions: each hangs on the secret, and another secret ends them all. */
export class Admin {
  readonly #secret: string;
  readonly #tokens: Tokens;
  readonly #guesses: Guesses;

  constructor(secret: string, tokens: Tokens, guesses: Guesses) {
    this.#secret = secret;
    this.#tokens = tokens;
    this.#guesses = guesses;
  }

  /** Gives a session's token. Throws an `ApiError` where the secret is wrong. */
  async open(given: string, address: string): Promise<string> {
    const guess = given.trim();
    const isNear = isSame(guess.slice(0, firstLetters), this.#secret.slice(0, firstLetters));
    const isRight = isSame(guess, this.#secret);
    this.#guesses.judge(address, isNear ? 'admin' : undefined, isRight, 'This is not the secret that the server showed at its first start.');
    return (await this.#tokens.sign(audience, { subject: digest(this.#secret) }, sessionHours * 3_600_000)).token;
  }

  /** Throws an `ApiError` (401) unless the session's token holds. */
  async check(token: string | undefined): Promise<void> {
    const help = "Open the teacher's page and enter the secret that the server showed at its first start.";
    const subject = token === undefined ? undefined : (await this.#tokens.verify(audience, token)).subject;
    if (subject !== digest(this.#secret)) throw unauthorized('no_session', `Only the teacher may do this. ${help}`);
  }
}
