import { findValkey } from '../../valkey.ts';

/** The server to test with, and what to add to a test's name where there is none. */
export const valkey = findValkey();
export const skipped = valkey ? '' : ' (skipped: no valkey-server or redis-server here; npm test fetches one)';
