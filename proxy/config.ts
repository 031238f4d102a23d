import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { z } from 'zod';

/** What the server is told from outside. */
export interface Config {
  /** Address to listen on. */
  host: string;
  port: number;
  /** Names and addresses besides the loopback's under which the server may be called. */
  names: string[];
}

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;
const everyAddress = ['0.0.0.0', '::'];

export function isLoopback(name: string): boolean {
  return loopback.test(name);
}

const variables = z.object({
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(8787),
  TAGSMITH_NAMES: z.string().default(''),
});

/** A setting that can't be used; the message says which, and what would do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads `HOST` (127.0.0.1), `PORT` (8787) and `TAGSMITH_NAMES` (names under which the server is reached from outside,
 * with commas between them; needed behind a reverse proxy or with a name of the network).
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = variables.safeParse(set);
  if (!result.success) {
    const name = String(result.error.issues[0]!.path[0]);
    const expected = name === 'PORT' ? 'a number from 0 to 65535, such as 8787' : 'a host name or address, such as 127.0.0.1';
    throw new ConfigError(`${name} is ${JSON.stringify(env[name])}; expected ${expected}.`);
  }
  const { HOST: host, PORT: port, TAGSMITH_NAMES: names } = result.data;
  const own = everyAddress.includes(host) ? Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []) : [host];
  const given = names.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const wrong = given.find((name) => !/^[\w.-]+$/.test(name) && !isIPv6(name));
  if (wrong !== undefined) throw new ConfigError(`TAGSMITH_NAMES holds ${JSON.stringify(wrong)}; expected names or addresses alone, without scheme and port, such as class.example.`);
  return { host, port, names: [...own.map((name) => name.toLowerCase()), ...given] };
}
