import 'reflect-metadata'; // The certificate library asks for it.
import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { ConfigError } from './config-error.ts';

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

export interface CertificateSettings {
  /** PEM files, or one of our own making. */
  tls: { certificate: string; key: string } | 'made';
  /** Names and addresses that it shall be good for, besides the loopback's. */
  names: readonly string[];
  /** Where a made one is kept. */
  folder: string;
}

/** The server's certificate. A made one stays the same until its end is near or a name is missing. Throws a `ConfigError` where given files don't do. */
export async function certificate({ tls, names, folder }: CertificateSettings, now = Date.now()): Promise<Certificate> {
  if (tls !== 'made') return given(tls, now);
  const wanted = ['localhost', '127.0.0.1', '::1', ...names];
  const file = path.join(folder, 'certificate.pem');
  const kept = read(await readFile(file, 'utf8').catch(() => ''));
  if (kept && kept.parsed.validToDate.getTime() - margin > now && kept.parsed.validFromDate.getTime() <= now && wanted.every((name) => isFor(kept.parsed, name))) return kept;
  const pem = await make([...new Set(wanted)], now);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, pem, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
  return read(pem)!;
}

async function given(files: { certificate: string; key: string }, now: number): Promise<Certificate> {
  const [certificate, key] = await Promise.all(
    [files.certificate, files.key].map((file) => readFile(file, 'utf8').catch(() => Promise.reject(new ConfigError(`The file ${file} can't be read; it should hold the certificate or its key in PEM form.`)))),
  );
  const pair = read(`${certificate}\n${key}`);
  if (!pair) throw new ConfigError(`${files.certificate} and ${files.key} are no certificate and its key in PEM form.`);
  if (pair.parsed.validToDate.getTime() <= now) throw new ConfigError(`The certificate ${files.certificate} ended on ${pair.parsed.validToDate.toISOString().slice(0, 10)}. Put a new one there.`);
  return { certificate: certificate!, key: key!, fingerprint: pair.fingerprint };
}

/** A certificate and the key that belongs to it, out of one PEM text; undefined where they are none. */
function read(pem: string): (Certificate & { parsed: X509Certificate }) | undefined {
  try {
    const parsed = new X509Certificate(pem);
    const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----/.exec(pem)![0];
    return parsed.checkPrivateKey(createPrivateKey(key)) ? { certificate: parsed.toString(), key, fingerprint: parsed.fingerprint256, parsed } : undefined;
  } catch {
    return undefined;
  }
}

function isFor(parsed: X509Certificate, name: string): boolean {
  return (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined;
}

/** Signs itself: visitors are warned once, and compare the fingerprint. */
async function make(names: readonly string[], now: number): Promise<string> {
  const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify'])) as CryptoKeyPair;
  const made = await X509CertificateGenerator.createSelfSigned({
    // Its first bit is 0: a positive number.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: 'CN=Tagsmith class server',
    notBefore: new Date(now - day),
    notAfter: new Date(now + holds),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
    ],
  });
  return `${made.toString('pem')}\n${KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()}`;
}
