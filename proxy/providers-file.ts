import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { isPublicAddress } from './chat/address.ts';
import { providerKinds, usualModels, type ModelTerms, type ProviderKind, type ProviderName } from './chat/providers.ts';
import { ConfigError } from './config-error.ts';

/** A service that calls go to, with everything that its client needs. */
export interface Provider {
  name: string;
  kind: ProviderKind;
  url: string;
  key: string | null;
  /** Whether it may lie on this machine or its networks. */
  local: boolean;
  models: Record<string, ModelTerms>;
  /** Most calls at once, and a minute. */
  concurrency: number;
  callsPerMinute: number | null;
}

const positive = z.int().positive();
const price = z.number().min(0).max(10_000);
const model = z.strictObject({ input: price, output: price, context: positive.max(100_000_000), maxOutput: positive.max(10_000_000) });
const provider = z.strictObject({
  kind: z.enum(Object.keys(providerKinds) as [ProviderName, ...ProviderName[]]),
  url: z.url({ protocol: /^https?$/ }).optional(),
  keyVariable: z.string().regex(/^[A-Z][A-Z0-9_]*$/).optional(),
  local: z.boolean().default(false),
  models: z.record(z.string().regex(/^[\w.:/@-]{1,120}$/), model),
  concurrency: positive.max(1000).default(16),
  callsPerMinute: positive.max(1_000_000).nullable().default(null),
});
const file = z.strictObject({ providers: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), provider) });

/**
 * The providers: those of the configuration file, else one for every key in the environment with its usual models.
 * Keys come from the environment or from a file of `NAME=value` lines, never from the configuration.
 */
export function readProviders(env: Readonly<Record<string, string | undefined>>): Provider[] {
  const keys = { ...readSecrets(env.TAGSMITH_SECRETS), ...env };
  const given = env.TAGSMITH_PROVIDERS ? parseFile(env.TAGSMITH_PROVIDERS) : usualProviders(keys);
  const providers = Object.entries(given).map(([name, settings]): Provider => {
    const kind: ProviderKind = providerKinds[settings.kind];
    const url = (settings.url ?? kind.url)?.replace(/\/+$/, '');
    if (!url) throw new ConfigError(`The provider ${name} has no "url": say the base address of its API, such as http://127.0.0.1:11434/v1.`);
    checkAddress(name, url, settings.local);
    const variable = settings.keyVariable ?? kind.keyVariable;
    const key = (variable && keys[variable]) || null;
    if (variable && !key) throw new ConfigError(`The provider ${name} needs a key: set ${variable} in the environment or in the file that TAGSMITH_SECRETS names.`);
    return { name, kind, url, key, local: settings.local, models: settings.models, concurrency: settings.concurrency, callsPerMinute: settings.callsPerMinute };
  });
  checkModels(providers);
  return providers;
}

type Given = Record<string, z.infer<typeof provider>>;

function usualProviders(keys: Readonly<Record<string, string | undefined>>): Given {
  const names = (Object.keys(usualModels) as ProviderName[]).filter((name) => keys[providerKinds[name].keyVariable!]);
  return Object.fromEntries(names.map((name) => [name, provider.parse({ kind: name, models: usualModels[name] })]));
}

function parseFile(path: string): Given {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`TAGSMITH_PROVIDERS names ${path}, which can't be read.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path} is no JSON: ${(error as Error).message}`);
  }
  const result = file.safeParse(json);
  if (result.success) return result.data.providers;
  const { path: place, message } = result.error.issues[0]!;
  throw new ConfigError(`${path}, at ${place.join('.') || 'the top'}: ${message}. A model needs input and output (dollars a million tokens), context and maxOutput (tokens).`);
}

function readSecrets(path: string | undefined): Record<string, string | undefined> {
  if (!path) return {};
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Record<string, string | undefined>;
  } catch {
    throw new ConfigError(`TAGSMITH_SECRETS names ${path}, which can't be read.`);
  }
}

/** Addresses given as numbers are looked at here, names when they are connected to. */
function checkAddress(name: string, address: string, local: boolean): void {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.username || url.password || url.search || url.hash) throw new ConfigError(`The url of ${name} may hold a scheme, a host, a port and a path, nothing else.`);
  if (local) return;
  if (url.protocol !== 'https:') throw new ConfigError(`The url of ${name} is not https: only providers with "local": true may do without.`);
  if ((isIP(host) && !isPublicAddress(host)) || /(^|\.)localhost\.?$/.test(host)) throw new ConfigError(`The url of ${name} leads into this machine's own networks. If it is meant to, give it "local": true.`);
}

function checkModels(providers: readonly Provider[]): void {
  const owners = new Map<string, string>();
  for (const { name, models } of providers) {
    for (const [id, { context, maxOutput }] of Object.entries(models)) {
      if (owners.has(id)) throw new ConfigError(`The model ${id} is given by ${owners.get(id)} and by ${name}: a client names a model alone, so each can be given once.`);
      if (maxOutput > context) throw new ConfigError(`The model ${id} has a maxOutput of ${maxOutput}, more than its context of ${context}.`);
      owners.set(id, name);
    }
  }
}
