import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config-error.ts';
import type { Records } from '../store/store.ts';
import type { Guesses } from './guesses.ts';
import { digest, isSame } from './keys.ts';
import { unauthorized, type Tokens } from './tokens.ts';

const audience = 'teacher';
/** Of a secret: these alone say whether a guess comes near. */
const firstLetters = 4;
export const sessionHours = 12;

interface AdminRecord {
  start: string;
  whole: string;
}

function adminRecord(secret: string): AdminRecord {
  return { start: digest(secret.slice(0, firstLetters)), whole: digest(secret) };
}

/** At the first start: the secret (192 bits) that makes its holder the teacher. Null where there is one already: it is kept as a hash and can't be shown again. */
export async function createAdminSecret(records: Records): Promise<string | null> {
  const secret = randomBytes(24).toString('base64url');
  const mine = adminRecord(secret);
  const kept = (await records.update('admin', (value) => value ?? mine)) as AdminRecord;
  return kept.whole === mine.whole ? secret : null;
}

/** The teacher's sessions. */
export class Admin {
  readonly #records: Records;
  readonly #tokens: Tokens;
  readonly #guesses: Guesses;
  readonly #given: AdminRecord | undefined;

  /** `given` (`TAGSMITH_ADMIN_SECRET`) holds in place of the one that was made. */
  constructor(records: Records, tokens: Tokens, guesses: Guesses, given?: string) {
    if (given !== undefined && given.length < 20) throw new ConfigError('TAGSMITH_ADMIN_SECRET is too short: expected 20 random characters or more, such as "openssl rand -base64 24" prints.');
    this.#records = records;
    this.#tokens = tokens;
    this.#guesses = guesses;
    this.#given = given === undefined ? undefined : adminRecord(given);
  }

  /** Gives a session's token. Throws an `ApiError` where the secret is wrong. */
  async open(secret: string, address: string): Promise<string> {
    const known = await this.#known();
    const guess = adminRecord(secret.trim());
    const isNear = known !== undefined && isSame(guess.start, known.start);
    this.#guesses.judge(address, isNear ? 'admin' : undefined, known !== undefined && isSame(guess.whole, known.whole), 'This is not the secret that the server showed at its first start.');
    return (await this.#tokens.sign(audience, { subject: guess.whole }, sessionHours * 3_600_000)).token;
  }

  /** Throws an `ApiError` (401) unless the session's token holds; another secret ends all sessions. */
  async check(token: string | undefined): Promise<void> {
    const subject = token === undefined ? undefined : (await this.#tokens.verify(audience, token)).subject;
    if (subject === undefined || subject !== (await this.#known())?.whole) throw unauthorized('no_session', 'Only the teacher may do this. Open the teacher\'s page and enter the secret that the server showed at its first start.');
  }

  async #known(): Promise<AdminRecord | undefined> {
    return this.#given ?? ((await this.#records.get('admin')) as AdminRecord | undefined);
  }
}
