import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { isPublicAddress } from './chat/address.ts';
import { modelTerms, providerKinds, usualModels, type ProviderKind, type ProviderName } from './chat/providers.ts';
import { ConfigError } from './error.ts';

const positive = z.int().positive();
const settings = z.strictObject({
  kind: z.enum(Object.keys(providerKinds) as [ProviderName, ...ProviderName[]]),
  url: z.url({ protocol: /^https?$/ }).optional(),
  keyVariable: z.string().regex(/^[A-Z][A-Z0-9_]*$/).optional(),
  /** Whether it may lie on this machine or its networks. */
  local: z.boolean().default(false),
  models: z.record(z.string().regex(/^[\w.:/@-]{1,120}$/), modelTerms),
  /** Most calls at once, and a minute. */
  concurrency: positive.max(1000).default(16),
  callsPerMinute: positive.max(1_000_000).nullable().default(null),
});
const file = z.strictObject({ providers: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), settings) });

type Settings = z.infer<typeof settings>;

/** A service that calls go to, with everything that its client needs. */
export type Provider = ReturnType<typeof readProviders>[number];

/**
 * The providers: those of the configuration file, else one for every key in the environment with its usual models.
 * Keys come from the environment or from a file of `NAME=value` lines, never from the configuration.
 */
export function readProviders(env: Readonly<Record<string, string | undefined>>) {
  const secrets = env.TAGSMITH_SECRETS ? parseEnv(read('TAGSMITH_SECRETS', env.TAGSMITH_SECRETS)) : {};
  const keys = { ...secrets, ...env };
  const given = env.TAGSMITH_PROVIDERS ? parseFile(env.TAGSMITH_PROVIDERS) : usualProviders(keys);
  const providers = Object.entries(given).map(([name, { kind: kindName, url: address, keyVariable, ...rest }]) => {
    const kind: ProviderKind = providerKinds[kindName];
    const url = (address ?? kind.url)?.replace(/\/+$/, '');
    if (!url) throw new ConfigError(`The provider ${name} has no "url": say the base address of its API, such as http://127.0.0.1:11434/v1.`);
    checkAddress(name, url, rest.local);
    const variable = keyVariable ?? kind.keyVariable;
    const key = (variable && keys[variable]) || null;
    const help = `set ${variable} in the environment or in the file that TAGSMITH_SECRETS names`;
    if (variable && !key) throw new ConfigError(`The provider ${name} needs a key: ${help}.`);
    return { name, kind, url, key, ...rest };
  });
  checkModels(providers);
  return providers;
}

function usualProviders(keys: Readonly<Record<string, string | undefined>>): Record<string, Settings> {
  const names = (Object.keys(usualModels) as ProviderName[]).filter((name) => keys[providerKinds[name].keyVariable!]);
  return Object.fromEntries(names.map((name) => [name, settings.parse({ kind: name, models: usualModels[name] })]));
}

function parseFile(path: string): Record<string, Settings> {
  let json: unknown;
  try {
    json = JSON.parse(read('TAGSMITH_PROVIDERS', path));
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${path} is no JSON: ${(error as Error).message}`);
  }
  const result = file.safeParse(json);
  if (result.success) return result.data.providers;
  const { path: place, message } = result.error.issues[0]!;
  const help = 'A model needs input and output (dollars a million tokens), context and maxOutput (tokens).';
  throw new ConfigError(`${path}, at ${place.join('.') || 'the top'}: ${message}. ${help}`);
}

function read(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`${variable} names ${path}, which can't be read.`);
  }
}

/** Addresses given as numbers are looked at here, names when they are connected to. */
function checkAddress(name: string, address: string, local: boolean): void {
  const { hostname, protocol, username, password, search, hash } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isInside = (isIP(host) && !isPublicAddress(host)) || /(^|\.)localhost\.?$/.test(host);
  const wrong = (what: string): ConfigError => new ConfigError(`The url of ${name} ${what}`);
  if (username || password || search || hash) throw wrong('may hold a scheme, a host, a port and a path, nothing else.');
  if (!local && protocol !== 'https:') throw wrong('is not https: only providers with "local": true may do without.');
  if (!local && isInside) throw wrong(`leads into this machine's own networks. If it is meant to, give it "local": true.`);
}

function checkModels(providers: readonly { name: string; models: Settings['models'] }[]): void {
  const owners = new Map<string, string>();
  for (const { name, models } of providers) {
    for (const [id, { context, maxOutput }] of Object.entries(models)) {
      const owner = owners.get(id);
      if (owner) throw new ConfigError(`The model ${id} is given by ${owner} and by ${name}: a client names a model alone, so each can be given once.`);
      if (maxOutput > context) throw new ConfigError(`The model ${id} has a maxOutput of ${maxOutput}, more than its context of ${context}.`);
      owners.set(id, name);
    }
  }
}
