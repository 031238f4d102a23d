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

/** Signed statements of who somebody is, each for one audience and a short time. `now` gives milliseconds since 1970. */
export function openTokens(key: KeyObject, now: () => number) {
  return {
    /** `milliseconds` is how long it holds. */
    async sign(audience: string, { subject, ...claims }: Claims, milliseconds: number): Promise<{ token: string; expires: string }> {
      const ends = new Date(now() + milliseconds);
      const unsigned = new SignJWT({ ...claims, iss: issuer, aud: audience, sub: subject }).setProtectedHeader({ alg: algorithm });
      const token = await unsigned.setIssuedAt(new Date(now())).setExpirationTime(ends).sign(key);
      return { token, expires: ends.toISOString() };
    },

    /** Throws an `ApiError` (401) unless this installation signed it for this audience and it still holds. */
    async verify(audience: string, token: string): Promise<Claims> {
      try {
        const expected = { algorithms: [algorithm], issuer, audience, requiredClaims: ['sub', 'exp'], currentDate: new Date(now()) };
        const { payload } = await jwtVerify(token, key, expected);
        return { subject: payload.sub!, ...(typeof payload.class === 'string' && { class: payload.class }) };
      } catch (error) {
        const help = 'Get another with POST /class/refresh; the page does so by itself.';
        if (error instanceof errors.JWTExpired) throw unauthorized('token_expired', `The token has expired. ${help}`);
        if (error instanceof errors.JOSEError) throw unauthorized('invalid_token', 'This is no token of this server. Join the class again.');
        throw error;
      }
    },
  };
}

export type Tokens = ReturnType<typeof openTokens>;

export function unauthorized(code: string, message: string): ApiError {
  return new ApiError(401, code, message, { headers: { 'www-authenticate': 'Bearer' } });
}
