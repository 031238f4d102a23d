import 'reflect-metadata'; // The certificate library asks for it.
import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { ConfigError } from './error.ts';
import type { Config } from './config.ts';

const day = 24 * 3_600_000;
/** Browsers take no certificate that holds for longer than 398 days. */
const holds = 396 * day;
/** A made certificate is replaced this long before its end. */
const margin = 30 * day;

/** In PEM, and what a visitor can compare with the browser's warning. */
export interface Certificate {
  certificate: string;
  key: string;
  /** SHA-256, in pairs of hexadecimal digits. */
  fingerprint: string;
}

type Settings = Pick<Config, 'names' | 'folder'> & { tls: Exclude<Config['tls'], 'none'> };

/** The server's certificate. A made one stays the same until its end is near or a name is missing. Throws a `ConfigError` where given files don't do. */
export async function certificate({ tls, names, folder }: Settings, now = Date.now()): Promise<Certificate> {
  if (tls !== 'made') return given(tls, now);
  const wanted = ['localhost', '127.0.0.1', '::1', ...names];
  const file = path.join(folder, 'certificate.pem');
  const kept = parse(await readFile(file, 'utf8').catch(() => ''));
  if (kept && isGood(kept.parsed, wanted, now)) return kept;
  const pem = await make([...new Set(wanted)], now);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, pem, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
  return parse(pem)!;
}

async function given(files: { certificate: string; key: string }, now: number): Promise<Certificate> {
  const unread = (file: string): ConfigError => new ConfigError(`The file ${file} can't be read; it should hold the certificate or its key in PEM form.`);
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => Promise.reject(unread(file)));
  const [certificate, key] = [await read(files.certificate), await read(files.key)];
  const pair = parse(`${certificate}\n${key}`);
  if (!pair) throw new ConfigError(`${files.certificate} and ${files.key} are no certificate and its key in PEM form.`);
  const ends = pair.parsed.validToDate;
  if (ends.getTime() <= now) throw new ConfigError(`The certificate ${files.certificate} ended on ${ends.toISOString().slice(0, 10)}. Put a new one there.`);
  return { certificate, key, fingerprint: pair.fingerprint };
}

/** A certificate and the key that belongs to it, out of one PEM text; undefined where they are none. */
function parse(pem: string): (Certificate & { parsed: X509Certificate }) | undefined {
  try {
    const parsed = new X509Certificate(pem);
    const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----/.exec(pem)![0];
    return parsed.checkPrivateKey(createPrivateKey(key)) ? { certificate: parsed.toString(), key, fingerprint: parsed.fingerprint256, parsed } : undefined;
  } catch {
    return undefined;
  }
}

function isGood(parsed: X509Certificate, names: readonly string[], now: number): boolean {
  const isNow = parsed.validFromDate.getTime() <= now && now < parsed.validToDate.getTime() - margin;
  return isNow && names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined);
}

/** Signs itself: visitors are warned once, and compare the fingerprint. */
async function make(names: readonly string[], now: number): Promise<string> {
  const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify'])) as CryptoKeyPair;
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Tagsmith class server',
    notBefore: new Date(now - day),
    notAfter: new Date(now + holds),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
    ],
  });
  return `${made.toString('pem')}\n${KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()}`;
}
