import { digest, isSame } from '../secret.ts';
import type { Judge } from './guesses.ts';
import { unauthorized, type Tokens } from './tokens.ts';

const audience = 'teacher';
/** Of a secret: these alone say whether a guess comes near. */
const firstLetters = 4;
export const sessionHours = 12;

/** The teacher's sessions: each hangs on the secret, and another secret ends them all. */
export function openAdmin(secret: string, tokens: Tokens, judge: Judge) {
  const subject = digest(secret);
  return {
    /** Gives a session's token. Throws an `ApiError` where the secret is wrong. */
    async open(given: string, address: string): Promise<string> {
      const guess = given.trim();
      const isNear = isSame(guess.slice(0, firstLetters), secret.slice(0, firstLetters));
      judge(address, isNear ? 'admin' : undefined, isSame(guess, secret), 'This is not the secret that the server showed at its first start.');
      return (await tokens.sign(audience, { subject }, sessionHours * 3_600_000)).token;
    },

    /** Throws an `ApiError` (401) unless the session's token holds. */
    async check(token: string | undefined): Promise<void> {
      if (token !== undefined && (await tokens.verify(audience, token)).subject === subject) return;
      const help = "Open the teacher's page and enter the secret that the server showed at its first start.";
      throw unauthorized('no_session', `Only the teacher may do this. ${help}`);
    },
  };
}
