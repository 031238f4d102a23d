import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256, for what is random enough that nobody finds it by trying. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Takes as long for a near miss as for any other. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
}
