import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { ApiError } from '../error.ts';

const issuer = 'tagsmith';
const algorithm = 'HS256';

export interface Claims {
  /** Whom it stands for. */
  subject: string;
  /** The class, in a seat's token. */
  class?: string;
}

/** Signed statements of who somebody is, each for one audience and a short time. */
export class Tokens {
  readonly #key: KeyObject;
  readonly #now: () => number;

  constructor(key: KeyObject, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** `milliseconds` is how long it holds. */
  async sign(audience: string, { subject, ...claims }: Claims, milliseconds: number): Promise<{ token: string; expires: string }> {
    const now = this.#now();
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor((now + milliseconds) / 1000))
      .sign(this.#key);
    return { token, expires: new Date(now + milliseconds).toISOString() };
  }

  /** Throws an `ApiError` (401) unless this installation signed it for this audience and it still holds. */
  async verify(audience: string, token: string): Promise<Claims> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: [algorithm], issuer, audience, requiredClaims: ['sub', 'exp'], currentDate: new Date(this.#now()) });
      return { subject: payload.sub!, ...(typeof payload.class === 'string' && { class: payload.class }) };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthorized('token_expired', 'The token has expired. Get another with POST /class/refresh; the page does so by itself.');
      if (error instanceof errors.JOSEError) throw unauthorized('invalid_token', 'This is no token of this server. Join the class again.');
      throw error;
    }
  }
}

export function unauthorized(code: string, message: string): ApiError {
  return new ApiError(401, 'authentication_error', code, message, { 'www-authenticate': 'Bearer' });
}
