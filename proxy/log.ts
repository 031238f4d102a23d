import { createHash, randomBytes } from 'node:crypto';
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Made anew at each start: seats can be told apart within a log, and not be found out by trying ids. */
const salt = randomBytes(16);

/** A seat as logs show it. */
export function hashedSeat(seat: string): string {
  return createHash('sha256').update(salt).update(seat).digest('base64url').slice(0, 10);
}

/** What an error may show in a log: its kind, its code and where it was thrown. Its message may quote a request. */
export function errorFields(error: unknown): { error: string; code?: string; at?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as NodeJS.ErrnoException;
  const at = /\n\s+at (.+)/.exec(error.stack ?? '')?.[1];
  const place = at?.replace(/\(?(?:file:\/\/)?\/.*\/(proxy|node_modules)\//, '($1/');
  return { error: error.name, ...(typeof code === 'string' ? { code } : {}), ...(place ? { at: place } : {}) };
}

/** A log of counts, sizes, times and hashed seats, a JSON line each. There is no field for a text, so none gets in. */
export function openLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return destination ? pino(options, destination) : pino(options, pino.destination({ dest: 2, sync: false }));
}
