import { isIPv6 } from 'node:net';
import { homedir, hostname, networkInterfaces } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { usualCeilings } from './chat/ceilings.ts';
import { ConfigError } from './error.ts';
import { readProviders } from './providers-file.ts';

/** What the server is told from outside. */
export type Config = ReturnType<typeof readConfig>;

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

export function isLoopback(name: string): boolean {
  return loopback.test(name);
}

const number = z.coerce.number().min(0);
const longSecret = z.string().min(32).optional().describe('at least 32 characters');
/** The README says what each is for. A description is what the error says that was expected. */
const variables = z.object({
  HOST: z.string().trim().min(1).optional().describe('a host name or address, such as 127.0.0.1'),
  PORT: number.int().max(65_535).optional().describe('a number from 0 to 65535, such as 8787'),
  TAGSMITH_NAMES: z.string().default(''),
  TAGSMITH_TLS: z.enum(['made', 'elsewhere']).default('made').describe('made or elsewhere'),
  TAGSMITH_CERTIFICATE: z.string().optional(),
  TAGSMITH_CERTIFICATE_KEY: z.string().optional(),
  TAGSMITH_APP_ORIGIN: z.string().regex(/^https:\/\/[\w.-]+(:\d+)?$/).optional().describe('an origin such as https://tagsmith.example'),
  TAGSMITH_STORE: z.string().optional(),
  TAGSMITH_SECRET: longSecret,
  TAGSMITH_ADMIN_SECRET: longSecret,
  TAGSMITH_BUDGET: number.max(1_000_000).optional().describe('dollars, such as 5'),
  TAGSMITH_MAX_TOKENS: number.int().positive().max(1_000_000).optional().describe('a number of tokens, such as 4096'),
  TAGSMITH_TOOLS: z.enum(['on', 'off']).default('off').describe('on or off'),
  TAGSMITH_CACHED_REPLIES: number.int().max(1_000_000).default(0).describe('a number of replies, such as 1000'),
  TAGSMITH_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional().describe('debug, info, warn, error or silent'),
});

/** Reads the settings (the README lists them) and refuses what would be unsafe; throws a `ConfigError`. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, { classes = false } = {}) {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = variables.safeParse(set);
  if (!result.success) {
    const name = result.error.issues[0]!.path[0] as keyof typeof variables.shape;
    const shown = name.includes('SECRET') ? 'too short' : JSON.stringify(env[name]);
    throw new ConfigError(`${name} is ${shown}; expected ${variables.shape[name].description}.`);
  }
  const settings = result.data;
  const providers = readProviders(set);
  const host = settings.HOST ?? (classes ? '0.0.0.0' : '127.0.0.1');
  if (!classes && providers.length > 0 && !isLoopback(host)) {
    const help = 'Leave HOST out, or start a class: npm start -- --class';
    throw new ConfigError(`HOST is ${JSON.stringify(host)}, but there is a key: whoever reaches this address could spend it. ${help}`);
  }
  const state = path.join(env.XDG_STATE_HOME ?? path.join(homedir(), '.local', 'state'), 'tagsmith');
  return {
    /** One person on their own machine, or a teacher with classes. */
    mode: (classes ? 'class' : 'solo') as 'solo' | 'class',
    /** Address to listen on. */
    host,
    port: settings.PORT ?? (classes ? 8443 : 8787),
    /** Names and addresses besides the loopback's under which the server may be called. */
    names: [...ownNames(host, classes), ...givenNames(settings.TAGSMITH_NAMES)],
    tls: readTls(settings, host, classes),
    /** Origin of an app that is hosted elsewhere and uses this server. */
    appOrigin: settings.TAGSMITH_APP_ORIGIN ?? null,
    providers,
    /** Path of the books, or address of a Valkey or Redis. */
    store: settings.TAGSMITH_STORE ?? (classes || providers.length > 0 ? path.join(state, classes ? 'classes.sqlite' : 'solo.sqlite') : ':memory:'),
    /** Where a made certificate and a made secret are kept. */
    folder: state,
    /** Signs tokens; null: made at the first start and kept beside the books. */
    secret: settings.TAGSMITH_SECRET ?? null,
    /** The teacher's; null: made at the first start. */
    adminSecret: settings.TAGSMITH_ADMIN_SECRET ?? null,
    /** Dollars that a server without classes may spend in all. */
    budget: settings.TAGSMITH_BUDGET ?? null,
    ceilings: { ...usualCeilings, maxTokens: settings.TAGSMITH_MAX_TOKENS ?? usualCeilings.maxTokens, tools: settings.TAGSMITH_TOOLS === 'on' },
    /** Replies kept for clients that ask for them. */
    cachedReplies: settings.TAGSMITH_CACHED_REPLIES,
    logLevel: settings.TAGSMITH_LOG ?? (classes ? 'info' : 'warn'),
  };
}

/** PEM files, a certificate of our own making, or `none`: plain HTTP on the loopback, or TLS that ends in front of this server. */
type Tls = { certificate: string; key: string } | 'made' | 'none';

function readTls(settings: z.infer<typeof variables>, host: string, classes: boolean): Tls {
  const { TAGSMITH_TLS: tls, TAGSMITH_CERTIFICATE: certificate, TAGSMITH_CERTIFICATE_KEY: key, TAGSMITH_NAMES: names } = settings;
  if (!classes) return 'none';
  if ((certificate === undefined) !== (key === undefined)) {
    throw new ConfigError('A certificate needs its key: set TAGSMITH_CERTIFICATE and TAGSMITH_CERTIFICATE_KEY both, each the path of a PEM file.');
  }
  if (certificate && key) return { certificate, key };
  if (tls === 'made') return 'made';
  if (isLoopback(host) || names) return 'none';
  const help = 'so something in front of this server has to speak HTTPS: say in TAGSMITH_NAMES under which name';
  const reason = 'Without HTTPS a browser gives a page on another name than localhost no GPU, no cache and no storage.';
  throw new ConfigError(`TAGSMITH_TLS is elsewhere, ${help}. ${reason}`);
}

function ownNames(host: string, classes: boolean): string[] {
  const every = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  const addresses = ['0.0.0.0', '::'].includes(host) ? every : [host];
  return [...addresses, ...(classes ? [hostname()] : [])].map((name) => name.toLowerCase());
}

function givenNames(names: string): string[] {
  const given = names.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const wrong = given.find((name) => !/^[\w.-]+$/.test(name) && !isIPv6(name));
  const expected = 'names or addresses alone, without scheme and port, such as class.example';
  if (wrong !== undefined) throw new ConfigError(`TAGSMITH_NAMES holds ${JSON.stringify(wrong)}; expected ${expected}.`);
  return given;
}
