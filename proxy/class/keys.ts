import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../error.ts';

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

export type Keys = ReturnType<typeof openKeys>;

/** The keys of an installation, one for each purpose. */
export function openKeys(secret: Uint8Array) {
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `tagsmith ${purpose}`, 32));
  const deriving = keyFor('deriving');
  return {
    /** Signs tokens. */
    tokens: createSecretKey(keyFor('tokens')),
    /** 192 bits that make their holder the teacher, where no other secret was given. */
    adminSecret: keyFor('teacher').subarray(0, 24).toString('base64url'),
    /** 32 bytes that only this installation can make of a text; the text can't be found from them by trying all. */
    derive: (purpose: 'installation' | 'class' | 'code', text = ''): Buffer => createHmac('sha256', deriving).update(`${purpose} ${text}`).digest(),
  };
}
