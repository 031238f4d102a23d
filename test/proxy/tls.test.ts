import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificate } from '../../proxy/tls.ts';

const day = 24 * 3_600_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-tls-'));
});
afterAll(() => rm(folder, { recursive: true }));

const made = (changes: object = {}, now?: number): ReturnType<typeof certificate> => certificate({ tls: 'made', names: ['class.example', '192.0.2.7', '2001:db8::7'], folder, ...changes }, now);

test('a made certificate is for the names, addresses and the loopback, of P-256, and holds for at most 397 days', async () => {
  const { certificate: pem, fingerprint, key } = await made();
  const parsed = new X509Certificate(pem);
  expect(['class.example', 'localhost'].map((name) => parsed.checkHost(name))).toEqual(['class.example', 'localhost']);
  expect(['192.0.2.7', '2001:db8::7', '127.0.0.1', '::1'].map((address) => parsed.checkIP(address))).not.toContain(undefined);
  expect(parsed.checkHost('evil.example')).toBeUndefined();
  expect(parsed.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(parsed.validToDate.getTime() - parsed.validFromDate.getTime()).toBeLessThanOrEqual(397 * day);
  expect(parsed.ca).toBe(false);
  expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(key).toContain('PRIVATE KEY');
});

test('it stays the same over starts, in a file that only its owner reads', async () => {
  const { fingerprint } = await made();
  expect((await made()).fingerprint).toBe(fingerprint);
  expect((await made({ names: ['class.example'] })).fingerprint).toBe(fingerprint);
  expect((await stat(path.join(folder, 'certificate.pem'))).mode & 0o777).toBe(0o600);
});

test('it is made anew when a name is missing, near its end, and when the clock is far before its beginning', async () => {
  const { fingerprint } = await made();
  const renamed = await made({ names: ['class.example', '192.0.2.7', '2001:db8::7', 'other.example'] });
  expect(renamed.fingerprint).not.toBe(fingerprint);
  expect((await made({}, Date.now() + 360 * day)).fingerprint).toBe(renamed.fingerprint);
  const late = await made({}, Date.now() + 380 * day);
  expect(late.fingerprint).not.toBe(renamed.fingerprint);
  expect((await made()).fingerprint).not.toBe(late.fingerprint);
});

test('a file that is no certificate is replaced', async () => {
  await writeFile(path.join(folder, 'certificate.pem'), 'half a fi');
  expect((await made()).certificate).toContain('BEGIN CERTIFICATE');
});

test('given files are used; what is wrong with them is said', async () => {
  const own = await made();
  const files = { certificate: path.join(folder, 'given.pem'), key: path.join(folder, 'given.key') };
  await expect(certificate({ tls: files, names: [], folder })).rejects.toThrow(/given\.(?:pem|key) can't be read/);
  await writeFile(files.certificate, `${own.certificate}${own.certificate}`);
  await writeFile(files.key, own.key);
  const used = await certificate({ tls: files, names: [], folder });
  expect([used.fingerprint, used.certificate]).toEqual([own.fingerprint, await readFile(files.certificate, 'utf8')]);
  await expect(certificate({ tls: files, names: [], folder }, Date.now() + 400 * day)).rejects.toThrow('ended on');
  await made({ names: ['another.example'] });
  await writeFile(files.key, (await made({ names: ['another.example'] })).key);
  await expect(certificate({ tls: files, names: [], folder })).rejects.toThrow('no certificate and its key');
  await chmod(files.key, 0o600);
});
