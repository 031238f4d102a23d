import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, hkdfSync, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../config-error.ts';

/**
 * What this installation's keys are derived from: `given` (`TAGSMITH_SECRET`, where several proxies share a store), else
 * the file's content, which is made at the first start.
 */
export async function installationSecret(file: string, given?: string): Promise<Buffer> {
  if (given !== undefined) {
    if (given.length < 32) throw new ConfigError('TAGSMITH_SECRET is too short: expected 32 random characters or more, such as "openssl rand -base64 32" prints.');
    return Buffer.from(given);
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const secret = await readFile(file);
  if (secret.length < 32) throw new ConfigError(`${file} is damaged: it should hold the secret that tokens and join codes depend on. Put it back from a copy; without it, remove the store beside it too.`);
  return secret;
}

/** The keys of an installation, one for each purpose. */
export class Keys {
  /** Signs tokens. */
  readonly tokens: KeyObject;
  readonly #hashing: Buffer;
  readonly #sealing: Buffer;

  constructor(secret: Uint8Array) {
    const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `tagsmith ${purpose}`, 32));
    this.tokens = createSecretKey(derive('tokens'));
    this.#hashing = derive('hashing');
    this.#sealing = derive('sealing');
  }

  /** A hash that only this installation can make: short texts can't be found by trying all. */
  hash(text: string): string {
    return createHmac('sha256', this.#hashing).update(text).digest('base64url');
  }

  /** Encrypts for `owner`: under another name it does not open. */
  seal(text: string, owner: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce).setAAD(Buffer.from(owner));
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** Throws where it was sealed by another installation or for another owner. */
  unseal(sealed: string, owner: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, bytes.subarray(0, 12)).setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
  }
}

/** SHA-256, for what is random enough that nobody finds it by trying. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Takes as long for a near miss as for any other. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
