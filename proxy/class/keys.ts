import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../config-error.ts';

/**
 * What this installation's keys are derived from: `given` (`TAGSMITH_SECRET`, where several proxies share a store), else
 * the file's content, which is made at the first start.
 */
export async function installationSecret(file: string, given: string | null = null): Promise<Buffer> {
  if (given !== null) return Buffer.from(given);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const secret = await readFile(file);
  const help = 'Put it back from a copy; without it, remove the store beside it too.';
  if (secret.length < 32) throw new ConfigError(`${file} is damaged: it should hold the secret that tokens and join codes depend on. ${help}`);
  return secret;
}

/** The keys of an installation, one for each purpose. */
export class Keys {
  /** Signs tokens. */
  readonly tokens: KeyObject;
  /** 192 bits that make their holder the teacher, where no other secret was given. */
  readonly adminSecret: string;
  readonly #hashing: Buffer;
  readonly #sealing: Buffer;

  constructor(secret: Uint8Array) {
    const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `tagsmith ${purpose}`, 32));
    this.tokens = createSecretKey(derive('tokens'));
    this.adminSecret = derive('teacher').subarray(0, 24).toString('base64url');
    this.#hashing = derive('hashing');
    this.#sealing = derive('sealing');
  }

  /** A hash that only this installation can make: short texts can't be found by trying all. */
  hash(text: string): string {
    return createHmac('sha256', this.#hashing).update(text).digest('base64url');
  }

  /** The id of the class whose code begins with these letters. */
  classId(letters: string): string {
    return this.hash(`class ${letters}`).slice(0, 12);
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
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, bytes.subarray(0, 12)).setAAD(Buffer.from(owner));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
  }
}
