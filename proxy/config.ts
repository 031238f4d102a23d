import { isIPv6 } from 'node:net';
import { homedir, hostname, networkInterfaces } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Ceilings, usualCeilings } from './chat/ceilings.ts';
import { ConfigError } from './config-error.ts';
import { type Provider, readProviders } from './providers-file.ts';

/** What the server is told from outside. */
export interface Config {
  /** One person on their own machine, or a teacher with classes. */
  mode: 'solo' | 'class';
  /** Address to listen on. */
  host: string;
  port: number;
  /** Names and addresses besides the loopback's under which the server may be called. */
  names: string[];
  /** PEM files, a certificate of our own making, or `none`: plain HTTP on the loopback, or TLS that ends in front of this server. */
  tls: { certificate: string; key: string } | 'made' | 'none';
  /** Origin of an app that is hosted elsewhere and uses this server. */
  appOrigin: string | null;
  providers: Provider[];
  /** Path of the books, or address of a Valkey or Redis. */
  store: string;
  /** Where a made certificate and a made secret are kept. */
  folder: string;
  /** Signs tokens; null: made at the first start and kept beside the books. */
  secret: string | null;
  /** The teacher's; null: made at the first start. */
  adminSecret: string | null;
  /** Dollars that a server without classes may spend in all. */
  budget: number | null;
  ceilings: Ceilings;
  /** Replies kept for clients that ask for them. */
  cachedReplies: number;
  logLevel: string;
}

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;
const everyAddress = ['0.0.0.0', '::'];

export function isLoopback(name: string): boolean {
  return loopback.test(name);
}

const number = (most: number) => z.string().regex(/^\d+(\.\d+)?$/).transform(Number).refine((value) => value <= most);
const longSecret = z.string().min(32);
const variables = z.object({
  HOST: z.string().trim().min(1).optional(),
  PORT: number(65_535).pipe(z.int()).optional(),
  TAGSMITH_NAMES: z.string().default(''),
  TAGSMITH_TLS: z.enum(['made', 'elsewhere']).default('made'),
  TAGSMITH_CERTIFICATE: z.string().optional(),
  TAGSMITH_CERTIFICATE_KEY: z.string().optional(),
  TAGSMITH_APP_ORIGIN: z.string().regex(/^https:\/\/[\w.-]+(:\d+)?$/).optional(),
  TAGSMITH_STORE: z.string().optional(),
  TAGSMITH_SECRET: longSecret.optional(),
  TAGSMITH_ADMIN_SECRET: longSecret.optional(),
  TAGSMITH_BUDGET: number(1_000_000).optional(),
  TAGSMITH_MAX_TOKENS: number(1_000_000).pipe(z.int().positive()).optional(),
  TAGSMITH_TOOLS: z.enum(['on', 'off']).default('off'),
  TAGSMITH_CACHED_REPLIES: number(1_000_000).pipe(z.int()).default(0),
  TAGSMITH_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
});

const expectations: Record<string, string> = {
  PORT: 'a number from 0 to 65535, such as 8787',
  HOST: 'a host name or address, such as 127.0.0.1',
  TAGSMITH_TLS: 'made or elsewhere',
  TAGSMITH_APP_ORIGIN: 'an origin such as https://tagsmith.example',
  TAGSMITH_SECRET: 'at least 32 characters',
  TAGSMITH_ADMIN_SECRET: 'at least 32 characters',
  TAGSMITH_BUDGET: 'dollars, such as 5',
  TAGSMITH_MAX_TOKENS: 'a number of tokens, such as 4096',
  TAGSMITH_TOOLS: 'on or off',
  TAGSMITH_CACHED_REPLIES: 'a number of replies, such as 1000',
  TAGSMITH_LOG: 'debug, info, warn, error or silent',
};

/** Reads the settings (the README lists them) and refuses what would be unsafe; throws a `ConfigError`. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, { classes = false } = {}): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = variables.safeParse(set);
  if (!result.success) {
    const name = String(result.error.issues[0]!.path[0]);
    const shown = name.includes('SECRET') ? 'too short' : JSON.stringify(env[name]);
    throw new ConfigError(`${name} is ${shown}; expected ${expectations[name]}.`);
  }
  const settings = result.data;
  const providers = readProviders(set);
  const host = settings.HOST ?? (classes ? '0.0.0.0' : '127.0.0.1');
  if (!classes && providers.length > 0 && !isLoopback(host)) {
    throw new ConfigError(`HOST is ${JSON.stringify(host)}, but there is a key: whoever reaches this address could spend it. Leave HOST out, or start a class: npm start -- --class`);
  }
  const state = path.join(env.XDG_STATE_HOME ?? path.join(homedir(), '.local', 'state'), 'tagsmith');
  return {
    mode: classes ? 'class' : 'solo',
    host,
    port: settings.PORT ?? (classes ? 8443 : 8787),
    names: [...ownNames(host, classes), ...givenNames(settings.TAGSMITH_NAMES)],
    tls: classes ? readTls(settings, host) : 'none',
    appOrigin: settings.TAGSMITH_APP_ORIGIN ?? null,
    providers,
    store: settings.TAGSMITH_STORE ?? (classes || providers.length > 0 ? path.join(state, classes ? 'classes.sqlite' : 'solo.sqlite') : ':memory:'),
    folder: state,
    secret: settings.TAGSMITH_SECRET ?? null,
    adminSecret: settings.TAGSMITH_ADMIN_SECRET ?? null,
    budget: settings.TAGSMITH_BUDGET ?? null,
    ceilings: { ...usualCeilings, maxTokens: settings.TAGSMITH_MAX_TOKENS ?? usualCeilings.maxTokens, tools: settings.TAGSMITH_TOOLS === 'on' },
    cachedReplies: settings.TAGSMITH_CACHED_REPLIES,
    logLevel: settings.TAGSMITH_LOG ?? (classes ? 'info' : 'warn'),
  };
}

function readTls({ TAGSMITH_TLS: tls, TAGSMITH_CERTIFICATE: certificate, TAGSMITH_CERTIFICATE_KEY: key, TAGSMITH_NAMES: names }: z.infer<typeof variables>, host: string): Config['tls'] {
  if ((certificate === undefined) !== (key === undefined)) throw new ConfigError('A certificate needs its key: set TAGSMITH_CERTIFICATE and TAGSMITH_CERTIFICATE_KEY both, each the path of a PEM file.');
  if (certificate && key) return { certificate, key };
  if (tls === 'made') return 'made';
  if (!isLoopback(host) && !names) {
    throw new ConfigError('TAGSMITH_TLS is elsewhere, so something in front of this server has to speak HTTPS: say in TAGSMITH_NAMES under which name. Without HTTPS a browser gives a page on another name than localhost no GPU, no cache and no storage.');
  }
  return 'none';
}

function ownNames(host: string, classes: boolean): string[] {
  const addresses = everyAddress.includes(host) ? Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []) : [host];
  return [...addresses, ...(classes ? [hostname()] : [])].map((name) => name.toLowerCase());
}

function givenNames(names: string): string[] {
  const given = names.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const wrong = given.find((name) => !/^[\w.-]+$/.test(name) && !isIPv6(name));
  if (wrong !== undefined) throw new ConfigError(`TAGSMITH_NAMES holds ${JSON.stringify(wrong)}; expected names or addresses alone, without scheme and port, such as class.example.`);
  return given;
}
