import { hexOf } from '../text/hex.ts';

/** A random id. `crypto.randomUUID` is missing where the connection is not secure, and the page works there too. */
export function newId(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(12)));
}
